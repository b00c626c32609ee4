package load

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// A Cause is one of the ways in which a run can be invalid.
type Cause string

const (
	Books        Cause = "books"        // sent is not received + failed + unanswered
	Incomplete   Cause = "incomplete"   // the run was ended early
	Rate         Cause = "rate"         // fewer requests went out than planned
	Lag          Cause = "lag"          // requests went out late
	Saturated    Cause = "saturated"    // the generator's own CPU was the limit
	Halves       Cause = "halves"       // the second half of the run differs from the first
	Failures     Cause = "failures"     // requests failed, or bytes came unasked
	Unanswered   Cause = "unanswered"   // replies were missing at the end
	Disconnected Cause = "disconnected" // the server ended connections that were in use or idle
	Empty        Cause = "empty"        // nothing was measured
)

// A Reason is why a run is invalid, for programs and for people.
type Reason struct {
	Cause Cause  `json:"cause"`
	Text  string `json:"text"`
}

// A Validity says whether the latencies of a run mean anything.
type Validity struct {
	Valid   bool     `json:"valid"`
	Reasons []Reason `json:"reasons,omitempty"` // why not
	Notes   []string `json:"notes,omitempty"`   // what a valid run still does not show
}

// String is VALID, or INVALID and the reasons.
func (v Validity) String() string {
	if v.Valid {
		return "VALID"
	}
	texts := make([]string, len(v.Reasons))
	for i, r := range v.Reasons {
		texts[i] = r.Text
	}
	return "INVALID: " + strings.Join(texts, "; ")
}

// Has says whether the cause is among the reasons.
func (v Validity) Has(cause Cause) bool {
	for _, r := range v.Reasons {
		if r.Cause == cause {
			return true
		}
	}
	return false
}

// The bounds of a valid run.
const (
	rateTolerance = 0.01
	lagFloor      = 250 * time.Microsecond
	lagShare      = 0.10 // of the median response
	busiest       = 0.95 // of a processor, or of all with no event loops
	// Two halves agree when their medians, and in a closed loop their
	// throughputs, are within a quarter of each other: several times what a
	// shared machine drifts by between seconds. Medians closer than 50 us
	// are never held against a run, nor halves with too few requests.
	halvesRatio = 1.25
	halvesFloor = 50 * time.Microsecond
	halvesLeast = 500
	// beyond is how many requests must lie above a quantile that is claimed.
	beyond = 100
)

// evidence is all that the verdict rests on.
type evidence struct {
	closed  bool
	ramp    bool
	window  time.Duration
	counts  Counts
	planned int64 // in the window; of a closed loop, as many as were sent
	sent    int64 // of these, within the window
	results int64 // requests in the response histogram
	oldest  time.Duration
	first   [failures]error
	busy    float64
	lagP99  time.Duration
	p50     time.Duration
	halfP50 [2]time.Duration
	halfN   [2]int64 // requests planned in each half, with an outcome
	replies [2]int64 // received in each half
	early   error
}

func judge(e evidence) Validity {
	var v Validity
	say := func(cause Cause, format string, args ...any) {
		v.Reasons = append(v.Reasons, Reason{cause, fmt.Sprintf(format, args...)})
	}
	c := e.counts
	if !c.Balanced() {
		say(Books, "the counts do not add up: %d sent, but %d received, %d failed and %d unanswered", c.Sent, c.Received, c.Failed(), c.Unanswered)
	}
	if e.early != nil {
		say(Incomplete, "ended early: %v", e.early)
	}
	if n := c.Failed(); n > 0 || c.ExtraBytes > 0 {
		say(Failures, "%d of %d requests failed%s", n, c.Sent, e.kinds())
	}
	if c.Lost > 0 || c.IdleLost > 0 {
		say(Disconnected, "the server ended %d connections with no request outstanding and %d idle ones", c.Lost, c.IdleLost)
	}
	if c.Unanswered > 0 {
		say(Unanswered, "%d of %d requests unanswered at the end, the oldest for %v", c.Unanswered, c.Sent, e.oldest.Round(time.Millisecond))
	}
	if e.results == 0 {
		say(Empty, "no request was measured")
	}
	if missed := float64(e.planned - e.sent); !e.closed && missed > max(1, rateTolerance*float64(e.planned)) {
		say(Rate, "only %d of %d planned requests went out in time, %.3g/s instead of %.3g/s: lower the rate or use a faster machine",
			e.sent, e.planned, float64(e.sent)/e.window.Seconds(), float64(e.planned)/e.window.Seconds())
	}
	if bound := max(lagFloor, time.Duration(lagShare*float64(e.p50))); e.lagP99 > bound {
		say(Lag, "1 %% of the requests were sent %v late or more, and at most %v is allowed: use a less busy machine or lower the rate",
			e.lagP99.Round(time.Microsecond), bound.Round(time.Microsecond))
	}
	if e.busy > busiest {
		say(Saturated, "the generator used %.0f %% of the CPU time that it can, so its own limit was measured: give it more threads or lower the load", 100*e.busy)
	}
	e.compareHalves(say)
	v.Valid = len(v.Reasons) == 0
	if e.results > 0 && !claimable(0.99, e.results) {
		v.Notes = append(v.Notes, fmt.Sprintf("%d requests are too few for a 99th percentile: it takes 10,000", e.results))
	}
	if e.closed {
		v.Notes = append(v.Notes, "closed loop: the throughput is the server's capacity; the latencies suffer from coordinated omission, because no request is sent while the server stalls")
	}
	return v
}

func (e evidence) compareHalves(say func(Cause, string, ...any)) {
	if e.ramp || min(e.halfN[0], e.halfN[1]) < halvesLeast {
		return
	}
	low, high := min(e.halfP50[0], e.halfP50[1]), max(e.halfP50[0], e.halfP50[1])
	if high-low > halvesFloor && float64(high) > halvesRatio*float64(low) {
		say(Halves, "the median response was %v in the first half and %v in the second: no steady state", e.halfP50[0], e.halfP50[1])
	}
	few, many := float64(min(e.replies[0], e.replies[1])), float64(max(e.replies[0], e.replies[1]))
	if e.closed && many > halvesRatio*few {
		say(Halves, "%d replies came in the first half and %d in the second: no steady state", e.replies[0], e.replies[1])
	}
}

// kinds lists how many requests failed in which way, each with an example.
func (e evidence) kinds() string {
	var b strings.Builder
	number := [failures]int64{e.counts.Unreachable, e.counts.Closed, e.counts.Reset, e.counts.Wrong, e.counts.ExtraBytes, e.counts.Abandoned}
	sign := ":"
	for f, n := range number {
		if n == 0 {
			continue
		}
		unit := ""
		if Failure(f) == Extra {
			unit = " bytes"
		}
		fmt.Fprintf(&b, "%s %d%s %v", sign, n, unit, Failure(f))
		if e.first[f] != nil && Failure(f) != Abandoned {
			fmt.Fprintf(&b, " (first: %v)", e.first[f])
		}
		sign = ","
	}
	return b.String()
}

// claimable says whether enough of n requests lie beyond the quantile q for
// it to be more than the tale of a few. The median only needs a request.
func claimable(q float64, n int64) bool {
	if q <= 0.5 {
		return n > 0
	}
	return math.Round(float64(n)*(1-q)) >= beyond
}
