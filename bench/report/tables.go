package report

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/table"
	"github.com/poolbench/poolbench/bench/work"
)

// Tables returns the tables that the evidence fills, those behind the questions
// of the slugs given, or all.
func Tables(e *question.Evidence, slugs ...string) ([]table.Table, error) {
	t := &tables{Evidence: e, slugs: slugs}
	for _, r := range ratioTables {
		t.ratios(r)
	}
	for _, f := range figureTables {
		t.figures(f)
	}
	t.granularity("Shortest task that keeps a share of the CPUs busy", bench.FamilyGrain)
	t.granularity("The same under a limit of %s", bench.FamilyTight)
	t.peaks()
	t.patterns()
	t.peers()
	t.overload()
	t.failures()
	t.servers()
	t.rates()
	t.foreign()
	return t.out, t.err
}

// tables collects the tables of some results.
type tables struct {
	*question.Evidence
	slugs []string
	out   []table.Table
	err   error
}

// add takes up a table behind some questions, if it is wanted and has rows.
func (t *tables) add(of table.Table, questions ...string) {
	if t.Plain() {
		of.Note = strings.ReplaceAll(of.Note, "over processes", "over lines")
	}
	wanted := len(t.slugs) == 0 || slices.ContainsFunc(questions, func(slug string) bool { return slices.Contains(t.slugs, slug) })
	if wanted && len(of.Rows) > 0 {
		t.out = append(t.out, of)
	}
}

// compare evaluates a query, and keeps the error.
func (t *tables) compare(g *question.Group, q question.Query) *claim.Comparison {
	c, err := t.Compare(g, q)
	if err != nil {
		t.err = errors.Join(t.err, err)
		return &claim.Comparison{}
	}
	return c
}

var (
	timeRatio = question.Query{Unit: results.XRef, Baseline: question.Reference}
	cpuRatio  = question.Query{Unit: results.CPUXRef, Baseline: question.Reference}
)

// A ratioTable holds ratios to go f(), a column a group.
type ratioTable struct {
	title     string // with a place for the limit where that is what is particular
	groups    []*bench.Group
	column    string // the key whose value heads a column; empty: the slug
	questions []string
}

var ratioTables = []ratioTable{
	{"Time per task as a multiple of go f(), by length of task", question.ByLength, "grain", []string{"goroutine", "semaphore", "submit", "grain"}},
	{"The same under a limit of %s", bench.FamilyTight.Groups, "grain", []string{"grain", "goroutine", "semaphore"}},
	{"The same with empty tasks, by limit and lifetime", slices.Concat(
		[]*bench.Group{bench.GroupFresh}, slices.DeleteFunc(slices.Clone(bench.FamilySubmit.Groups), func(g *bench.Group) bool { return g == bench.GroupSubmit }),
		[]*bench.Group{bench.GroupMillion}), "", []string{"submit", "semaphore", "goroutine"}},
	{"The same with many submitters", bench.FamilyContention.Groups, "", []string{"contention"}},
	{"The same with growing stacks", bench.FamilyStack.Groups, "grain", []string{"stack"}},
	{"The same with other work", bench.FamilyWork.Groups, "", []string{"goroutine"}},
}

var ratioNote = "Each with half the width of its 95 % interval. " + claim.MarksNote + " The control is go f() measured a second time."

func (t *tables) ratios(of ratioTable) {
	groups := t.Family(of.groups)
	if len(groups) == 0 {
		return
	}
	title := of.title
	if strings.Contains(title, "%s") {
		title = fmt.Sprintf(title, groups[0].Limit())
	}
	heads := make([]string, len(groups))
	note := ratioNote
	for i, g := range groups {
		switch heads[i] = g.Key(of.column); heads[i] {
		case "0":
			heads[i] = "empty"
		case "":
			heads[i] = g.Slug
		}
		note += floor(g, heads[i])
	}
	grid := table.NewGrid(title, note, []string{"strategy"}, heads...)
	for i, g := range groups {
		c := t.compare(g, timeRatio)
		for _, r := range g.Rows {
			if r == g.Row(r.Strategy) {
				grid.Set(i, c.Of(r.Cell).Short(), r.Strategy)
			}
		}
	}
	t.add(grid.Table, of.questions...)
}

// floor says what limits a group whose tasks wait, "" for others: its ratios
// cannot be read without the least that any strategy can take.
func floor(g *question.Group, head string) string {
	tasks, _ := strconv.Atoi(g.Key("tasks"))
	limit, _ := strconv.Atoi(g.Limit())
	if g.Key("work") != work.Sleep.Name || tasks <= 0 || limit <= 0 { // the last two only in a foreign file
		return ""
	}
	least := workload.Fanout{Work: g.Key("work"), Grain: work.Grain(g.Key("grain")), Tasks: tasks}.Floor(limit)
	text := fmt.Sprintf(" Column %s: %d tasks that wait %s, %d at once, take at least %v", head, tasks, g.Key("grain"), limit, least)
	if reference := g.Row(bench.Reference); reference != nil {
		took := claim.Median(reference.Cell, results.NsPerTask).Estimate
		if share := float64(least) / (float64(tasks) * took); share > 0 && !math.IsInf(share, 1) {
			text += fmt.Sprintf(", which is %s times what go f() took", claim.Ratio(share))
		}
	}
	return text + "."
}

