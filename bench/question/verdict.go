package question

import (
	"math"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// Confidence is that of every interval, and one minus it the rate of false
// claims among the strategies of one comparison.
const Confidence = 0.95

// Negligible is the difference that counts as none, however surely it was found:
// a hundredth helps nobody to choose, and another build has that by its layout.
const Negligible = 0.01

// Verdict is what a comparison may claim.
type Verdict int

const (
	Unknown Verdict = iota // too little was measured to find any difference
	Same                   // no difference was found that is larger than the control's and than Negligible
	Faster
	Slower
)

func (v Verdict) String() string {
	return [...]string{"unknown", "no difference", "faster", "slower"}[v]
}

// judge decides which of several samples of log-ratios differ from zero: by an
// exact signed-rank test, corrected after Holm for their number, and by more
// than noise. A sample so small that no outcome could have passed is Unknown.
func judge(samples [][]float64, noise float64) []Verdict {
	verdicts := make([]Verdict, len(samples))
	if math.IsInf(noise, 1) {
		return verdicts
	}
	var ps []float64
	var at []int
	for i, sample := range samples {
		if test, err := stats.SignedRank(sample); err == nil {
			ps, at = append(ps, test.TwoSided), append(at, i)
		}
	}
	noise = max(noise, math.Log1p(Negligible))
	adjusted, err := stats.Holm(ps)
	if err != nil {
		return verdicts
	}
	for k, i := range at {
		differs := adjusted[k] <= 1-Confidence
		estimate := math.Log(RatioOf(exps(samples[i])).Estimate)
		switch {
		case differs && estimate < -noise:
			verdicts[i] = Faster
		case differs && estimate > noise:
			verdicts[i] = Slower
		case differs || len(samples[i]) >= Enough(len(at)):
			verdicts[i] = Same
		}
	}
	return verdicts
}

// Enough is how many processes it takes that a signed-rank test can find any
// difference at all among so many comparisons.
func Enough(comparisons int) int {
	return int(math.Ceil(1 + math.Log2(float64(comparisons)/(1-Confidence))))
}

// mostPaired is how many values an estimate takes two by two. Every pair of
// more would take too long, and the median serves as well.
const mostPaired = 400

// RatioOf estimates the centre of ratios, each from one process, with its
// interval. Ratios are averaged as logarithms, so that twice and half cancel.
func RatioOf(ratios []float64) stats.Interval {
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

// Paired returns the ratios of one unit of two cells, process by process, over
// the blocks in which both were measured.
func Paired(a, b *results.Cell, unit string) (ratios []float64) {
	inBlocks(a, b, unit, func(x, y float64) {
		if x > 0 && y > 0 {
			ratios = append(ratios, x/y)
		}
	})
	return ratios
}

// Differences returns by how much one cell has more of a unit than another,
// process by process, over the blocks in which both were measured.
func Differences(a, b *results.Cell, unit string) (differences []float64) {
	inBlocks(a, b, unit, func(x, y float64) { differences = append(differences, x-y) })
	return differences
}

// inBlocks visits the values of two cells block by block.
func inBlocks(a, b *results.Cell, unit string, visit func(x, y float64)) {
	if a == nil || b == nil {
		return
	}
	of := make(map[int]float64)
	for _, s := range b.Samples {
		if v, ok := s.Value(unit); ok {
			of[s.Block.Number] = v
		}
	}
	for _, s := range a.Samples {
		x, ok := s.Value(unit)
		if y, both := of[s.Block.Number]; ok && both {
			visit(x, y)
		}
	}
}

// Against holds one row against another of the same group, exchange by
// exchange through the reference that both took turns with.
func Against(a, b *Row) stats.Interval {
	if a == nil || b == nil {
		return RatioOf(nil)
	}
	return RatioOf(Paired(a.Cell, b.Cell, results.XRef))
}

func exps(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = math.Exp(v)
	}
	return out
}
