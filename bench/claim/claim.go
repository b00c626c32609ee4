package claim

import (
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// A Subject is a cell with the words for it.
type Subject struct {
	Cell *results.Cell
	Name string // in a sentence: "pond", "pond per message", "go f()"
}

// A Claim says how much one cell has of a unit: by itself, or as a multiple of a
// baseline's.
type Claim struct {
	Subject
	Group    string  // the slug of what it was measured with
	Unit     string  // of Value, as the results file writes it; of a ratio x-ref, cpu-x-ref or the unit that both have
	Baseline Subject // without a name: Value is no ratio; without a cell: the file has ratios to it but not the baseline itself
	Design   Design  // what a ratio rests on

	Value   stats.Interval // Low and High are infinite where too little was measured for an interval
	Verdict Verdict
	Doubts  []string // reasons in sentences why the claim may not hold; none: there is no reason to doubt it
}

// Compared says whether the claim is a ratio to a baseline.
func (c *Claim) Compared() bool { return c.Baseline.Name != "" }

// A Verdict is what a comparison may claim.
type Verdict int

const (
	NotJudged Verdict = iota // nothing is claimed: there is no baseline, or the row is the baseline or a control
	Undecided                // too little was measured to find any difference
	Tied                     // no difference was found that is larger than the control's and than [Negligible]
	Better                   // the unit says whether less or more is better
	Worse
)

func (v Verdict) String() string {
	return [...]string{"", "undecided", "no difference found", "better", "worse"}[v]
}

// A Comparison is claims against one kind of baseline, judged together: with
// one rate of false claims among them all.
type Comparison struct {
	Unit   string
	Design Design
	Noise  float64  // the largest log-ratio that the control's interval admits; infinite where it was measured too seldom
	Claims []*Claim // the least estimate first
}

// Sorted returns the claims for which keep is true, from the least estimate to
// the largest.
func (c *Comparison) Sorted(keep func(*Claim) bool) (out []*Claim) {
	for _, claim := range c.Claims {
		if keep(claim) {
			out = append(out, claim)
		}
	}
	return out
}

// With returns the claims of a verdict, from the least estimate to the largest.
func (c *Comparison) With(v Verdict) []*Claim {
	return c.Sorted(func(claim *Claim) bool { return claim.Verdict == v })
}

// Of returns the claim about a cell, or nil.
func (c *Comparison) Of(cell *results.Cell) *Claim {
	if i := slices.IndexFunc(c.Claims, func(claim *Claim) bool { return claim.Cell == cell }); i >= 0 {
		return c.Claims[i]
	}
	return nil
}

// Decided says whether any claim has a verdict.
func (c *Comparison) Decided() bool {
	return slices.ContainsFunc(c.Claims, func(claim *Claim) bool { return claim.Verdict > Undecided })
}

// Judged returns how many claims are judged together, and the most processes
// that one of them rests on.
func (c *Comparison) Judged() (claims, processes int) {
	for _, claim := range c.Claims {
		if claim.Verdict != NotJudged {
			claims, processes = claims+1, max(processes, claim.Value.N)
		}
	}
	return claims, processes
}

// DoubtControl marks every judged claim as doubtful where the control, whose ratio
// should be 1, is not 1 within its interval.
func (c *Comparison) DoubtControl(control stats.Interval) {
	if !Bounded(control) || control.Covers(1) {
		return
	}
	for _, claim := range c.Claims {
		if claim.Verdict != NotJudged {
			claim.Doubts = append(claim.Doubts, "The control of the same group should be 1 and is "+Times(control)+".")
		}
	}
}

// Uncertainty is how far the widest interval of some claims reaches, as a share,
// but at least [Negligible]: a difference that was not found may be as large. It
// is not a number where no claim has an interval.
func Uncertainty(claims []*Claim) float64 {
	widest := math.NaN()
	for _, c := range claims {
		if width := math.Log(c.Value.High/c.Value.Low) / 2; Bounded(c.Value) && !(width <= widest) {
			widest = width
		}
	}
	return max(math.Expm1(widest), Negligible)
}

// Overlap says whether the intervals of two claims overlap, or one has none: the
// two cannot be told apart by them.
func Overlap(a, b *Claim) bool {
	return !Bounded(a.Value) || !Bounded(b.Value) || b.Value.Low <= a.Value.High && a.Value.Low <= b.Value.High
}

// Bounded says whether an interval has ends.
func Bounded(i stats.Interval) bool { return !math.IsInf(i.Low, 0) && !math.IsInf(i.High, 0) }

// Known says whether there is an estimate that can be one.
func Known(i stats.Interval) bool { return math.Abs(i.Estimate) <= largest }

// largest is more than was ever measured of anything.
const largest = 1e15
