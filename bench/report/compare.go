package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/table"
)

// A Change is one cell in two runs.
type Change struct {
	Cell       string
	Unit       string
	Base, Head stats.Interval // medians
	Ratio      stats.Interval // of head to base
	Verdict    ChangeVerdict
}

// ChangeVerdict is what a comparison of two runs may claim.
type ChangeVerdict string

const (
	Higher    ChangeVerdict = "higher"
	Lower     ChangeVerdict = "lower"
	NotFound  ChangeVerdict = "no difference found"
	TooLittle ChangeVerdict = "too little measured"
)

// A Comparison is two runs side by side.
type Comparison struct {
	Changes   []Change // cells that both runs have: first those that differ, the largest difference first
	OnlyBase  []string // names of cells
	OnlyHead  []string
	Different []string // settings in which the runs differ: "go: go1.26.7, then go1.26.8"
}

// mostCompared is how many values of a cell a comparison looks at. All pairs of
// more would take too long.
const mostCompared = 1000

// Compare holds two runs against each other, cell by cell: their ratio to the
// reference where both have one, which does not depend on the machine's mood,
// and otherwise the first unit that both have. A difference is claimed after a
// rank-sum test at 5 %, corrected after Holm for the number of cells. Unlike the
// gate's, the runs did not take turns: what changed on the machine in between
// counts as a difference too.
func Compare(base, head *question.Evidence) Comparison {
	var c Comparison
	before, after := cellsByName(base), cellsByName(head)
	var tested []int
	var ps []float64
	for _, g := range base.Groups() {
		for _, r := range g.Rows {
			other := after[r.Cell.Name]
			if other == nil {
				c.OnlyBase = append(c.OnlyBase, r.Cell.Name)
				continue
			}
			unit := commonUnit(r.Cell, other)
			if unit == "" {
				continue
			}
			change, p, err := newChange(r.Cell, other, unit)
			if err == nil {
				tested, ps = append(tested, len(c.Changes)), append(ps, p)
			}
			c.Changes = append(c.Changes, change)
		}
	}
	for _, g := range head.Groups() {
		for _, r := range g.Rows {
			if before[r.Cell.Name] == nil {
				c.OnlyHead = append(c.OnlyHead, r.Cell.Name)
			}
		}
	}
	c.judge(tested, ps)
	slices.SortStableFunc(c.Changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(b.size(), a.size()))
	})
	c.Different = differentSettings(base, head)
	return c
}

// judge gives the changes their verdicts.
func (c *Comparison) judge(tested []int, ps []float64) {
	adjusted, err := stats.Holm(ps)
	if err != nil {
		return
	}
	for k, i := range tested {
		change := &c.Changes[i]
		switch {
		case adjusted[k] > 1-claim.Confidence && leastP(change.Base.N, change.Head.N)*float64(len(ps)) > 1-claim.Confidence:
			change.Verdict = TooLittle
		case adjusted[k] > 1-claim.Confidence:
			change.Verdict = NotFound
		case change.Ratio.Estimate > 1:
			change.Verdict = Higher
		default:
			change.Verdict = Lower
		}
	}
}

// leastP is the least two-sided p-value that a rank-sum test can give.
func leastP(m, n int) float64 {
	p := 2.0
	for i := 1; i <= m; i++ {
		p *= float64(i) / float64(n+i)
	}
	return p
}

func cellsByName(e *question.Evidence) map[string]*results.Cell {
	cells := make(map[string]*results.Cell)
	for _, g := range e.Groups() {
		for _, r := range g.Rows {
			cells[r.Cell.Name] = r.Cell
		}
	}
	return cells
}

// commonUnit is what two runs of a cell are compared by. The reference's ratio
// to itself says nothing.
func commonUnit(a, b *results.Cell) string {
	units := slices.DeleteFunc(UnitsOf(a), func(unit string) bool { return unit == results.XRef })
	if a.Keys["strategy"] != bench.Reference || a.Keys["pattern"] != string(workload.Callback) {
		units = append([]string{results.XRef}, units...)
	}
	for _, unit := range units {
		if len(stats.Logs(a.Values(unit))) > 0 && len(stats.Logs(b.Values(unit))) > 0 {
			return unit
		}
	}
	return ""
}

