package question

import (
	"math"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/workload"
)

// A Group is the cells that took turns with one another.
type Group struct {
	Slug string
	Rows []*Row

	plain bool // its lines do not say what they were measured with
}

// A Row is one cell of a group, held against the group's reference.
type Row struct {
	Cell     *results.Cell
	Strategy string
	Pattern  workload.Pattern
	Idiom    string
	Unit     workload.Dispatch // of traffic: what is a task; empty for a fan-out

	kind bench.Kind // as the file's head says; empty where it does not

	// Ratio is the row's time as a multiple of the reference's.
	Ratio stats.Interval

	// Verdict says whether that is a difference.
	Verdict Verdict
}

// Label is how a row is called in a sentence.
func (r *Row) Label() string {
	switch {
	case r.Unit == workload.PerMessage:
		return r.Strategy + " per message"
	case r.Idiom != "":
		return r.Strategy + " " + r.Idiom
	case r.Pattern == workload.Callback || r.Pattern == "":
		return r.Strategy
	}
	return r.Strategy + " " + string(r.Pattern)
}

// Real tells whether the row is a strategy, not the loop or the control.
func (r *Row) Real() bool { return r.Strategy != bench.Loop && r.Strategy != bench.Control }

// pool tells whether the row is a pool of this process: not the floor, not
// other processes, no server of its own kind and no other language.
func (r *Row) pool() bool {
	return r.Real() && (r.kind == bench.KindPool || r.kind == "") && !bench.IsPeer(r.Strategy)
}

// Row returns the callback row of a strategy or, of traffic, the one with a
// task per connection or else its only one; nil if there is none.
func (g *Group) Row(strategy string) *Row {
	if r := g.row(strategy, workload.Callback, ""); r != nil {
		return r
	}
	if r := g.served(strategy, workload.PerConnection); r != nil {
		return r
	}
	return g.row(strategy, "", "")
}

// served returns the row of a strategy that serves that unit, or nil.
func (g *Group) served(strategy string, unit workload.Dispatch) *Row {
	for _, r := range g.Rows {
		if r.Strategy == strategy && r.Unit == unit {
			return r
		}
	}
	return nil
}

func (g *Group) row(strategy string, pattern workload.Pattern, idiom string) *Row {
	for _, r := range g.Rows {
		if r.Strategy == strategy && r.Pattern == pattern && r.Idiom == idiom {
			return r
		}
	}
	return nil
}

// compare gives every row its ratio to the reference and its verdict.
func (g *Group) compare() {
	var tested []*Row
	for _, r := range g.Rows {
		r.Ratio = RatioOf(r.Cell.Values(results.XRef))
		if g.tests(r) {
			tested = append(tested, r)
		}
	}
	noise := g.Noise()
	samples := make([][]float64, len(tested))
	for i, r := range tested {
		samples[i] = stats.Logs(r.Cell.Values(results.XRef))
	}
	for i, verdict := range judge(samples, noise) {
		tested[i].Verdict = verdict
	}
}

// tests tells whether a row is held against the reference: every strategy is,
// and so is the reference itself in another pattern.
func (g *Group) tests(r *Row) bool {
	return r.Real() && (r.Strategy != bench.Reference || r != g.Row(bench.Reference))
}

// Limit is the limit that a group's pools share, "" in a group without rows.
func (g *Group) Limit() string {
	rows := g.Rows
	if pools := g.contestants(); len(pools) > 0 {
		rows = pools
	}
	if len(rows) == 0 {
		return ""
	}
	return rows[0].Cell.Keys["limit"]
}

// Noise is the largest log-ratio that the control's interval admits: what
// differs by less may differ by chance. It is 0 where there is no control, and
// infinite where the control was measured too seldom.
func (g *Group) Noise() float64 {
	control := g.Row(bench.Control)
	if control == nil {
		return 0
	}
	return max(math.Abs(math.Log(control.Ratio.Low)), math.Abs(math.Log(control.Ratio.High)))
}

// byRatio sorts rows from the fastest to the slowest.
func byRatio(rows []*Row) []*Row {
	return slices.SortedFunc(slices.Values(rows), func(a, b *Row) int {
		switch {
		case a.Ratio.Estimate < b.Ratio.Estimate:
			return -1
		case a.Ratio.Estimate > b.Ratio.Estimate:
			return 1
		}
		return strings.Compare(a.Label(), b.Label())
	})
}

// with returns the real rows of that verdict, from the fastest to the slowest.
func (g *Group) with(v Verdict) []*Row {
	var rows []*Row
	for _, r := range g.Rows {
		if r.Verdict == v && g.tests(r) {
			rows = append(rows, r)
		}
	}
	return byRatio(rows)
}

// ByRatio returns the rows from the fastest to the slowest.
func (g *Group) ByRatio() []*Row { return byRatio(g.Rows) }
