package gate

import (
	"math"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/machine"
)

// A Result is what a gate found: verdict.json.
type Result struct {
	Version     int               `json:"version"`
	Outcome     trial.Outcome     `json:"verdict"` // the worst of the benchmarks'
	Base        Origin            `json:"base"`
	Head        Origin            `json:"head"`
	Made        time.Time         `json:"made"`
	Spent       time.Duration     `json:"spent"`    // measuring pairs
	Complete    bool              `json:"complete"` // false when it was interrupted
	Stops       bool              `json:"stops"`
	Policies    []Policy          `json:"policies"`
	Machine     []machine.Fact    `json:"machine"`
	Rules       trial.Rules       `json:"rules"`
	AllocRule   AllocRule         `json:"alloc-rule"`
	Benchmarks  []BenchmarkResult `json:"cells"`
	Skipped     []Skipped         `json:"skipped,omitempty"`
	Folder      string            `json:"-"`
	SkipsAllocs bool              `json:"skips-allocs,omitempty"`
}

// A BenchmarkResult is what was found of one benchmark.
type BenchmarkResult struct {
	Package  string        `json:"package"`
	Name     string        `json:"name"`
	CPU      int           `json:"cpu"`
	Outcome  trial.Outcome `json:"verdict"`
	Reason   string        `json:"reason,omitempty"`
	Findings []Finding     `json:"findings"`
	Allocs   []AllocTable  `json:"allocs,omitempty"`
	Unjudged []string      `json:"unjudged,omitempty"`
}

// A Finding is one metric of a benchmark under one scheduler. Changes are of head over
// base, 0.03 for 3 % more. What the data do not bound is null.
type Finding struct {
	Unit       string        `json:"unit"`
	Scheduler  Policy        `json:"scheduler"`
	Outcome    trial.Outcome `json:"verdict"`
	Change     *float64      `json:"change"`
	Low        *float64      `json:"low"`
	High       *float64      `json:"high"`
	Confidence *float64      `json:"confidence"`
	P          *float64      `json:"p"` // one-sided, adjusted where it is of the confirm stage
	Stage      trial.Stage   `json:"stage"`
	Pairs      int           `json:"pairs"`
	Layouts    int           `json:"layouts"` // that the pairs are of; what the test counts
	Redone     int           `json:"redone"`
	Noise      float64       `json:"noise"` // standard deviation of a layout's log-ratio
	Theta      float64       `json:"theta"`
	Detectable *float64      `json:"detectable"` // slowdown found 4 times in 5
	Reason     string        `json:"reason,omitempty"`
}

// Result says what has been found so far.
func (g *Gate) Result() Result {
	p := g.plan
	r := Result{
		Version: planVersion, Base: p.Base, Head: p.Head, Made: p.Made, Spent: g.spent,
		Complete: g.trial.Stage() == trial.Done, Stops: p.Stops, Policies: p.Policies, Machine: p.Machine,
		Rules: p.Rules, AllocRule: p.Allocs, Skipped: p.Skipped, Folder: g.out, SkipsAllocs: p.Request.SkipAllocs,
	}
	findings := g.trial.Findings()
	for i, c := range p.Benchmarks {
		benchmark := BenchmarkResult{Package: c.Package, Name: c.Title(), CPU: c.CPU, Unjudged: c.Unjudged, Allocs: g.allocs[i].Units}
		for k, a := range g.arms {
			if a.benchmark != i {
				continue
			}
			for u, unit := range c.Metrics {
				benchmark.Findings = append(benchmark.Findings, finding(unit, a.policy, findings[k][u], g.tallies[k]))
			}
		}
		benchmark.judge(p.Policies[0])
		r.Benchmarks = append(r.Benchmarks, benchmark)
	}
	r.Outcome = overall(r.Benchmarks, r.Skipped)
	return r
}

func finding(unit trial.Metric, policy Policy, f trial.Finding, n tally) Finding {
	out := Finding{
		Unit: unit.Name, Scheduler: policy, Outcome: f.Outcome, Stage: f.Stage, Pairs: f.Pairs, Layouts: f.Layouts, Redone: n.redone,
		Noise: f.Noise, Theta: unit.Theta, Detectable: finite(f.Detectable), Reason: f.Reason,
	}
	if f.Outcome == "" {
		out.Outcome, out.Reason = trial.Inconclusive, "the gate was interrupted before it was looked at"
		return out
	}
	if f.Pairs > 0 {
		out.P, out.Confidence = finite(f.P), finite(f.Worse.Confidence)
		low, high := f.Worse.Low, f.Worse.High
		change := f.Worse.Estimate
		if unit.HigherIsBetter {
			change, low, high = -change, -high, -low
		}
		out.Change, out.Low, out.High = finite(math.Expm1(change)), finite(math.Expm1(low)), finite(math.Expm1(high))
		if math.IsInf(low, -1) {
			out.Low = nil
		}
	}
	return out
}

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// judge makes one outcome of a benchmark's. A regression under any scheduler, of any
// unit, is one; but that nothing changed is shown by the first scheduler alone:
// the other is noisier and stands watch beside it.
func (c *BenchmarkResult) judge(first Policy) {
	var all []trial.Outcome
	for _, f := range c.Findings {
		if f.Scheduler == first || f.Outcome == trial.Regressed || f.Outcome == trial.Improved {
			all = append(all, f.Outcome)
		}
		if f.Outcome == trial.Unmeasurable && f.Scheduler == first && c.Reason == "" {
			c.Reason = f.Reason
		}
	}
	for _, t := range c.Allocs {
		all = append(all, t.Outcome)
		if t.Outcome == trial.Unmeasurable && c.Reason == "" {
			c.Reason = "allocations: " + t.Reason
		}
	}
	c.Outcome = worst(all)
}

// worst returns the outcome that asks for most.
func worst(all []trial.Outcome) trial.Outcome {
	for _, v := range trial.Outcomes {
		if slices.Contains(all, v) {
			return v
		}
	}
	return trial.Unmeasurable
}

// overall is the worst of the benchmarks', with what could not be measured at all.
func overall(benchmarks []BenchmarkResult, skipped []Skipped) trial.Outcome {
	var all []trial.Outcome
	for _, c := range benchmarks {
		all = append(all, c.Outcome)
	}
	for _, s := range skipped {
		if s.Unmeasurable {
			all = append(all, trial.Unmeasurable)
		}
	}
	return worst(all)
}
