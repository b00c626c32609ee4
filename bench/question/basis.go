package question

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/workload"
)

// A Basis is the figure that an answer leads with, and what would change it.
type Basis struct {
	Cell   *results.Cell // the cell that was measured
	Group  *Group        // what it took turns with
	Value  stats.Interval
	Figure string // the value alone: "0.11x", "280 ns"
	Range  string // its interval: "[0.11, 0.12]"; "" where there is none
	What   string // what it is a figure of

	// Counted says that the figure is a count, which has no interval.
	Counted bool

	// Changes says in sentences when the answer would be another one.
	Changes []string
}

// Basis returns the figure that the answer to a question leads with, nil where
// the evidence holds none.
func (q *Question) Basis(e *Evidence) *Basis {
	find, ok := bases[q]
	if !ok {
		find = func(e *Evidence) *Basis { return e.fastestOf(q.Slug) }
	}
	return find(e)
}

// bases finds the figure of each question that does not lead with the fastest
// pool of its first group.
var bases = map[*Question]func(*Evidence) *Basis{
	Goroutine: func(e *Evidence) *Basis {
		groups := compared(e.fineToCoarse())
		if i := slices.IndexFunc(groups, func(g *Group) bool { return len(pooled(g.with(Faster))) > 0 }); i >= 0 {
			return e.fastest(groups[i])
		}
		return e.fastest(foremost(groups))
	},
	Semaphore: func(e *Evidence) *Basis {
		for _, g := range e.fineToCoarse() {
			semaphore := g.Row("semaphore")
			if semaphore == nil {
				continue
			}
			return e.least(g, "x", Short, "the time of the semaphore, with %s, for "+load(g), func(r *Row) stats.Interval { return Against(r, semaphore) })
		}
		return nil
	},
	MemoryUse: func(e *Evidence) *Basis {
		g := foremost(e.Groups("memory"))
		if g == nil {
			return nil
		}
		peaks, _ := g.Peaks()
		return e.least(g, "x", Short, "the memory of go f() at its peak, with %s, for "+g.Rows[0].Cell.Keys["tasks"]+" "+load(g), func(r *Row) stats.Interval {
			if i := slices.IndexFunc(peaks, func(p Peak) bool { return p.Row == r }); i >= 0 {
				return peaks[i].Ratio
			}
			return RatioOf(nil)
		})
	},
	Server: func(e *Evidence) *Basis {
		g := e.Group("echocapacity")
		ways := slices.DeleteFunc(slices.Clone(g.Rows), func(r *Row) bool { return !g.tests(r) || bench.IsPeer(r.Strategy) })
		return leading(g, ways, cmp.Compare, "x", Short, "the server's CPU time for a request of a goroutine per connection, with %s", func(r *Row) stats.Interval {
			return RatioOf(r.Cell.Values(results.CPUXRef))
		})
	},
	Overload: overloadBasis,
	Failure:  failureBasis,
	Submit: func(e *Evidence) *Basis {
		return e.least(e.Group("submit"), "", nanoseconds, "to hand over one empty task with %s", func(r *Row) stats.Interval { return typical(r.Cell, results.SubmitNs) })
	},
	Grain: func(e *Evidence) *Basis {
		metgs := slices.DeleteFunc(e.METGs("grain", Levels[0]), func(m METG) bool { return !m.pool || m.Point.Place != stats.InSweep })
		g := foremost(e.Groups("grain"))
		if len(metgs) == 0 || g == nil || e.Shortfall("grain", Levels[0]) != "" {
			return nil
		}
		of := func(r *Row) stats.Interval {
			if i := slices.IndexFunc(metgs, func(m METG) bool { return m.Strategy == r.Strategy }); i >= 0 {
				v := metgs[i].Interval
				v.N = len(r.Cell.Values(results.Efficiency))
				return v
			}
			return RatioOf(nil)
		}
		return e.least(g, "", nanoseconds, "the shortest task with which %s keeps half of the machine at work", of)
	},
	Stack: func(e *Evidence) *Basis {
		groups := compared(e.Groups("stack"))
		slices.SortStableFunc(groups, ByLoad)
		slices.Reverse(groups)
		return e.fastest(foremost(groups))
	},
	Contention: func(e *Evidence) *Basis {
		groups := compared(e.Groups("contention"))
		slices.SortStableFunc(groups, ByLoad)
		slices.Reverse(groups)
		return e.fastest(foremost(groups))
	},
	Results: func(e *Evidence) *Basis {
		g := e.Group("results")
		costs := slices.DeleteFunc(g.CostsOf(workload.WaitEach), func(c PatternCost) bool { return !c.Row.pool() })
		if len(costs) == 0 {
			return nil
		}
		most := costs[len(costs)-1]
		b := &Basis{Cell: most.Row.Cell, Group: g, Value: most.Ratio, What: "the time of a callback, if each result is waited for, with " + most.Row.Strategy + ", for " + load(g)}
		b.write("x", Short)
		if len(costs) > 1 {
			b.Changes = append(b.Changes, fmt.Sprintf("With %s the mistake costs least: %s.", costs[0].Row.Strategy, Times(costs[0].Ratio)))
		}
		b.Changes = append(b.Changes, "The longer a task, the more of the machine waits: one task runs at a time.")
		return b
	},
}