// A column is what the rows of a group have of a unit.
type column struct {
	title string
	unit  string
	write func(float64) string
}

// A figureTable holds medians of several units of a group.
type figureTable struct {
	title   string
	group   *bench.Group
	columns []column
}

var figureTables = []figureTable{
	{"One empty task", bench.GroupSubmit, []column{
		{"ns", results.NsPerTask, tenths}, {"CPU ns", results.CPUNsPerTask, tenths}, {"submit ns", results.SubmitNs, tenths},
		{"B", results.BPerTask, tenths}, {"allocs", results.AllocsPerTask, tenths},
	}},
	{"From submit to done, in a burst", bench.GroupLatency, []column{
		{"median ns", results.DoneP50, tenths}, {"p99 ns", results.DoneP99, tenths},
	}},
}

func (t *tables) figures(of figureTable) {
	g := t.Group(of.group)
	note := fmt.Sprintf("Medians over processes. Bursts of %s tasks, limit %s, one submitter.", g.Key("tasks"), g.Key("limit"))
	grid := table.NewGrid(of.title, note, []string{"strategy"}, titles(of.columns)...)
	for _, r := range g.Rows {
		t.fill(grid, r, of.columns, r.Label())
	}
	t.add(grid.Table, "submit")
}

// fill writes what a row has of several units.
func (t *tables) fill(grid *table.Grid, r *question.Row, columns []column, name ...string) {
	for i, c := range columns {
		if v := claim.Median(r.Cell, c.unit); claim.Known(v) {
			grid.Set(i, c.write(v.Estimate), name...)
		}
	}
}

func titles(columns []column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.title
	}
	return out
}

// granularity is the shortest task at which a strategy still reaches a share of
// the ideal.
func (t *tables) granularity(title string, family *bench.Family) {
	groups := t.Family(family.Groups)
	if len(groups) == 0 {
		return
	}
	if strings.Contains(title, "%s") {
		title = fmt.Sprintf(title, groups[0].Limit())
	}
	note := "The minimum effective task granularity (METG: Slaughter et al., SC20), with its 95 % interval by bootstrap. " +
		"The ideal is the bare loop on all CPUs. serial uses one CPU only."
	var heads []string
	for _, level := range question.Levels {
		heads = append(heads, claim.Percent(level))
	}
	grid := table.NewGrid(title, note, []string{"strategy"}, heads...)
	for i, level := range question.Levels {
		if short := t.Shortfall(groups, level); short != "" {
			grid.Note += " " + short
		}
		for _, m := range t.METGs(groups, level) {
			grid.Set(i, m.String(), m.Row.Strategy)
		}
	}
	t.add(grid.Table, "grain")
}

// peaks is what every strategy needs at its peak.
func (t *tables) peaks() {
	for _, g := range t.Family(append(slices.Clone(bench.FamilyMemory.Groups), bench.GroupFootprint)) {
		title := fmt.Sprintf("Peak with %s tasks that wait %s", g.Key("tasks"), g.Key("grain"))
		if g.Key("work") != work.Sleep.Name {
			title = fmt.Sprintf("Peak with %s tasks that do %s of %s, each strategy under its default limit", g.Key("tasks"), g.Key("work"), g.Key("grain"))
		}
		note := "Medians over processes, each of which ran one strategy. Memory is that of the whole process, and of its worker processes. " +
			"Strategies with too few workers for so much waiting are left out."
		if g.PeakUnit() == results.PeakStack {
			note = "Medians over processes, each of which ran one strategy. This system does not report a process's memory; MB is stacks alone."
		}
		grid := table.NewGrid(title, note, []string{"strategy"}, "MB", "as a multiple of go f()", "MB of stacks", "goroutines")
		ratios := t.compare(g, question.Query{Unit: g.PeakUnit(), Baseline: question.ReferenceAlone})
		for _, c := range t.compare(g, question.Query{Unit: g.PeakUnit(), Rows: (*question.Row).IsStrategy}).Claims {
			name := g.RowOf(c.Cell).Label()
			grid.Set(0, megabytes(c.Value.Estimate), name)
			if ratio := ratios.Of(c.Cell); ratio != nil {
				grid.Set(1, claim.Times(ratio.Value), name)
			}
			t.fill(grid, g.RowOf(c.Cell), []column{{}, {}, {unit: results.PeakStack, write: megabytes}, {unit: results.PeakGoroutines, write: claim.Whole}}, name)
		}
		t.add(grid.Table, "memory")
	}
}

