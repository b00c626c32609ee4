package question

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
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

	// Shortest and Longest are the ends of the sweep, in nanoseconds.
	Shortest, Longest float64

	pool bool
}

// Levels are the shares of the ideal at which granularity is given.
var Levels = []float64{0.5, 0.9}

// replicates is how often the bootstrap draws anew for an interval.
const replicates = 999

// METGs returns the granularity of every strategy that took part in the sweep
// whose groups' slugs begin with prefix, from the finest to the coarsest. The
// interval is a percentile bootstrap over processes, which too few of them
// make too narrow: from fewer than six it is unbounded. It is not for several
// goroutines at once.
func (e *Evidence) METGs(prefix string, efficiency float64) []METG {
	of := sweepLevel{prefix, efficiency}
	if _, known := e.metgs[of]; !known {
		e.metgs[of] = e.bootstrap(prefix, efficiency)
	}
	return slices.Clone(e.metgs[of])
}

// A sweepLevel names what granularity is asked of. The bootstrap takes long
// enough to do it once.
type sweepLevel struct {
	prefix     string
	efficiency float64
}

func (e *Evidence) bootstrap(prefix string, efficiency float64) []METG {
	x, samples := make(map[string][]float64), make(map[string][][]float64)
	pools := make(map[string]bool)
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
				pools[r.Strategy] = r.pool()
			}
			x[r.Strategy] = append(x[r.Strategy], float64(length))
			samples[r.Strategy] = append(samples[r.Strategy], values)
		}
	}
	found := make([]*METG, len(order))
	var drawing sync.WaitGroup
	for i, strategy := range order {
		drawing.Go(func() {
			xs, ys := sweepOrder(x[strategy], samples[strategy])
			rng := rand.New(rand.NewPCG(1, 1)) // the same intervals from the same file
			point, interval, err := stats.CrossingInterval(rng, xs, ys, efficiency, replicates, Confidence)
			if err != nil || len(xs) < 2 {
				return
			}
			if slices.ContainsFunc(ys, func(sample []float64) bool { return len(sample) < fewest }) {
				interval.Low, interval.High = 0, math.Inf(1)
			}
			found[i] = &METG{strategy, point, interval, xs[0], xs[len(xs)-1], pools[strategy]}
		})
	}
	drawing.Wait()
	var out []METG
	for _, m := range found {
		if m != nil {
			out = append(out, *m)
		}
	}
	slices.SortStableFunc(out, func(a, b METG) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.Point.X, b.Point.X))
	})
	return out
}

// fewest is how many processes an interval takes at least: the same that the
// exact ones take at this confidence.
const fewest = 6

// rank sorts what lies outside the sweep around what lies inside.
func (m METG) rank() int {
	return map[stats.Place]int{stats.BelowSweep: 0, stats.InSweep: 1, stats.AboveSweep: 2}[m.Point.Place]
}

// sweepOrder sorts a sweep by task length.
func sweepOrder(x []float64, samples [][]float64) ([]float64, [][]float64) {
	index := make([]int, len(x))
	for i := range index {
		index[i] = i
	}
	slices.SortFunc(index, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	xs, ys := make([]float64, len(x)), make([][]float64, len(x))
	for k, i := range index {
		xs[k], ys[k] = x[i], samples[i]
	}
	return xs, ys
}

// String writes the granularity with its interval, as far as the sweep bounds
// them: "2.60 us [2.41 us, 2.83 us]", "above 50.0 us".
func (m METG) String() string {
	low, high := m.Interval.Low, m.Interval.High
	switch {
	case m.Point.Place == stats.BelowSweep:
		return "below " + nanoseconds(m.Shortest)
	case m.Point.Place == stats.AboveSweep:
		return "above " + nanoseconds(m.Longest)
	case low < m.Shortest && high > m.Longest:
		return about + nanoseconds(m.Point.X)
	case low < m.Shortest:
		return fmt.Sprintf("%s [at most %s]", nanoseconds(m.Point.X), nanoseconds(high))
	case high > m.Longest:
		return fmt.Sprintf("%s [at least %s]", nanoseconds(m.Point.X), nanoseconds(low))
	}
	return span(m.Interval, nanoseconds)
}

func answerGrain(e *Evidence) (out []string) {
	for _, level := range Levels {
		if text := e.granularity("grain", level); text != "" {
			out = append(out, text)
		}
	}
	if tight := e.Groups("tight"); len(tight) > 0 {
		if text := e.granularity("tight", Levels[0]); text != "" {
			out = append(out, fmt.Sprintf("Under a limit of %s, %s", tight[0].Limit(), uncapital(text)))
		}
	}
	return out
}

// granularity says which strategies reach a share of the ideal within the
// sweep, and from which task length on. What is no pool is left out: one CPU
// is all that the floor can use.
func (e *Evidence) granularity(prefix string, level float64) string {
	metgs := slices.DeleteFunc(e.METGs(prefix, level), func(m METG) bool { return !m.pool })
	if len(metgs) == 0 {
		return ""
	}
	if short := e.Shortfall(prefix, level); short != "" {
		return short
	}
	share := "half"
	if level != 0.5 {
		share = percent(level)
	}
	var reached, missed []string
	for _, m := range metgs {
		if m.Point.Place == stats.AboveSweep {
			missed = append(missed, m.Strategy)
		} else {
			reached = append(reached, m.Strategy+" "+m.String())
		}
	}
	longest := nanoseconds(slices.MinFunc(metgs, func(a, b METG) int { return cmp.Compare(a.Longest, b.Longest) }).Longest)
	if len(reached) == 0 {
		return fmt.Sprintf("None keeps %s of the machine at work, with tasks of up to %s.", share, longest)
	}
	text := fmt.Sprintf("The shortest tasks that keep %s of the machine at work: %s", share, first(3, reached))
	switch n := len(missed); {
	case n > 0 && n <= 3:
		text += fmt.Sprintf("; not even %s: %s", longest, list(missed))
	case n > 3:
		text += fmt.Sprintf("; not even %s with %d others", longest, n)
	}
	return text + "."
}
