package question

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// Levels are the shares of the ideal at which granularity is given.
var Levels = []float64{0.5, 0.9}

// A METG is the minimum effective task granularity of one strategy: the shortest
// task at which it still reaches a share of the ideal (Slaughter et al., SC20).
type METG struct {
	Row      *Row        // in the longest tasks of the sweep
	Point    stats.Point // nanoseconds
	Interval stats.Interval

	// Shortest and Longest are the ends of the sweep, in nanoseconds.
	Shortest, Longest float64
}

// Claim is the granularity as a figure in nanoseconds; nil where it lies outside
// the sweep.
func (m METG) Claim() *claim.Claim {
	if m.Point.Place != stats.InSweep {
		return nil
	}
	v := m.Interval
	v.N = len(m.Row.Cell.Values(results.Efficiency))
	return &claim.Claim{Subject: m.Row.subject(), Group: m.Row.Cell.Samples[0].Block.Group, Unit: "ns", Value: v}
}

// String writes the granularity with its interval, as far as the sweep bounds
// them: "2.60 us [2.41 us, 2.83 us]", "above 50.0 us".
func (m METG) String() string {
	low, high := m.Interval.Low, m.Interval.High
	write := claim.Nanoseconds
	switch {
	case m.Point.Place == stats.BelowSweep:
		return "below " + write(m.Shortest)
	case m.Point.Place == stats.AboveSweep:
		return "above " + write(m.Longest)
	case low < m.Shortest && high > m.Longest:
		return "about " + write(m.Point.X)
	case low < m.Shortest:
		return fmt.Sprintf("%s [at most %s]", write(m.Point.X), write(high))
	case high > m.Longest:
		return fmt.Sprintf("%s [at least %s]", write(m.Point.X), write(low))
	}
	return claim.Quantity(m.Interval, write)
}

// replicates is how often the bootstrap draws anew for an interval.
const replicates = 999

// METGs returns the granularity of every strategy that took part in a sweep, the
// finest first. The interval is a percentile bootstrap over processes, which too
// few of them make too narrow: from fewer than [claim.Fewest] it is unbounded.
// The bootstrap takes so long that it is done once; METGs is not for several
// goroutines at once.
func (e *Evidence) METGs(groups []*Group, efficiency float64) []METG {
	if len(groups) == 0 {
		return nil
	}
	of := sweepLevel{groups[0].Slug, efficiency}
	if _, known := e.metgs[of]; !known {
		e.metgs[of] = bootstrap(groups, efficiency)
	}
	return slices.Clone(e.metgs[of])
}

// A sweepLevel names what granularity is asked of: the first group of a sweep
// and a share of the ideal.
type sweepLevel struct {
	first      string
	efficiency float64
}

func bootstrap(groups []*Group, efficiency float64) []METG {
	x, samples := make(map[string][]float64), make(map[string][][]float64)
	var rows []*Row // of the last group in which each strategy is
	for _, g := range groups {
		for _, r := range g.Rows {
			values := r.Cell.Values(results.Efficiency)
			if !r.IsStrategy() || g.grain().Duration() == 0 || len(values) == 0 {
				continue
			}
			i := slices.IndexFunc(rows, func(o *Row) bool { return o.Strategy == r.Strategy })
			if i < 0 {
				rows = append(rows, r)
			} else {
				rows[i] = r
			}
			x[r.Strategy] = append(x[r.Strategy], float64(g.grain().Duration()))
			samples[r.Strategy] = append(samples[r.Strategy], values)
		}
	}
	found := make([]*METG, len(rows))
	var drawing sync.WaitGroup
	for i, row := range rows {
		drawing.Go(func() {
			xs, ys := x[row.Strategy], samples[row.Strategy]
			if len(xs) < 2 {
				return
			}
			rng := rand.New(rand.NewPCG(1, 1)) // the same intervals from the same file
			point, interval, err := stats.CrossingInterval(rng, xs, ys, efficiency, replicates, claim.Confidence)
			if err != nil {
				return
			}
			if slices.ContainsFunc(ys, func(sample []float64) bool { return len(sample) < claim.Fewest }) {
				interval.Low, interval.High = 0, math.Inf(1)
			}
			found[i] = &METG{row, point, interval, xs[0], xs[len(xs)-1]}
		})
	}
	drawing.Wait()
	var out []METG
	for _, m := range found {
		if m != nil {
			out = append(out, *m)
		}
	}
	place := map[stats.Place]int{stats.BelowSweep: 0, stats.InSweep: 1, stats.AboveSweep: 2}
	slices.SortStableFunc(out, func(a, b METG) int {
		return cmp.Or(cmp.Compare(place[a.Point.Place], place[b.Point.Place]), cmp.Compare(a.Point.X, b.Point.X))
	})
	return out
}