// patterns is what the ways of getting results back cost against the callback.
func (t *tables) patterns() {
	g := t.Group(bench.GroupResults)
	kinds := []workload.Pattern{workload.WaitEach, workload.Collect, workload.Native}
	grid := table.NewGrid("Ways to get results back, as multiples of the same strategy's callback",
		"waiteach waits for each result before it submits the next; collect keeps futures and reads them when the pool is closed, "+
			"with a pool for each batch; native is the library's own way. "+claim.MarksNote,
		[]string{"strategy"}, "waiteach", "collect", "native")
	for _, r := range g.Rows { // rows in the order of the file
		i := slices.Index(kinds, r.Pattern)
		if i < 0 {
			continue
		}
		c, err := t.PatternCosts(g, r.Pattern)
		if err != nil {
			t.err = errors.Join(t.err, err)
			return
		}
		cost := c.Of(r.Cell)
		if cost == nil {
			continue
		}
		text := claim.Times(cost.Value) + claim.Mark(cost.Verdict)
		if r.Idiom != "" {
			text = r.Idiom + " " + text
		}
		if before := slices.IndexFunc(grid.Rows, func(row []string) bool { return row[0] == r.Strategy && row[1+i] != "-" }); before >= 0 {
			text = grid.Rows[before][1+i] + ", " + text
		}
		grid.Set(i, text, r.Strategy)
	}
	t.add(grid.Table, "results")
}

// peers is what the same fan-out takes in other languages.
func (t *tables) peers() {
	g := t.Group(bench.GroupPeers)
	kinds := []workload.Pattern{workload.Callback, workload.WaitEach, workload.Collect}
	grid := table.NewGrid(fmt.Sprintf("Beside other languages: time per task, as a multiple of go f() with a callback, of tasks that hash %s", g.Key("grain")),
		ratioNote, []string{"strategy"}, "callback", "waiteach", "collect")
	c := t.compare(g, timeRatio)
	for _, r := range g.Rows {
		if i := slices.Index(kinds, r.Pattern); i >= 0 {
			grid.Set(i, c.Of(r.Cell).Short(), r.Strategy)
		}
	}
	t.add(grid.Table, "results")
}

// foreign are the benchmarks that are not ours: what "go test -bench" printed of
// other code, each with its medians.
func (t *tables) foreign() {
	var groups []*question.Group
	for _, g := range t.Groups() {
		if strings.HasPrefix(g.Slug, question.Foreign) {
			groups = append(groups, g)
		}
	}
	for i, g := range groups {
		if i == mostForeign {
			t.out[len(t.out)-1].Note += fmt.Sprintf(" %d more groups have no table here: --format csv holds them.", len(groups)-i)
			break
		}
		cells, err := Cells(t.Evidence, g)
		if err != nil {
			t.err = errors.Join(t.err, err)
			return
		}
		var units []string
		for _, c := range cells {
			for _, f := range c.Figures {
				if f.Verdict == claim.NotJudged && !f.Compared() && !slices.Contains(units, f.Unit) {
					units = append(units, f.Unit)
				}
			}
		}
		slices.SortFunc(units, CompareUnits)
		heads := []string{"n"}
		if slices.ContainsFunc(cells, func(c Measured) bool { return c.Ratio != nil }) {
			heads = append(heads, "ratio")
		}
		grid := table.NewGrid(foreignTitle(g),
			"Medians over lines, with their 95 % intervals where there are enough. A ratio is to strategy="+bench.Reference+".",
			[]string{"benchmark"}, append(heads, units...)...)
		for _, c := range cells {
			name := within(c.Row.Cell, g.Slug)
			grid.Set(0, strconv.Itoa(c.Observed), name)
			if c.Ratio != nil {
				grid.Set(1, claim.Times(c.Ratio.Value), name)
			}
			for _, f := range c.Figures {
				if at := slices.Index(units, f.Unit); at >= 0 {
					grid.Set(len(heads)+at, f.String(), name)
				}
			}
		}
		t.add(grid.Table)
	}
}

// within is the name of a benchmark without what all of its group have in common:
// the function, the package and the number of CPUs.
func within(cell *results.Cell, slug string) string {
	name, group := cell.Name, strings.TrimPrefix(slug, question.Foreign)
	if cell.CPUs != "" && strings.HasSuffix(group, cell.CPUs) {
		name, group = strings.TrimSuffix(name, cell.CPUs), strings.TrimSuffix(group, cell.CPUs)
	}
	return strings.TrimPrefix(name, group+"/")
}

// foreignTitle names a group of foreign benchmarks as its author does, with the
// package where the file says it: "BenchmarkEncode (example.com/codec)".
func foreignTitle(g *question.Group) string {
	name, base := strings.TrimPrefix(g.Slug, question.Foreign), g.Rows[0].Cell.Base
	if i := strings.Index(name, "."+base); i > 0 {
		return question.Foreign + name[i+1:] + " (" + name[:i] + ")"
	}
	return g.Slug
}

// mostForeign is how many tables of foreign benchmarks a reader can do with.
const mostForeign = 200

// How the columns of tables are written.
func tenths(v float64) string {
	if v < 9.95 {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}
func megabytes(v float64) string { return fmt.Sprintf("%.1f", v/1e6) }
func kilobytes(v float64) string { return fmt.Sprintf("%.2f", v/1e3) }
func micros(v float64) string    { return claim.Ratio(v / 1e3) }