// foremost is the first of several groups or rows, nil of none.
func foremost[T any](all []*T) *T {
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// fastestOf is the fastest pool of the first group that was measured to answer
// a question.
func (e *Evidence) fastestOf(slug string) *Basis {
	for _, g := range bench.Full.Groups(bench.Selection{Questions: []string{slug}}) {
		if b := e.fastest(e.Group(g.Slug)); b != nil {
			return b
		}
	}
	return nil
}

// fastest is the pool of a group that takes the least of the reference's time.
func (e *Evidence) fastest(g *Group) *Basis {
	if g == nil || len(g.Rows) == 0 {
		return nil
	}
	what := "the time of go f(), with %s, for " + load(g)
	if n := g.Rows[0].Cell.Keys["submitters"]; n != "1" && n != "" {
		what += " from " + n + " submitters"
	}
	return e.least(g, "x", Short, what, func(r *Row) stats.Interval {
		if r.Strategy == bench.Reference {
			return RatioOf(nil)
		}
		return r.Ratio
	})
}

// least is the pool of a group with the least of something, and how far it is
// ahead of the next. What holds a place for the pool's name.
func (e *Evidence) least(g *Group, unit string, write func(float64) string, what string, of func(*Row) stats.Interval) *Basis {
	if g == nil {
		return nil
	}
	pools := slices.DeleteFunc(pooled(g.Rows), func(r *Row) bool { return r.Pattern != workload.Callback && r.Pattern != "" })
	return leading(g, pools, cmp.Compare, unit, write, what, of)
}

// leading is the row that comes first in an order of something, and how far it
// is ahead of the next; nil where no row has a figure. What holds a place for
// its name.
func leading(g *Group, rows []*Row, order func(a, b float64) int, unit string, write func(float64) string, what string, of func(*Row) stats.Interval) *Basis {
	type entry struct {
		row   *Row
		value stats.Interval
	}
	var all []entry
	for _, r := range rows {
		if v := of(r); v.Estimate > 0 && !math.IsInf(v.Estimate, 0) {
			all = append(all, entry{r, v})
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return order(a.value.Estimate, b.value.Estimate) })
	if len(all) == 0 {
		return nil
	}
	best := all[0]
	b := &Basis{Cell: best.row.Cell, Group: g, Value: best.value, What: fmt.Sprintf(what, best.row.Label())}
	b.write(unit, write)
	if len(all) > 1 {
		b.Changes = append(b.Changes, g.lead(best.row.Label(), best.value, all[1].row.Label(), all[1].value))
	}
	return b
}

// write puts the value in words.
func (b *Basis) write(unit string, of func(float64) string) {
	b.Figure = of(b.Value.Estimate) + unit
	if unbounded(b.Value) || b.Value.Low <= 0 {
		b.Figure = about + b.Figure
		return
	}
	b.Range = fmt.Sprintf("[%s, %s]", of(b.Value.Low), of(b.Value.High))
}

// lead says what it would take for the second to overtake the first.
func (g *Group) lead(first string, a stats.Interval, second string, b stats.Interval) string {
	switch {
	case (unbounded(a) || unbounded(b)) && g.plain:
		return fmt.Sprintf("Too few lines were measured to tell %s from %s; a larger -count tells.", first, second)
	case unbounded(a) || unbounded(b):
		return fmt.Sprintf("Too few processes were measured to tell %s from %s; a longer --time tells.", first, second)
	case b.Low <= a.High && a.Low <= b.High:
		return fmt.Sprintf("%s and %s cannot be told apart here, their intervals overlap: another run may turn them round.", first, second)
	case b.High < a.Low: // the most comes first
		return fmt.Sprintf("The next, %s, would have to reach at least %s more than it did to draw level with %s.", second, percent(a.Low/b.High-1), first)
	}
	return fmt.Sprintf("The next, %s, would have to take at least %s less than it did to draw level with %s.", second, percent(1-a.High/b.Low), first)
}