// granularity asks for the shortest tasks that keep a share of the CPUs busy.
// What is no pool is left out: one CPU is all that the serial floor can use.
type granularity struct {
	Groups []*bench.Group
	Levels []float64
}

func (p granularity) answer(a *answering) {
	groups := a.Family(p.Groups)
	for _, level := range p.Levels {
		metgs := slices.DeleteFunc(a.METGs(groups, level), func(m METG) bool { return !m.Row.isPool() })
		if len(metgs) == 0 {
			continue
		}
		if reason := a.Shortfall(groups, level); reason != "" {
			a.say(reason)
			continue
		}
		var reached, missed []string
		var shown []*claim.Claim
		for _, m := range metgs {
			name := m.Row.subject().Name
			if m.Point.Place == stats.AboveSweep {
				missed = append(missed, name)
				continue
			}
			reached = append(reached, name+" "+m.String())
			if c := m.Claim(); c != nil && len(reached) <= 3 {
				shown = append(shown, c)
			}
		}
		share := "half"
		if level != 0.5 {
			share = claim.Percent(level)
		}
		under := fmt.Sprintf("With bursts of up to %s tasks and a limit of %s", groups[0].Key("tasks"), groups[0].Limit())
		longest := claim.Nanoseconds(slices.MinFunc(metgs, func(a, b METG) int { return cmp.Compare(a.Longest, b.Longest) }).Longest)
		if len(reached) == 0 {
			a.say(fmt.Sprintf("%s, no pool keeps %s of the CPUs busy with tasks of up to %s.", under, share, longest))
			continue
		}
		text := fmt.Sprintf("%s, the shortest tasks that keep %s of the CPUs busy: %s", under, share, first(3, reached))
		switch n := len(missed); {
		case n > 0 && n <= 3:
			text += fmt.Sprintf("; above %s: %s", longest, list(missed))
		case n > 3:
			text += fmt.Sprintf("; above %s with %d others", longest, n)
		}
		a.say(text+".", shown...)
		if len(shown) > 1 {
			a.lead(shown)
		}
	}
}

// clearly is the share of a level below which the CPUs that were at work are too
// few for it, and not just a little apart from it.
const clearly = 0.95

// Shortfall says that a run cannot tell whether pools reach a share of the
// ideal, because with the longest tasks of a sweep fewer CPUs were at work than
// that takes; "" where enough were, or where it is not known. A machine that
// lends its CPUs to others would otherwise be taken for slow pools.
func (e *Evidence) Shortfall(groups []*Group, level float64) string {
	cpus := e.CPUs()
	if len(groups) == 0 || cpus == 0 {
		return ""
	}
	longest := slices.MaxFunc(groups, ByLoad)
	if limit := number(longest.Limit()); limit > 0 && float64(limit) < clearly*level*float64(cpus) {
		return fmt.Sprintf("A limit of %d cannot keep %s of %d CPUs busy.", limit, claim.Percent(level), cpus)
	}
	var busy []float64
	for _, r := range longest.Rows {
		passed, used := claim.Median(r.Cell, results.NsPerTask).Estimate, claim.Median(r.Cell, results.CPUNsPerTask).Estimate
		if r.isPool() && passed >= shortest && used >= shortest {
			busy = append(busy, used/passed)
		}
	}
	given, err := stats.Quantile(busy, 0.5)
	if err != nil || given >= clearly*level*float64(cpus) {
		return ""
	}
	return fmt.Sprintf("This run had only %.1f of %d CPUs (the median over the pools, with %s): it cannot tell which pools keep %s of the CPUs busy.",
		given, cpus, longest.Load(), claim.Percent(level))
}
