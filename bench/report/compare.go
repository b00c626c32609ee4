package report

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/compare"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/table"
)

// A Comparison is two results side by side.
type Comparison struct {
	compare.Results
	Rule      compare.Rule
	Different []string // settings in which the two differ: "go: go1.26.7, then go1.26.8"
	Skipped   []string // lines that could not be read, one string for each file that has such
}

// Compare holds two results against each other, each of one machine or of several,
// benchmark by benchmark, in every unit that both have. A difference is claimed
// after a rank-sum test, corrected after Holm for the number of benchmarks, unit
// by unit, and from the smallest change on that is to be reported, as a share.
func Compare(base, head []Run, smallest float64, choice compare.Choice) Comparison {
	rule := compare.Rule{Confidence: claim.Confidence, Smallest: smallest}
	sets := func(runs []Run) (out []*results.Set) {
		for _, run := range runs {
			out = append(out, run.Evidence.Measured())
		}
		return out
	}
	c := Comparison{Results: rule.Sets(sets(base), sets(head), choice), Rule: rule}
	if len(base) == 1 && len(head) == 1 {
		c.Different = differentSettings(base[0].Evidence, head[0].Evidence)
	}
	for _, run := range []Run{base[0], head[0]} {
		if text := Skipped(run.Evidence.Measured()); text != "" {
			c.Skipped = append(c.Skipped, text)
		}
	}
	return c
}

// Skipped says which lines of a file could not be read; "" where there are none.
func Skipped(set *results.Set) string {
	n := len(set.Skipped) + set.Unlisted
	if n == 0 {
		return ""
	}
	shown := set.Skipped[:min(n, mostSkipped)]
	words := make([]string, len(shown))
	for i, s := range shown {
		words[i] = fmt.Sprintf("line %d, %q: %s", s.Line, s.Text, s.Reason)
	}
	if more := n - len(shown); more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return fmt.Sprintf("Skipped %s of %s: %s.", question.Count(n, "line", "lines"), set.File, strings.Join(words, "; "))
}

// mostSkipped is how many skipped lines a sentence names.
const mostSkipped = 5

// incidental are settings that differ from run to run and change nothing, and the
// package, which belongs to the benchmarks.
var incidental = []string{"runstamp", "seed", "ns-per-step", "pkg"}

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

// Table lays the comparison out, every benchmark in every unit.
func (c Comparison) Table() table.Table {
	return c.table("Head against base, benchmark by benchmark", c.Rows)
}

// Differing lays out those rows alone that differ.
func (c Comparison) Differing() table.Table {
	return c.table("What differs", slices.DeleteFunc(slices.Clone(c.Rows), func(r compare.Row) bool { return !r.Verdict.Differs() }))
}

func (c Comparison) table(title string, rows []compare.Row) table.Table {
	t := table.Table{Title: title, Note: strings.Join(c.Sentences(), " "), Head: []string{"benchmark", "unit", "base", "head", "change", "p", "n", "verdict"}}
	for _, r := range rows {
		t.Rows = append(t.Rows, []string{
			r.Label, r.Unit.Name, number(r.Base.Estimate), number(r.Head.Estimate), change(r.Difference),
			probability(r.P), fmt.Sprintf("%d, %d", r.Base.N, r.Head.N), string(r.Verdict),
		})
	}
	return t
}

// change writes the ratio of head to base, or their difference where there is no
// ratio.
func change(d compare.Difference) string {
	if !math.IsNaN(d.Ratio.Estimate) {
		return claim.Times(d.Ratio)
	}
	return claim.Quantity(d.Shift, func(v float64) string {
		if v > 0 {
			return "+" + number(v)
		}
		return number(v)
	})
}

