package claim

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// Confidence is that of every interval, and one minus it the rate of false
// claims among the claims of one comparison.
const Confidence = 0.95

// Negligible is the least difference that is claimed, however surely it was
// found. A difference of 1 % is too small to choose by, and the layout of another
// build makes as much.
const Negligible = 0.01

// A Design is how the two sides of a comparison were measured. What varies on a
// shared machine is time, so the design decides what a difference means.
type Design int

const (
	Single   Design = iota // nothing is compared
	InTurns                // both took turns of a millisecond or two
	ByBlocks               // both were measured in each block, seconds to minutes apart
	ByLines                // the k-th lines of both are taken as a pair: the file does not say what was measured together
	Apart                  // in separate runs, so that what changed in between counts as a difference
)

func (d Design) String() string {
	return [...]string{"", "in turns", "by blocks", "by lines", "separate runs"}[d]
}

// A Pair is a cell and what it is compared with.
type Pair struct {
	Subject, Baseline Subject
	Judge             bool // whether a verdict is wanted: not of the baseline itself or of a control
}

// Compare compares cells with their baselines in a unit: process by process, as
// the design says. The verdicts come from an exact signed-rank test of the
// logarithms, corrected after Holm for the number of claims that are judged, and
// from noise: no difference up to it is claimed. A pair that shares no process
// makes no claim.
//
// It is an error if the data do not have the design: in turns means that both
// cells stand in one group and carry the unit of ratios; by blocks, that the
// cells carry block numbers.
//
// A ratio of time or CPU time in turns is read from x-ref and cpu-x-ref, which
// are relative to what both took turns with. A baseline without a cell is what
// these units are relative to, where a file has the ratios alone.
func Compare(pairs []Pair, unit string, design Design, noise float64) (*Comparison, error) {
	c := &Comparison{Unit: unit, Design: design, Noise: noise}
	var samples [][]float64 // of the claims that are judged
	var judged []*Claim
	for _, p := range pairs {
		if err := design.check(p, unit); err != nil {
			return nil, err
		}
		ratios := p.ratios(unit)
		claim := &Claim{Subject: p.Subject, Group: p.Subject.Cell.Samples[0].Block.Group, Unit: unit, Baseline: p.Baseline, Design: design, Value: Centre(ratios)}
		if !Known(claim.Value) {
			continue
		}
		c.Claims = append(c.Claims, claim)
		if p.Judge {
			claim.Verdict = Undecided
			samples, judged = append(samples, stats.Logs(ratios)), append(judged, claim)
		}
	}
	judge(judged, samples, max(noise, math.Log1p(Negligible)))
	c.sort()
	return c, nil
}

// ratios are the values of a pair, one from each process.
func (p Pair) ratios(unit string) []float64 {
	if p.Baseline.Cell != nil {
		return Ratios(p.Subject.Cell, p.Baseline.Cell, unit)
	}
	return slices.DeleteFunc(p.Subject.Cell.Values(unit), func(v float64) bool { return !(v > 0) })
}

// Figures makes a claim of the median of each subject's unit, compared with
// nothing. What has no value of it makes none.
func Figures(subjects []Subject, unit string) *Comparison {
	c := &Comparison{Unit: unit}
	for _, s := range subjects {
		if v := Median(s.Cell, unit); Known(v) {
			c.Claims = append(c.Claims, &Claim{Subject: s, Group: s.Cell.Samples[0].Block.Group, Unit: unit, Value: v})
		}
	}
	c.sort()
	return c
}

func (c *Comparison) sort() {
	slices.SortStableFunc(c.Claims, func(a, b *Claim) int {
		return cmp.Or(cmp.Compare(a.Value.Estimate, b.Value.Estimate), cmp.Compare(a.Name, b.Name))
	})
}

