package page

import (
	"fmt"
	"html/template"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/table"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/advisor"
	"github.com/poolbench/poolbench/bench/guarantee"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/results"
)

// A view is the page as its template sees it: words, and no figures that have
// yet to be written.
type view struct {
	Style  template.CSS
	Script template.JS
	Policy string

	Title    string // what the page holds
	Several  bool   // runs
	Runs     []runView
	Compared *table.Table // of two runs
	Timeline *timelineView
	Cards    []cardView
	Tables   []cellTable
	Names    []string // of strategies that were measured, for the filter
	Needs    []*guarantee.Guarantee
	Full     []*guarantee.Guarantee // what may be needed when the pool is full
	Panic    []*guarantee.Guarantee // and of a panic
	Other    []*guarantee.Guarantee
	Choices  []chooser   // the data of the form, as many as runs
	Servers  traitMatrix // no rows: there are none

	Guarantees, Traits table.Table
	Version            string
}

// A runView is a run and what speaks for and against it.
type runView struct {
	Name     string
	Short    string
	Machine  string
	Settings []results.Setting
	Control  string
	Plain    bool
	Doubts   []string
	Charts   []chartView
	Gaps     []table.Table // what does not count, and what is missing
	Undrawn  string        // how many charts are left out; "" if none is
	Tables   []table.Table
}

type chartView struct {
	Chart
	ID                 string
	WideSVG, NarrowSVG template.HTML
}

// A chooser is the data that the form rests on, of one run.
type chooser struct {
	Run  string        `json:"run"`
	Data *advisor.Data `json:"data"`
}

func newView(in Input) (*view, error) {
	if err := bearable(in.Runs); err != nil {
		return nil, err
	}
	all, err := guarantee.OfAll(in.Strategies)
	if err != nil {
		return nil, err
	}
	v := &view{
		Several: len(in.Runs) > 1, Guarantees: report.GuaranteeTable(all), Traits: report.TraitTable(all),
		Servers: newServerMatrix(in.Servers), Needs: guarantee.All,
	}
	for _, n := range guarantee.All {
		switch n.Name {
		case "block", "queue", "reject":
			v.Full = append(v.Full, n)
		case "survive", "panic":
			v.Panic = append(v.Panic, n)
		default:
			v.Other = append(v.Other, n)
		}
	}
	v.Title = title(in)
	if in.Compared != nil {
		table := in.Compared.Table()
		v.Compared = bounded(&table, mostCompared)
	}
	if in.Timeline != nil {
		if v.Timeline, err = newTimelineView(in.Timeline); err != nil {
			return nil, err
		}
	}
	recipe := report.NewRecipe(in.Strategies, in.Servers)
	for i, run := range in.Runs {
		rv, err := newRunView(i, run, in)
		if err != nil {
			return nil, err
		}
		v.Runs = append(v.Runs, rv)
		data, err := advisor.Gather(in.Strategies, run.Evidence)
		if err != nil {
			return nil, err
		}
		v.Choices = append(v.Choices, chooser{rv.Short, data})
		cells, err := report.Cells(run.Evidence)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", run.Name, err)
		}
		v.addCells(rv.Short, cells)
	}
	// Who has no figures to choose by is left out where another has.
	if with := slices.DeleteFunc(slices.Clone(v.Choices), func(c chooser) bool { return len(c.Data.Groups) == 0 }); len(with) > 0 {
		v.Choices = with
	}
	if v.Cards, err = cards(in, v.Runs, recipe); err != nil {
		return nil, err
	}
	slices.Sort(v.Names)
	v.Names = slices.Compact(v.Names)
	return v, nil
}

// title says what the page holds.
func title(in Input) string {
	tasks, servers := false, false
	for _, run := range in.Runs {
		for _, g := range run.Evidence.Groups() {
			if g.Rows[0].Cell.Base == string(bench.Echo) {
				servers = true
			} else {
				tasks = true
			}
		}
	}
	switch {
	case in.Compared != nil:
		return "Two runs compared"
	case tasks && servers:
		return "Ways to run tasks and to serve, compared"
	case servers:
		return "Ways to serve, compared"
	case tasks:
		return "Ways to run tasks, compared"
	}
	return report.TimelineTitle
}

