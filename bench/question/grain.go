package question

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// Grain asks how fine tasks may be cut.
var Grain = &Question{
	Slug:   "grain",
	Ask:    "How fine may tasks be before overhead eats half of the machine?",
	answer: answerGrain,
}

// METG is the minimum effective task granularity of one strategy: the shortest
// task at which it still reaches a share of the ideal.
type METG struct {
	Strategy string
	Point    stats.Point    // nanoseconds
	Interval stats.Interval // of the same
}

// replicates is how often the bootstrap draws anew for an interval.
const replicates = 999

// METGs returns the granularity of every strategy that took part in the sweep
// whose groups' slugs begin with prefix, from the finest to the coarsest. The
// interval is a percentile bootstrap over processes.
func (e *Evidence) METGs(prefix string, efficiency float64) []METG {
	x, samples := make(map[string][]float64), make(map[string][][]float64)
	var order []string
	for _, g := range e.Groups(prefix) {
		for _, r := range g.Rows {
			length, err := time.ParseDuration(r.Cell.Keys["grain"])
			values := r.Cell.Values(results.Efficiency)
			if !r.Real() || err != nil || len(values) == 0 {
				continue
			}
			if x[r.Strategy] == nil {
				order = append(order, r.Strategy)
			}
			x[r.Strategy] = append(x[r.Strategy], float64(length))
			samples[r.Strategy] = append(samples[r.Strategy], values)
		}
	}
	var out []METG
	for _, strategy := range order {
		xs, ys := sweepOrder(x[strategy], samples[strategy])
		rng := rand.New(rand.NewPCG(1, 1)) // the same intervals from the same file
		point, interval, err := stats.CrossingInterval(rng, xs, ys, efficiency, replicates, Confidence)
		if err == nil && len(xs) > 1 {
			out = append(out, METG{strategy, point, interval})
		}
	}
	slices.SortStableFunc(out, func(a, b METG) int {
		if a.Point.Place != b.Point.Place && stats.AboveSweep == max(a.Point.Place, b.Point.Place) {
			return int(a.Point.Place) - int(b.Point.Place)
		}
		return compareFloats(a.Point.X, b.Point.X)
	})
	return out
}

// sweepOrder sorts a sweep by task length.
func sweepOrder(x []float64, samples [][]float64) ([]float64, [][]float64) {
	index := make([]int, len(x))
	for i := range index {
		index[i] = i
	}
	slices.SortFunc(index, func(a, b int) int { return compareFloats(x[a], x[b]) })
	xs, ys := make([]float64, len(x)), make([][]float64, len(x))
	for k, i := range index {
		xs[k], ys[k] = x[i], samples[i]
	}
	return xs, ys
}

// String writes the granularity with its interval.
func (m METG) String() string {
	switch m.Point.Place {
	case stats.BelowSweep:
		return m.Strategy + " below " + nanoseconds(m.Point.X)
	case stats.AboveSweep:
		return m.Strategy + " above " + nanoseconds(m.Point.X)
	}
	return m.Strategy + " " + span(m.Interval, nanoseconds)
}

func answerGrain(e *Evidence) (out []string) {
	for _, level := range []float64{0.5, 0.9} {
		metgs := e.METGs("grain", level)
		if len(metgs) == 0 {
			continue
		}
		words := make([]string, len(metgs))
		for i, m := range metgs {
			words[i] = m.String()
		}
		share := "Half"
		if level != 0.5 {
			share = percent(level)
		}
		out = append(out, fmt.Sprintf("%s of the machine works on tasks, and not on handing them out, from these task lengths on: %s.", share, list(words)))
	}
	return out
}