// check is an error where a pair was not measured as the design says.
func (d Design) check(p Pair, unit string) error {
	a, b := p.Subject.Cell, p.Baseline.Cell
	relative := unit == results.XRef || unit == results.CPUXRef
	if a != nil && b == nil && relative && (d == InTurns || d == ByLines) {
		return nil
	}
	if a == nil || b == nil {
		return fmt.Errorf("compare %s with %s: a cell is missing", p.Subject.Name, p.Baseline.Name)
	}
	x, y := a.Samples[0].Block, b.Samples[0].Block
	switch d {
	case InTurns, ByLines:
		if x.Group == "" || x.Group != y.Group {
			return fmt.Errorf("compare %s with %s %s: they did not take turns, one is in group %q and the other in %q; compare them by blocks", a.Name, b.Name, d, x.Group, y.Group)
		}
		if !relative {
			return fmt.Errorf("compare %s with %s %s: %s is no unit of ratios; compare %s or %s, or compare by blocks", a.Name, b.Name, d, unit, results.XRef, results.CPUXRef)
		}
	case ByBlocks:
		if x.Number == 0 || y.Number == 0 {
			return fmt.Errorf("compare %s with %s by blocks: the file does not say in which blocks they were measured", a.Name, b.Name)
		}
		if relative && x.Group != y.Group {
			return fmt.Errorf("compare %s with %s by blocks: %s is relative to another reference in each of them; compare a unit that stands alone", a.Name, b.Name, unit)
		}
	default:
		return fmt.Errorf("compare %s with %s: no design %q makes pairs", a.Name, b.Name, d)
	}
	return nil
}

// judge decides which claims differ from one, from the logarithms of their
// ratios. One with so small a sample that no outcome could have passed stays
// undecided.
func judge(claims []*Claim, samples [][]float64, noise float64) {
	if math.IsInf(noise, 1) {
		return
	}
	var ps []float64
	var tested []int
	for i, sample := range samples {
		if test, err := stats.SignedRank(sample); err == nil {
			ps, tested = append(ps, test.TwoSided), append(tested, i)
		}
	}
	adjusted, err := stats.Holm(ps)
	if err != nil {
		return
	}
	for k, i := range tested {
		c, differs := claims[i], adjusted[k] <= 1-Confidence
		estimate := math.Log(c.Value.Estimate)
		switch {
		case differs && math.Abs(estimate) > noise && (estimate > 0) == MoreIsBetter(c.Unit):
			c.Verdict = Better
		case differs && math.Abs(estimate) > noise:
			c.Verdict = Worse
		case differs || len(samples[i]) >= Enough(len(tested)):
			c.Verdict = Tied
		}
	}
}

// Enough is how many processes it takes for a signed-rank test to find any
// difference at all among so many comparisons.
func Enough(comparisons int) int {
	return stats.FewestPairs((1 - Confidence) / 2 / float64(comparisons)) // of either direction
}

// Fewest is how many processes an interval takes at least at [Confidence].
const Fewest = 6

// mostPaired is how many values an estimate takes two by two. Every pair of
// more would take too long, and the median serves as well.
const mostPaired = 400

// Centre estimates the centre of ratios, each from one process, with its
// interval. Ratios are averaged as logarithms, so that twice and half cancel.
func Centre(ratios []float64) stats.Interval {
	centre := stats.HodgesLehmann
	if len(ratios) > mostPaired {
		centre = stats.Median
	}
	interval, err := centre(stats.Logs(ratios), Confidence)
	if err != nil {
		return stats.Interval{Estimate: math.NaN(), Low: 0, High: math.Inf(1), Reason: err.Error()}
	}
	return interval.Exp()
}

// Noise is the largest log-ratio that a control's interval admits: what differs
// by less may differ by chance.
func Noise(control stats.Interval) float64 {
	return max(math.Abs(math.Log(control.Low)), math.Abs(math.Log(control.High)))
}

// Ratios returns the ratios of one unit of two cells, process by process, over
// the blocks in which both were measured.
func Ratios(a, b *results.Cell, unit string) (ratios []float64) {
	if a == nil || b == nil {
		return nil
	}
	of := make(map[int]float64)
	for _, s := range b.Samples {
		if v, ok := s.Value(unit); ok {
			of[s.Block.Number] = v
		}
	}
	for _, s := range a.Samples {
		x, ok := s.Value(unit)
		if y, both := of[s.Block.Number]; ok && both && x > 0 && y > 0 {
			ratios = append(ratios, x/y)
		}
	}
	return ratios
}

// Median is the median of a unit over a cell's processes, with its interval.
func Median(c *results.Cell, unit string) stats.Interval {
	interval, err := stats.Median(c.Values(unit), Confidence)
	if err != nil {
		return stats.Interval{Estimate: math.NaN(), Low: math.Inf(-1), High: math.Inf(1)}
	}
	return interval
}