// bearable is an error if the runs hold more cells than a page can show. Nothing
// is worked out of them before.
func bearable(runs []report.Run) error {
	cells := 0
	for _, run := range runs {
		for _, g := range run.Evidence.Groups() {
			cells += len(g.Rows)
		}
		if cells > MostCells {
			return fmt.Errorf("%s: the runs hold more than %d cells; a page cannot show as many: select some of them with benchstat's -filter, or use --format csv", run.Name, MostCells)
		}
	}
	return nil
}

// newRunView lays out one run.
func newRunView(i int, run report.Run, in Input) (runView, error) {
	e := run.Evidence
	rv := runView{
		Name: run.Name, Short: short(run.Name, e.Measured().File), Machine: machine(e), Settings: e.Settings(),
		Control: report.Control(e), Plain: e.Plain(), Doubts: doubts(e),
	}
	var err error
	if rv.Tables, err = report.Tables(e, in.Questions...); err != nil {
		return rv, fmt.Errorf("%s: %w", run.Name, err)
	}
	for _, t := range []*table.Table{skipped(run), invalid(run), absent(e, in)} {
		if t != nil {
			rv.Gaps = append(rv.Gaps, *t)
		}
	}
	charts, left := Charts(e)
	if left > 0 {
		rv.Undrawn = fmt.Sprintf("Of %d charts the first %d are drawn. The tables below hold what the others would show.", left+len(charts), len(charts))
	}
	for _, p := range charts {
		// The drawings are escaped by who drew them.
		rv.Charts = append(rv.Charts, chartView{p, fmt.Sprintf("chart-%d-%s", i+1, p.Slug), template.HTML(p.Wide), template.HTML(p.Narrow)})
	}
	return rv, nil
}

// short is how a run is called beside others: by the folder that it is in, and
// by its file where that is not called as all are, with what its name says more
// than that of the file.
func short(name, of string) string {
	more, named := strings.CutPrefix(name, of)
	if !named || of == "" {
		of, more = name, ""
	}
	dir, file := path.Split(filepath.ToSlash(of))
	switch {
	case dir == "":
		return file + more
	case file == "results.txt":
		return path.Base(dir) + more
	}
	return path.Base(dir) + "/" + file + more
}

// machine says where and when a run was made, as far as it is known.
func machine(e *question.Evidence) string {
	var words []string
	for _, s := range []struct{ key, before, after string }{
		{"cpu", "", ""}, {"gomaxprocs", "", " CPUs"}, {"go", "", ""}, {"goos", "", ""}, {"kernel", "kernel ", ""}, {"profile", "profile ", ""}, {"runstamp", "", ""},
	} {
		if value := e.Setting(s.key); value != "" {
			words = append(words, s.before+value+s.after)
		}
	}
	return strings.Join(words, ", ")
}

// doubts is what a reader must know before he believes a run: what was given
// up, what rests on too little, and what was not measured.
func doubts(e *question.Evidence) (out []string) {
	if e.Plain() {
		out = append(out, "The file does not say which lines were measured together, as \"poolbench run\" does. Drift of the machine may look like a difference, and repetitions one after the other (-count) hide it.")
	}
	few, stolen, sessions := 0, 0, make(map[results.Block]bool)
	wide := ""
	for _, g := range e.Groups() {
		for _, r := range g.Rows {
			if len(r.Cell.Samples) < claim.Fewest {
				few++
			}
			for _, s := range r.Cell.Samples {
				if s.Block.Steal > 0 && !sessions[s.Block] {
					sessions[s.Block] = true
					stolen += s.Block.Steal
				}
			}
		}
	}
	for _, c := range e.Control().Off {
		wide += fmt.Sprintf(" %s %s;", c.Group, claim.Times(c.Value))
	}
	if wide != "" {
		out = append(out, "The control is not 1 within its interval in:"+strings.TrimSuffix(wide, ";")+". Of twenty such intervals one may miss by chance; take differences of that size in these groups for noise.")
	}
	if few > 0 {
		out = append(out, fmt.Sprintf("%s on fewer than %d processes, and so without an interval.", question.Count(few, "cell rests", "cells rest"), claim.Fewest))
	}
	if stolen > 0 {
		out = append(out, fmt.Sprintf("The host took %s from this machine, during %s.", question.Count(stolen, "clock tick", "clock ticks"), question.Count(len(sessions), "session", "sessions")))
	}
	return out
}
