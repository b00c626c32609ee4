package load

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A Result is what came of a run. It encodes to JSON without the histograms;
// durations are in nanoseconds.
type Result struct {
	Options Options   `json:"options"` // with the defaults that were used
	Start   time.Time `json:"start"`
	Verdict Validity  `json:"verdict"`
	Counts  Counts    `json:"counts"` // warm-up included; all that follows is without it, but for the CPU time

	Planned    float64 `json:"planned_per_s"`    // requests that the schedule has, per second; of a closed loop as Sent
	Sent       float64 `json:"sent_per_s"`       // requests that went out in time, per second
	Throughput float64 `json:"throughput_per_s"` // right replies received, per second

	Response Latency `json:"response"` // planned to received; requests without a reply at the end have their age in it
	Service  Latency `json:"service"`  // written to received
	Lag      Latency `json:"lag"`      // planned to written

	// InFlight is the mean number of requests sent and unanswered, from
	// their integral over time. By Little's law it is Throughput times the
	// mean Service in the steady state.
	InFlight float64 `json:"in_flight"`

	CPU           time.Duration `json:"gen_cpu_ns"`         // of this process during the run, user and system
	CPUPerRequest time.Duration `json:"gen_cpu_ns_per_req"` // the same, per request sent
	Busy          float64       `json:"gen_busy"`           // share of its processor that the busiest thread used while it sent
}

// summarize makes one result of what all shards put down.
func summarize(o Options, at time.Time, shards []*shard, took period) *Result {
	total := shards[0].core.tally
	busy, planned := shards[0].busy, int64(0)
	for i, s := range shards {
		if i > 0 {
			total.add(s.core.tally)
		}
		busy = max(busy, s.busy)
		for _, a := range s.core.plan.arrivals {
			if a.At >= o.Warmup {
				planned++
			}
		}
	}
	r := report(o, total, planned, busy, firstError(shards))
	r.Start = at
	r.CPU = took.cpu
	if r.Counts.Sent > 0 {
		r.CPUPerRequest = took.cpu / time.Duration(r.Counts.Sent)
	}
	return r
}

// report turns a tally into figures and a verdict.
func report(o Options, t *tally, planned int64, busy float64, early error) *Result {
	response := hdrhistogram.New(1, longest, digits)
	response.Merge(t.response[0])
	response.Merge(t.response[1])
	if o.Closed {
		planned = t.inWindow
	}
	seconds := o.Duration.Seconds()
	r := &Result{
		Options:    o,
		Counts:     t.counts,
		Planned:    float64(planned) / seconds,
		Sent:       float64(t.inWindow) / seconds,
		Throughput: float64(t.replies[0]+t.replies[1]) / seconds,
		Response:   newLatency(response),
		Service:    newLatency(t.service),
		Lag:        newLatency(t.lag),
		InFlight:   t.area / float64(o.Duration),
		Busy:       busy,
	}
	// What counts here is the bound on the generator itself, so the lag's
	// 99th percentile is taken however few requests there are.
	r.Verdict = judge(evidence{
		closed: o.Closed, ramp: o.RampTo != 0 && o.RampTo != o.Rate, window: o.Duration,
		counts: t.counts, planned: planned, sent: t.inWindow, results: r.Response.Count,
		oldest: time.Duration(t.oldest), first: t.first, busy: busy,
		lagP99: time.Duration(t.lag.ValueAtQuantile(99)), p50: r.Response.P50,
		halfP50: [2]time.Duration{time.Duration(t.response[0].ValueAtQuantile(50)), time.Duration(t.response[1].ValueAtQuantile(50))},
		halfN:   [2]int64{t.response[0].TotalCount(), t.response[1].TotalCount()},
		replies: t.replies,
		early:   early,
	})
	return r
}
