package gate

import (
	"math"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/machine"
)

// A Verdict is what a gate found: verdict.json.
type Verdict struct {
	Version     int            `json:"version"`
	Verdict     trial.Verdict  `json:"verdict"` // the worst of the cells'
	Base        Origin         `json:"base"`
	Head        Origin         `json:"head"`
	Made        time.Time      `json:"made"`
	Spent       time.Duration  `json:"spent"`    // measuring pairs
	Complete    bool           `json:"complete"` // false when it was interrupted
	Stops       bool           `json:"stops"`
	Policies    []Policy       `json:"policies"`
	Machine     []machine.Fact `json:"machine"`
	Rules       trial.Rules    `json:"rules"`
	AllocRule   AllocRule      `json:"alloc-rule"`
	Cells       []CellVerdict  `json:"cells"`
	Skipped     []Skipped      `json:"skipped,omitempty"`
	Folder      string         `json:"-"`
	SkipsAllocs bool           `json:"skips-allocs,omitempty"`
}

// A CellVerdict is what was found of one benchmark.
type CellVerdict struct {
	Package  string        `json:"package"`
	Name     string        `json:"name"`
	CPU      int           `json:"cpu"`
	Verdict  trial.Verdict `json:"verdict"`
	Reason   string        `json:"reason,omitempty"`
	Findings []Finding     `json:"findings"`
	Allocs   []AllocTable  `json:"allocs,omitempty"`
	Unjudged []string      `json:"unjudged,omitempty"`
}

// A Finding is one unit of a cell under one scheduler. Changes are of head over
// base, 0.03 for 3 % more. What the data do not bound is null.
type Finding struct {
	Unit       string        `json:"unit"`
	Scheduler  Policy        `json:"scheduler"`
	Verdict    trial.Verdict `json:"verdict"`
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

// Verdict says what has been found so far.
func (g *Gate) Verdict() Verdict {
	p := g.plan
	v := Verdict{
		Version: planVersion, Base: p.Base, Head: p.Head, Made: p.Made, Spent: g.spent,
		Complete: g.trial.Stage() == trial.Done, Stops: p.Stops, Policies: p.Policies, Machine: p.Machine,
		Rules: p.Rules, AllocRule: p.Allocs, Skipped: p.Skipped, Folder: g.out, SkipsAllocs: p.Request.SkipAllocs,
	}
	findings := g.trial.Findings()
	for i, c := range p.Cells {
		cell := CellVerdict{Package: c.Package, Name: c.Title(), CPU: c.CPU, Unjudged: c.Unjudged, Allocs: g.allocs[i].Units}
		for k, a := range g.arms {
			if a.cell != i {
				continue
			}
			for u, unit := range c.Units {
				cell.Findings = append(cell.Findings, finding(unit, a.policy, findings[k][u], g.tallies[k]))
			}
		}
		cell.judge(p.Policies[0])
		v.Cells = append(v.Cells, cell)
	}
	v.Verdict = overall(v.Cells, v.Skipped)
	return v
}

func finding(unit trial.Unit, policy Policy, f trial.Finding, n tally) Finding {
	out := Finding{
		Unit: unit.Name, Scheduler: policy, Verdict: f.Verdict, Stage: f.Stage, Pairs: f.Pairs, Layouts: f.Layouts, Redone: n.redone,
		Noise: f.Noise, Theta: unit.Theta, Detectable: finite(f.Detectable), Reason: f.Reason,
	}
	if f.Verdict == "" {
		out.Verdict, out.Reason = trial.Inconclusive, "the gate was interrupted before it was looked at"
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

// judge makes one verdict of a cell's. A regression under any scheduler, of any
// unit, is one; but that nothing changed is shown by the first scheduler alone:
// the other is noisier and stands watch beside it.
func (c *CellVerdict) judge(first Policy) {
	var all []trial.Verdict
	for _, f := range c.Findings {
		if f.Scheduler == first || f.Verdict == trial.Regressed || f.Verdict == trial.Improved {
			all = append(all, f.Verdict)
		}
		if f.Verdict == trial.Unmeasurable && f.Scheduler == first && c.Reason == "" {
			c.Reason = f.Reason
		}
	}
	for _, t := range c.Allocs {
		all = append(all, t.Verdict)
		if t.Verdict == trial.Unmeasurable && c.Reason == "" {
			c.Reason = "allocations: " + t.Reason
		}
	}
	c.Verdict = worst(all)
}

// worst returns the verdict that asks for most.
func worst(all []trial.Verdict) trial.Verdict {
	for _, v := range trial.Verdicts {
		if slices.Contains(all, v) {
			return v
		}
	}
	return trial.Unmeasurable
}

// overall is the worst of the cells', with what could not be measured at all.
func overall(cells []CellVerdict, skipped []Skipped) trial.Verdict {
	var all []trial.Verdict
	for _, c := range cells {
		all = append(all, c.Verdict)
	}
	for _, s := range skipped {
		if s.Unmeasurable {
			all = append(all, trial.Unmeasurable)
		}
	}
	return worst(all)
}
