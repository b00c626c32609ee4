package load

import (
	"math"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// The histograms hold 1 ns to an hour with three digits.
const (
	longest = 3_600_000_000_000
	digits  = 3
)

// Counts are the books of a run, warm-up included.
type Counts struct {
	Sent       int64 `json:"sent"`       // handed to a connection: received + failed + unanswered
	Received   int64 `json:"received"`   // whole and right
	Unanswered int64 `json:"unanswered"` // still waited for when the run ended
	Unsent     int64 `json:"unsent"`     // planned, but the generator never came to it

	Unreachable int64 `json:"unreachable"` // failed: no connection could be made
	Closed      int64 `json:"closed"`      // failed: the server closed before the whole reply
	Reset       int64 `json:"reset"`       // failed: the connection broke
	Wrong       int64 `json:"wrong"`       // failed: the reply differed
	Abandoned   int64 `json:"abandoned"`   // failed: the connection was given up for another's reply

	ExtraBytes int64 `json:"extra_bytes"` // came without having been asked for; the least there were, as the connection is closed on them
	Lost       int64 `json:"lost"`        // connections the server ended with nothing outstanding
	IdleLost   int64 `json:"idle_lost"`   // idle connections that did not last
	Dials      int64 `json:"dials"`       // connections begun during the run: churn, and in place of lost ones
	Queued     int64 `json:"queued"`      // requests that had to wait for room in the socket, or for their connection
}

// Failed is the number of requests that got no right reply and never will.
func (c Counts) Failed() int64 {
	return c.Unreachable + c.Closed + c.Reset + c.Wrong + c.Abandoned
}

// Balanced says whether each request that was sent has exactly one outcome.
func (c Counts) Balanced() bool { return c.Sent == c.Received+c.Failed()+c.Unanswered }

func (c *Counts) add(o Counts) {
	c.Sent += o.Sent
	c.Received += o.Received
	c.Unanswered += o.Unanswered
	c.Unsent += o.Unsent
	c.Unreachable += o.Unreachable
	c.Closed += o.Closed
	c.Reset += o.Reset
	c.Wrong += o.Wrong
	c.Abandoned += o.Abandoned
	c.ExtraBytes += o.ExtraBytes
	c.Lost += o.Lost
	c.IdleLost += o.IdleLost
	c.Dials += o.Dials
	c.Queued += o.Queued
}

// A tally is what one core puts down. The measured window is [from, to); a
// request belongs to it by its planned time.
type tally struct {
	from, half, to int64

	counts Counts
	first  [failures]error // the first of each kind, for the message

	inWindow int64    // requests handed over in the window that belong to it
	replies  [2]int64 // received in each half of the window
	response [2]*hdrhistogram.Histogram
	service  *hdrhistogram.Histogram
	lag      *hdrhistogram.Histogram
	censored int64 // measured requests in response with their age only
	oldest   int64 // the greatest such age

	inFlight int64
	moved    int64   // when inFlight changed last, within the window
	area     float64 // integral of inFlight over the window, in nanoseconds
}

func newTally() *tally {
	h := func() *hdrhistogram.Histogram { return hdrhistogram.New(1, longest, digits) }
	return &tally{
		from: math.MaxInt64, half: math.MaxInt64, to: math.MaxInt64, moved: math.MaxInt64,
		response: [2]*hdrhistogram.Histogram{h(), h()}, service: h(), lag: h(),
	}
}

func (t *tally) measure(from, to int64) {
	t.from, t.half, t.to, t.moved = from, from+(to-from)/2, to, from
}

func (t *tally) hand(planned, now int64) {
	t.counts.Sent++
	t.flow(now, 1)
	if planned >= t.from && now < t.to {
		t.inWindow++
	}
}

func (t *tally) lagged(planned, written int64) {
	if planned >= t.from {
		record(t.lag, written-planned)
	}
}

func (t *tally) answer(r request, now int64) {
	t.counts.Received++
	t.flow(now, -1)
	if now >= t.from && now < t.to {
		t.replies[t.halfOf(now)]++
	}
	if r.planned >= t.from {
		record(t.response[t.halfOf(r.planned)], now-r.planned)
		record(t.service, now-r.written)
	}
}

func (t *tally) fail(f Failure, why error, now int64) {
	t.flow(now, -1)
	t.note(f, why)
	switch f {
	case Unreachable:
		t.counts.Unreachable++
	case Closed:
		t.counts.Closed++
	case Wrong:
		t.counts.Wrong++
	case Abandoned:
		t.counts.Abandoned++
	default:
		t.counts.Reset++
	}
}

// leave puts down a request that is unanswered at the end.
func (t *tally) leave(r request, now int64) {
	t.counts.Unanswered++
	t.oldest = max(t.oldest, now-r.planned)
	if r.planned >= t.from {
		record(t.response[t.halfOf(r.planned)], now-r.planned)
		t.censored++
	}
}

func (t *tally) note(f Failure, why error) {
	if t.first[f] == nil {
		t.first[f] = why
	}
}

// stop ends the integral when the run ends.
func (t *tally) stop(now int64) { t.flow(now, 0) }

func (t *tally) flow(now, by int64) {
	if end := min(now, t.to); end > t.moved {
		t.area += float64(t.inFlight) * float64(end-t.moved)
		t.moved = end
	}
	t.inFlight += by
}

func (t *tally) halfOf(at int64) int {
	if at < t.half {
		return 0
	}
	return 1
}

// add takes another core's tally of the same window into this one.
func (t *tally) add(o *tally) {
	t.counts.add(o.counts)
	for f, why := range o.first {
		if why != nil {
			t.note(Failure(f), why)
		}
	}
	t.inWindow += o.inWindow
	for i := range t.replies {
		t.replies[i] += o.replies[i]
		t.response[i].Merge(o.response[i])
	}
	t.service.Merge(o.service)
	t.lag.Merge(o.lag)
	t.censored += o.censored
	t.oldest = max(t.oldest, o.oldest)
	t.inFlight += o.inFlight
	t.area += o.area
}

// record puts a time into a histogram. One beyond its range counts as an hour;
// a clock that steps between two processors must not lose the request.
func record(h *hdrhistogram.Histogram, ns int64) {
	// The error is for values out of range, and there are none left.
	_ = h.RecordValue(min(max(ns, 1), longest))
}
