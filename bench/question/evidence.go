package question

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/work"
)

// Confidence is that of every interval, and one minus it the rate of false
// claims among the strategies of one comparison.
const Confidence = 0.95

// Evidence is what was measured, ready to be asked.
type Evidence struct {
	set    *results.Set
	groups map[string]*Group
	order  []string
}

// NewEvidence arranges a results file by the groups that were measured
// together.
func NewEvidence(set *results.Set) *Evidence {
	e := &Evidence{set: set, groups: make(map[string]*Group)}
	for _, cell := range set.Cells {
		slug := cell.Samples[0].Block.Group
		g := e.groups[slug]
		if g == nil {
			g = &Group{Slug: slug}
			e.groups[slug] = g
			e.order = append(e.order, slug)
		}
		g.Rows = append(g.Rows, &Row{
			Cell: cell, Strategy: cell.Keys["strategy"], Pattern: bench.Pattern(cell.Keys["pattern"]), Idiom: cell.Keys["idiom"],
		})
	}
	for _, g := range e.groups {
		g.compare()
	}
	return e
}

// Group returns the group of that slug; one without rows if it was not
// measured.
func (e *Evidence) Group(slug string) *Group {
	if g := e.groups[slug]; g != nil {
		return g
	}
	return &Group{Slug: slug}
}

// Groups returns every group whose slug begins with prefix, in file order.
func (e *Evidence) Groups(prefix string) []*Group {
	var out []*Group
	for _, slug := range e.order {
		if strings.HasPrefix(slug, prefix) {
			out = append(out, e.groups[slug])
		}
	}
	return out
}

// fineToCoarse returns the groups that differ only in how long a task is, from
// the empty task on.
func (e *Evidence) fineToCoarse() (out []*Group) {
	if g := e.Group("submit"); len(g.Rows) > 0 {
		out = append(out, g)
	}
	length := func(g *Group) time.Duration { return work.Grain(g.Rows[0].Cell.Keys["grain"]).Duration() }
	return append(out, slices.SortedFunc(slices.Values(e.Groups("grain")), func(a, b *Group) int {
		return cmp.Compare(length(a), length(b))
	})...)
}

// Setting returns a value from the file's head.
func (e *Evidence) Setting(key string) string { return e.set.Setting(key) }

// A Group is the cells that took turns with one another.
type Group struct {
	Slug string
	Rows []*Row
}

// A Row is one cell of a group, held against the group's reference.
type Row struct {
	Cell     *results.Cell
	Strategy string
	Pattern  bench.Pattern
	Idiom    string

	// Ratio is the row's time as a multiple of the reference's.
	Ratio stats.Interval

	// Verdict says whether that is a difference.
	Verdict Verdict
}

// Verdict is what a comparison may claim.
type Verdict int

const (
	Unknown Verdict = iota // too little was measured to say anything
	Same                   // no difference that can be told from the control's
	Faster
	Slower
)

func (v Verdict) String() string {
	return [...]string{"unknown", "no difference", "faster", "slower"}[v]
}

// Label is how a row is called in a sentence.
func (r *Row) Label() string {
	switch {
	case r.Idiom != "":
		return r.Strategy + " " + r.Idiom
	case r.Pattern == bench.Callback || r.Pattern == "":
		return r.Strategy
	}
	return r.Strategy + " " + string(r.Pattern)
}

// Real tells whether the row is a strategy, not the loop or the control.
func (r *Row) Real() bool { return r.Strategy != bench.Loop && r.Strategy != bench.Control }

// Row returns the callback row of a strategy, or its only one; nil if there is
// none.
func (g *Group) Row(strategy string) *Row { return g.row(strategy, bench.Callback, "") }

func (g *Group) row(strategy string, pattern bench.Pattern, idiom string) *Row {
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
		if r.Real() && r.Strategy != bench.Reference {
			tested = append(tested, r)
		}
	}
	noise := g.Noise()
	samples := make([][]float64, len(tested))
	for i, r := range tested {
		samples[i] = logs(r.Cell.Values(results.XRef))
	}
	for i, verdict := range judge(samples, noise) {
		tested[i].Verdict = verdict
	}
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

