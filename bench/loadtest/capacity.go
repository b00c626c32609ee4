package loadtest

import (
	"fmt"
	"runtime"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/workload"
)

// A Capacity is how many requests are answered in a second at the most. It is
// measured once, before all that is compared with it, so that a rate is the
// same number for every strategy. 0 means not measured.
type Capacity struct {
	Common  float64 `json:"common,omitempty"`  // of the reference and the generator together, by what a request costs them
	Handler float64 `json:"handler,omitempty"` // of as many places as overloaded servers have, each with their handler
}

// Rate returns the requests per second of an open loop, 0 for another.
func (c Capacity) Rate(t workload.Traffic) float64 {
	switch {
	case t.Load != workload.OpenLoop:
		return 0
	case t.Handler > 0:
		return c.Handler * float64(t.Percent) / 100
	}
	return c.Common * float64(t.Percent) / 100
}

const (
	probeLength = 80 * time.Millisecond

	// lonePercent is the share of a closed loop's rate at which requests come
	// one by one.
	lonePercent = 10
)

// ClosedProbe returns the traffic with which a capacity is found: a closed
// loop, otherwise like that which needs it.
func ClosedProbe(like workload.Traffic, dispatch workload.Dispatch, limit int) workload.Traffic {
	like.Load, like.Percent, like.Idle = workload.ClosedLoop, 0, 0
	like.Dispatch, like.Limit = dispatch, limit
	like.Length, like.Requests = probeLength, 0
	return like
}

// LoneProbe returns the traffic whose requests come one by one, where the
// common capacity is the rate of the closed probe.
func LoneProbe(closed workload.Traffic) workload.Traffic {
	closed.Load, closed.Percent = workload.OpenLoop, lonePercent
	return closed
}

// ClosedRate returns how many requests a second were answered in the turns of a
// closed probe: the median over the valid ones.
func ClosedRate(turns []experiment.Turn) (float64, error) {
	return quantile(valid(turns), turns, results.ReqRate, 0.5)
}

// A Saturation is the rate at which an open loop would keep every CPU busy,
// and what it follows from.
type Saturation struct {
	Rate              float64 // requests per second
	closed            float64 // the same in a closed loop
	server, generator float64 // CPU time of a request that comes alone, ns
}

// Settings describe the saturation in the head of a results file.
func (s Saturation) Settings() []results.Setting {
	return []results.Setting{
		{Key: results.CommonCapacity, Value: PerSecond(s.Rate)},
		{Key: results.ClosedCapacity, Value: PerSecond(s.closed)},
		{Key: results.LoneDemand, Value: fmt.Sprintf("server %.0f ns, generator %.0f ns", s.server, s.generator)},
	}
}

// PerSecond writes a rate for the head of a file.
func PerSecond(rate float64) string { return fmt.Sprintf("%.0f req/s", rate) }

// Saturate finds the rate at which a server and the generator, each on as many
// threads as it may use, would keep every CPU busy: by the utilisation law, as
// many CPUs as there are through the CPU time that a request demands (Denning
// and Buzen, Computing Surveys 10, 1978), or the throughput of the generator's
// threads or of a closed loop, if that is less.
//
// The demand is that of requests which come one by one, in the turns of a lone
// probe. In a closed loop they come in crowds, of which one wake-up serves many:
// a request costs less than half, and most of the rates that are shares of such
// a capacity are out of an open loop's reach. Nor is the highest rate at which
// the generator is punctual a figure to divide by: the share of punctual runs
// falls so slowly with the rate that to find its middle takes minutes. CPU time
// per request repeats within a few percent.
func Saturate(closed float64, lone []experiment.Turn) (Saturation, error) {
	return saturate(closed, lone, runtime.GOMAXPROCS(0), openThreads())
}

func saturate(closed float64, lone []experiment.Turn, cpus, threads int) (Saturation, error) {
	// A turn in which the generator was late, and whose latencies are invalid,
	// costs as much as another. What disturbs a turn makes requests dearer and
	// never cheaper: the lower quartile is what repeats.
	server, err := quantile(lone, lone, results.CPUNsPerReq, 0.25)
	if err != nil {
		return Saturation{}, err
	}
	generator, err := quantile(lone, lone, results.GenCPU, 0.25)
	if err != nil {
		return Saturation{}, err
	}
	second := float64(time.Second)
	rate := min(float64(cpus)*second/(server+generator), float64(threads)*second/generator, closed)
	return Saturation{rate, closed, server, generator}, nil
}

// quantile is that of a unit over the turns that count, out of all of them.
func quantile(count, all []experiment.Turn, unit string, q float64) (float64, error) {
	var values []float64
	for _, t := range count {
		if v, ok := t.Values[unit]; ok {
			values = append(values, v)
		}
	}
	if v, err := stats.Quantile(values, q); err == nil && v > 0 {
		return v, nil
	}
	why := "no turn has it"
	if reasons := Invalid(all); len(reasons) > 0 {
		why = "the load was not valid: " + reasons[0]
	}
	return 0, fmt.Errorf("measure %s: %s", unit, why)
}