func probability(p float64) string {
	if p < 0.0005 {
		return "<0.001"
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}

// number writes four digits of a number.
func number(v float64) string {
	size := math.Abs(v)
	switch {
	case v == 0:
		return "0"
	case size >= 1e9 || size < 1e-6:
		return strconv.FormatFloat(v, 'g', 4, 64)
	case size >= 999.95:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	text := strconv.FormatFloat(v, 'f', 3-int(math.Floor(math.Log10(size))), 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// Sentences say what differs, what may differ unseen, and what cannot be judged.
func (c Comparison) Sentences() []string {
	out := slices.Clone(c.Skipped)
	if c.Nothing != "" {
		out = append(out, "Nothing can be compared: "+c.Nothing+".")
	}
	var same []string // units
	undecided, reason := 0, ""
	for _, rows := range byUnit(c.Rows) {
		unit := rows[0].Unit.Name
		counts := make(map[compare.Verdict]int)
		for _, r := range rows {
			counts[r.Verdict]++
			if r.Verdict == compare.Undecided {
				reason = cmp.Or(reason, fmt.Sprintf("%s in %s: %s", r.Label, unit, r.Reason))
			}
		}
		undecided += counts[compare.Undecided]
		judged := len(rows) - counts[compare.Undecided]
		if judged > 0 && judged == counts[compare.NoDifference] {
			same = append(same, fmt.Sprintf("%s (%s)", unit, question.Count(judged, "benchmark", "benchmarks")))
		} else if judged > 0 {
			out = append(out, inUnit(rows, counts, judged))
		}
	}
	if len(same) > 0 {
		out = append(out, fmt.Sprintf("No difference was found in %s%s.", strings.Join(same, ", "), c.unseen()))
	}
	if undecided > 0 {
		out = append(out, fmt.Sprintf("%d of %s could not be judged, such as %s.", undecided, question.Count(len(c.Rows), "comparison", "comparisons"), reason))
	}
	return slices.Concat(out, c.missing(), c.method())
}

// byUnit returns the rows of each unit together.
func byUnit(rows []compare.Row) (out [][]compare.Row) {
	for i, r := range rows {
		if i == 0 || r.Unit.Name != rows[i-1].Unit.Name {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], r)
	}
	return out
}

// inUnit says how many benchmarks differ in a unit, and which one most: the first.
func inUnit(rows []compare.Row, counts map[compare.Verdict]int, judged int) string {
	var words []string
	for _, v := range []compare.Verdict{compare.Worse, compare.Better, compare.Higher, compare.Lower} {
		if counts[v] > 0 {
			words = append(words, fmt.Sprintf("%d %s", counts[v], v))
		}
	}
	better := "which is better is not known"
	if rows[0].Unit.Better != "" {
		better = rows[0].Unit.Better + " is better"
	}
	return fmt.Sprintf("%s (%s): %s, of %s that could be judged. The largest change: %s, %s, %s.",
		rows[0].Unit.Name, better, strings.Join(words, " and "), question.Count(judged, "benchmark", "benchmarks"), rows[0].Label, change(rows[0].Difference), rows[0].Verdict)
}

// unseen says how large a difference may be that was not found in the first unit
// that has such: as far as the intervals of the ratios reach from 1.
func (c Comparison) unseen() string {
	var reaches []float64
	unit := ""
	for _, r := range c.Rows {
		if r.Verdict == compare.NoDifference && claim.Bounded(r.Ratio) && r.Ratio.Low > 0 && (unit == "" || unit == r.Unit.Name) {
			unit = r.Unit.Name
			reaches = append(reaches, max(math.Abs(math.Log(r.Ratio.Low)), math.Abs(math.Log(r.Ratio.High))))
		}
	}
	if len(reaches) == 0 || slices.Max(reaches) < 0.005 {
		return ""
	}
	reach := func(v float64) string { return fmt.Sprintf("%.3gx", math.Exp(v)) }
	if len(reaches) == 1 {
		return fmt.Sprintf("; a change in %s of up to %s may hide", unit, reach(reaches[0]))
	}
	return fmt.Sprintf("; a change in %s of up to %s may hide in half of them, and one of %s in the noisiest", unit, reach(middle(reaches)), reach(slices.Max(reaches)))
}

// missing says what one side has alone, and in which settings the two differ.
func (c Comparison) missing() (out []string) {
	for _, only := range []struct {
		names []string
		where string
	}{{c.OnlyBase, "base"}, {c.OnlyHead, "head"}} {
		switch n := len(only.names); n {
		case 0:
		case 1:
			out = append(out, fmt.Sprintf("One benchmark is only in %s: %s.", only.where, only.names[0]))
		default:
			out = append(out, fmt.Sprintf("%d benchmarks are only in %s, such as %s.", n, only.where, only.names[0]))
		}
	}
	if len(c.OnlyUnits) > 0 {
		out = append(out, "Of the benchmarks that both have, "+strings.Join(c.OnlyUnits, "; ")+".")
	}
	if c.ByName {
		out = append(out, "One of the two names no package: benchmarks were matched by name.")
	}
	if len(c.Different) > 0 {
		out = append(out, "They differ in "+strings.Join(c.Different, "; ")+".")
	}
	return out
}

// method says how the verdicts came about.
func (c Comparison) method() []string {
	if len(c.Rows) == 0 {
		return nil
	}
	small := 0
	for _, r := range c.Rows {
		if r.Verdict == compare.NoDifference && r.Reason != "" {
			small++
		}
	}
	test := fmt.Sprintf("Rank-sum test at %.3g %%, corrected after Holm in each unit; changes of up to %.3g %% are not reported (%d here).", 100*(1-c.Rule.Confidence), 100*c.Rule.Smallest, small)
	if c.Turns {
		return []string{test, "They are the two sides of a gate and took turns: the gate's own verdict, which compares pair by pair, finds smaller changes."}
	}
	return []string{test, "They did not take turns, so what changed on the machine in between counts as a difference too."}
}

// Text writes for a terminal: the rows that differ, then in words.
func (c Comparison) Text(out io.Writer) error {
	w := bufio.NewWriter(out)
	if t := c.Differing(); len(t.Rows) > 0 {
		t.Note = everyRow
		if err := t.Text(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	for _, s := range c.Sentences() {
		fmt.Fprintln(w, table.Printable(s))
	}
	return w.Flush()
}

// Markdown writes for a pull request: in words, then the rows that differ.
func (c Comparison) Markdown(out io.Writer) error {
	w := bufio.NewWriter(out)
	for _, s := range c.Sentences() {
		fmt.Fprintf(w, "- %s\n", table.Escape(s))
	}
	if t := c.Differing(); len(t.Rows) > 0 {
		t.Note = everyRow
		fmt.Fprintln(w)
		if err := t.Markdown(w); err != nil {
			return err
		}
	}
	return w.Flush()
}

const everyRow = "Every benchmark in every unit stands in --format csv, json and html. p is before the correction, n is how many values of base and of head there are."

// CSV writes a comparison for scripts and spreadsheets: a line for each benchmark
// in each unit. What there is none of is empty.
func (c Comparison) CSV(out io.Writer) error {
	w := csv.NewWriter(out)
	lines := [][]string{{"machine", "package", "benchmark", "cpus", "unit", "better", "base", "base_low", "base_high", "base_n", "head", "head_low", "head_high", "head_n",
		"ratio", "ratio_low", "ratio_high", "difference", "difference_low", "difference_high", "p", "p_adjusted", "verdict", "reason"}}
	for _, r := range c.Rows {
		line := []string{r.Machine, r.Package, r.Benchmark, strings.TrimPrefix(r.CPUs, "-"), r.Unit.Name, r.Unit.Better}
		for i, figure := range []stats.Interval{r.Base, r.Head, r.Ratio, r.Shift} {
			line = append(line, numbers(figure)...)
			if i < 2 {
				line = append(line, strconv.Itoa(figure.N))
			}
		}
		lines = append(lines, append(line, decimal(r.P), decimal(r.Adjusted), string(r.Verdict), r.Reason))
	}
	if err := w.WriteAll(lines); err != nil {
		return err
	}
	return w.Error()
}

// numbers writes an estimate and the ends of its interval, each "" where there is
// none.
func numbers(i stats.Interval) []string {
	out := make([]string, 3)
	if !math.IsNaN(i.Estimate) {
		out[0] = decimal(i.Estimate)
	}
	if claim.Bounded(i) {
		out[1], out[2] = decimal(i.Low), decimal(i.High)
	}
	return out
}

type jsonRow struct {
	Machine    string      `json:"machine,omitempty"`
	Package    string      `json:"package,omitempty"`
	Cell       string      `json:"cell"`
	CPUs       string      `json:"cpus,omitempty"`
	Unit       string      `json:"unit"`
	Better     string      `json:"better,omitempty"`     // lower or higher; absent where it is not known
	Base       *jsonFigure `json:"base,omitempty"`       // a median
	Head       *jsonFigure `json:"head,omitempty"`       // the same
	Ratio      *jsonFigure `json:"ratio,omitempty"`      // of head to base
	Difference *jsonFigure `json:"difference,omitempty"` // head minus base
	P          float64     `json:"p"`
	Adjusted   float64     `json:"pAdjusted"`
	Verdict    string      `json:"verdict"`
	Reason     string      `json:"reason,omitempty"`
}

// JSON writes a comparison for scripts.
func (c Comparison) JSON(out io.Writer) error {
	document := struct {
		Sentences []string  `json:"sentences"`
		Changes   []jsonRow `json:"changes"`
		OnlyBase  []string  `json:"onlyBase"`
		OnlyHead  []string  `json:"onlyHead"`
		Different []string  `json:"different"`
		Skipped   []string  `json:"skipped"`
		Nothing   string    `json:"nothing,omitempty"` // why there is no change
	}{c.Sentences(), []jsonRow{}, list(c.OnlyBase), list(c.OnlyHead), list(c.Different), list(c.Skipped), c.Nothing}
	for _, r := range c.Rows {
		document.Changes = append(document.Changes, jsonRow{
			Machine: r.Machine, Package: r.Package, Cell: r.Benchmark, CPUs: strings.TrimPrefix(r.CPUs, "-"), Unit: r.Unit.Name, Better: r.Unit.Better,
			Base: known(r.Base), Head: known(r.Head), Ratio: known(r.Ratio), Difference: known(r.Shift),
			P: r.P, Adjusted: r.Adjusted, Verdict: string(r.Verdict), Reason: r.Reason,
		})
	}
	return WriteJSON(out, document)
}

// known is nil where there is no estimate.
func known(i stats.Interval) *jsonFigure {
	if !claim.Known(i) || i.N == 0 {
		return nil
	}
	f := newJSONFigure(i)
	return &f
}

// middle is the median of values; there is at least one.
func middle(values []float64) float64 {
	m, err := stats.Quantile(values, 0.5)
	if err != nil {
		return math.NaN()
	}
	return m
}

// list is an array of JSON, also where there is nothing in it.
func list(words []string) []string {
	if words == nil {
		return []string{}
	}
	return words
}