// judge decides which of several samples of log-ratios differ from zero: by an
// exact signed-rank test, corrected after Holm for their number, and by more
// than noise.
func judge(samples [][]float64, noise float64) []Verdict {
	verdicts := make([]Verdict, len(samples))
	var ps []float64
	var at []int
	for i, sample := range samples {
		if test, err := stats.SignedRank(sample); err == nil {
			ps, at = append(ps, test.TwoSided), append(at, i)
		}
	}
	adjusted, err := stats.Holm(ps)
	if err != nil {
		return verdicts
	}
	for k, i := range at {
		ratio := RatioOf(exps(samples[i]))
		bounded := !math.IsInf(ratio.High, 1)
		estimate := math.Log(ratio.Estimate)
		switch {
		case adjusted[k] <= 1-Confidence && estimate < -noise:
			verdicts[i] = Faster
		case adjusted[k] <= 1-Confidence && estimate > noise:
			verdicts[i] = Slower
		case bounded:
			verdicts[i] = Same
		}
	}
	return verdicts
}

// RatioOf estimates the centre of ratios, each from one process, with its
// interval. Ratios are averaged as logarithms, so that twice and half cancel.
func RatioOf(ratios []float64) stats.Interval {
	interval, err := stats.HodgesLehmann(logs(ratios), Confidence)
	if err != nil {
		return stats.Interval{Estimate: math.NaN(), Low: 0, High: math.Inf(1), Reason: err.Error()}
	}
	interval.Estimate = math.Exp(interval.Estimate)
	interval.Low = math.Exp(interval.Low)
	interval.High = math.Exp(interval.High)
	return interval
}

// Paired returns the ratios of one unit of two cells, process by process, over
// the blocks in which both were measured.
func Paired(a, b *results.Cell, unitA, unitB string) []float64 {
	if a == nil || b == nil {
		return nil
	}
	of := make(map[int]float64)
	for _, s := range b.Samples {
		if v, ok := s.Values[unitB]; ok && v > 0 {
			of[s.Block.Number] = v
		}
	}
	var ratios []float64
	for _, s := range a.Samples {
		v, ok := s.Values[unitA]
		base := of[s.Block.Number]
		if ok && v > 0 && base > 0 {
			ratios = append(ratios, v/base)
		}
	}
	return ratios
}

// Against holds one row against another of the same group, exchange by
// exchange through the reference that both took turns with.
func Against(a, b *Row) stats.Interval {
	if a == nil || b == nil {
		return RatioOf(nil)
	}
	return RatioOf(Paired(a.Cell, b.Cell, results.XRef, results.XRef))
}

// typical is the median of a unit over a cell's processes, with its interval.
func typical(c *results.Cell, unit string) stats.Interval {
	interval, err := stats.Median(c.Values(unit), Confidence)
	if err != nil {
		return stats.Interval{Estimate: math.NaN(), Low: math.Inf(-1), High: math.Inf(1)}
	}
	return interval
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
		if r.Verdict == v && r.Real() && r.Strategy != bench.Reference {
			rows = append(rows, r)
		}
	}
	return byRatio(rows)
}

func logs(values []float64) []float64 {
	out := make([]float64, 0, len(values))
	for _, v := range values {
		if l := math.Log(v); !math.IsNaN(l) && !math.IsInf(l, 0) {
			out = append(out, l)
		}
	}
	return out
}

func exps(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = math.Exp(v)
	}
	return out
}

// Times writes a ratio as a multiple with its interval: "0.21x [0.19, 0.24]".
func Times(i stats.Interval) string {
	switch {
	case math.IsNaN(i.Estimate):
		return "not measured"
	case math.IsInf(i.High, 1):
		return fmt.Sprintf("about %sx (%d processes are too few for an interval)", short(i.Estimate), i.N)
	}
	return fmt.Sprintf("%sx [%s, %s]", short(i.Estimate), short(i.Low), short(i.High))
}

// short writes a number with the digits that a ratio here can carry.
func short(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// named lists rows with their ratios, at most n of them.
func named(rows []*Row, n int) string {
	var words []string
	for _, r := range rows[:min(n, len(rows))] {
		words = append(words, r.Label()+" "+Times(r.Ratio))
	}
	text := list(words)
	if more := len(rows) - n; more > 0 {
		text += fmt.Sprintf(" (and %d more, see the table)", more)
	}
	return text
}