// newChange compares two runs of a cell, and returns the p-value of their
// difference.
func newChange(base, head *results.Cell, unit string) (Change, float64, error) {
	x, y := base.Values(unit), head.Values(unit)
	x, y = x[:min(len(x), mostCompared)], y[:min(len(y), mostCompared)]
	c := Change{Cell: base.Name, Unit: unit, Verdict: TooLittle, Ratio: claim.Centre(nil)}
	var err error
	if c.Base, err = stats.Median(x, claim.Confidence); err != nil {
		return c, 1, err
	}
	if c.Head, err = stats.Median(y, claim.Confidence); err != nil {
		return c, 1, err
	}
	shift, err := stats.Shift(stats.Logs(x), stats.Logs(y), claim.Confidence)
	if err != nil {
		return c, 1, err
	}
	c.Ratio = shift.Exp()
	test, err := stats.RankSum(stats.Logs(x), stats.Logs(y))
	return c, test.TwoSided, err
}

func (c Change) rank() int {
	return slices.Index([]ChangeVerdict{Higher, Lower, NotFound, TooLittle}, c.Verdict) / 2
}

// size is how large the change is, whichever way it goes.
func (c Change) size() float64 {
	if s := math.Abs(math.Log(c.Ratio.Estimate)); !math.IsNaN(s) {
		return s
	}
	return 0
}

// incidental are settings that differ from run to run and change nothing.
var incidental = []string{"runstamp", "seed", "ns-per-step"}

func differentSettings(base, head *question.Evidence) (out []string) {
	keys := make([]string, 0)
	for _, s := range slices.Concat(base.Settings(), head.Settings()) {
		if !slices.Contains(keys, s.Key) && !slices.Contains(incidental, s.Key) {
			keys = append(keys, s.Key)
		}
	}
	for _, key := range keys {
		if a, b := base.Setting(key), head.Setting(key); a != b {
			out = append(out, fmt.Sprintf("%s: %s, then %s", key, cmp.Or(a, "nothing"), cmp.Or(b, "nothing")))
		}
	}
	return out
}

// Table lays the comparison out, every cell.
func (c Comparison) Table() table.Table {
	return c.table("Head against base, cell by cell", c.Changes)
}

// Differing lays out those cells alone that differ.
func (c Comparison) Differing() table.Table {
	differing := slices.DeleteFunc(slices.Clone(c.Changes), func(change Change) bool { return change.rank() > 0 })
	return c.table("What differs", differing)
}

func (c Comparison) table(title string, changes []Change) table.Table {
	t := table.Table{Title: title, Note: strings.Join(c.Sentences(), " "), Head: []string{"cell", "unit", "base", "head", "head to base", "n", "verdict"}}
	for _, change := range changes {
		t.Rows = append(t.Rows, []string{
			change.Cell, change.Unit, claim.Ratio(change.Base.Estimate), claim.Ratio(change.Head.Estimate), claim.Times(change.Ratio),
			fmt.Sprintf("%d, %d", change.Base.N, change.Head.N), string(change.Verdict),
		})
	}
	return t
}

// Sentences say what differs, what may differ unseen, and what cannot be told.
func (c Comparison) Sentences() []string {
	counts := make(map[ChangeVerdict]int)
	for _, change := range c.Changes {
		counts[change.Verdict]++
	}
	out := c.different(counts[Higher], counts[Lower])
	if n := counts[NotFound]; n > 0 {
		out = append(out, fmt.Sprintf("In %s no difference was found%s.", question.Count(n, "cell", "cells"), c.unseen()))
	}
	if n := counts[TooLittle]; n > 0 {
		out = append(out, fmt.Sprintf("Of %s nothing can be told: too little was measured, of the one run or of both.", question.Count(n, "cell", "cells")))
	}
	for _, only := range []struct {
		cells []string
		where string
	}{{c.OnlyBase, "base"}, {c.OnlyHead, "head"}} {
		switch n := len(only.cells); n {
		case 0:
		case 1:
			out = append(out, fmt.Sprintf("One cell is only in %s: %s.", only.where, only.cells[0]))
		default:
			out = append(out, fmt.Sprintf("%d cells are only in %s, such as %s.", n, only.where, only.cells[0]))
		}
	}
	if len(c.Different) > 0 {
		out = append(out, "The runs differ in "+strings.Join(c.Different, "; ")+".")
	}
	return append(out, "They did not take turns, so what changed on the machine in between counts as a difference too.")
}

// different says how many cells differ, and which one most.
func (c Comparison) different(higher, lower int) []string {
	all := question.Count(len(c.Changes), "cell that both runs have", "cells that both runs have")
	switch {
	case len(c.Changes) == 0:
		return []string{"The runs have no cell in common."}
	case higher+lower == 0:
		return []string{fmt.Sprintf("Of %s none was found to differ (rank-sum test, Holm, 5 %%).", all)}
	}
	most := c.Changes[0]
	return []string{
		fmt.Sprintf("Of %s head is higher in %d and lower in %d (rank-sum test, Holm, 5 %%).", all, higher, lower),
		fmt.Sprintf("The largest difference: %s takes %s of base's %s.", most.Cell, claim.Times(most.Ratio), most.Unit),
	}
}

// unseen says how large a difference may be that was not found: as far as the
// intervals of the ratios reach from 1.
func (c Comparison) unseen() string {
	var reaches []float64
	for _, change := range c.Changes {
		if change.Verdict == NotFound && claim.Bounded(change.Ratio) && change.Ratio.Low > 0 {
			reaches = append(reaches, max(math.Abs(math.Log(change.Ratio.Low)), math.Abs(math.Log(change.Ratio.High))))
		}
	}
	if len(reaches) == 0 {
		return ""
	}
	reach := func(v float64) string { return fmt.Sprintf("%.3gx", math.Exp(v)) }
	if len(reaches) == 1 {
		return "; one of up to " + reach(reaches[0]) + " may hide in it"
	}
	return fmt.Sprintf("; one of up to %s may hide in half of them, and one of %s in the noisiest", reach(middle(reaches)), reach(slices.Max(reaches)))
}

// Text writes for a terminal: in words, then the cells that differ.
func (c Comparison) Text(out io.Writer) error {
	w := bufio.NewWriter(out)
	for _, s := range c.Sentences() {
		fmt.Fprintln(w, table.Printable(s))
	}
	if t := c.Differing(); len(t.Rows) > 0 {
		t.Note = everyCell
		fmt.Fprintln(w)
		if err := t.Text(w); err != nil {
			return err
		}
	}
	return w.Flush()
}

// Markdown writes for a pull request: in words, then the cells that differ.
func (c Comparison) Markdown(out io.Writer) error {
	w := bufio.NewWriter(out)
	for _, s := range c.Sentences() {
		fmt.Fprintf(w, "- %s\n", table.Escape(s))
	}
	if t := c.Differing(); len(t.Rows) > 0 {
		t.Note = everyCell
		fmt.Fprintln(w)
		if err := t.Markdown(w); err != nil {
			return err
		}
	}
	return w.Flush()
}

const everyCell = "Every cell stands in --format csv, json and html. n is how many values of base and of head there are."

// middle is the median of values; there is at least one.
func middle(values []float64) float64 {
	m, err := stats.Quantile(values, 0.5)
	if err != nil {
		return math.NaN()
	}
	return m
}

type jsonChange struct {
	Cell    string      `json:"cell"`
	Unit    string      `json:"unit"`
	Base    *jsonFigure `json:"base,omitempty"`  // a median
	Head    *jsonFigure `json:"head,omitempty"`  // the same
	Ratio   *jsonFigure `json:"ratio,omitempty"` // of head to base
	Verdict string      `json:"verdict"`
}

// ComparisonJSON writes a comparison for scripts.
func ComparisonJSON(out io.Writer, c Comparison) error {
	document := struct {
		Sentences []string     `json:"sentences"`
		Changes   []jsonChange `json:"changes"`
		OnlyBase  []string     `json:"onlyBase"`
		OnlyHead  []string     `json:"onlyHead"`
		Different []string     `json:"different"`
	}{c.Sentences(), []jsonChange{}, c.OnlyBase, c.OnlyHead, c.Different}
	known := func(i stats.Interval) *jsonFigure {
		if !claim.Known(i) || i.N == 0 {
			return nil
		}
		f := newJSONFigure(i)
		return &f
	}
	for _, change := range c.Changes {
		document.Changes = append(document.Changes, jsonChange{change.Cell, change.Unit, known(change.Base), known(change.Head), known(change.Ratio), string(change.Verdict)})
	}
	return writeJSON(out, document)
}
