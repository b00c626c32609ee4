package page

import (
	"fmt"
	"html/template"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/choice"
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

	Several  bool // runs
	Runs     []runView
	Compared *report.Table // of two runs
	Course   *courseView
	Cards    []cardView
	Tables   []cellTable
	Names    []string // of strategies that were measured, for the filter
	Needs    []*choice.Need
	Full     []*choice.Need // what may be needed when the pool is full
	Panic    []*choice.Need // and of a panic
	Other    []*choice.Need
	Choices  []chooser // the data of the form, as many as runs
	Traits   traitMatrix
	Servers  traitMatrix // no rows: there are none
	Version  string
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
	Pictures []pictureView
	Gaps     []report.Table // what does not count, and what is missing
	Undrawn  string         // how many pictures are left out; "" if none is
	Tables   []report.Table
}

type pictureView struct {
	Picture
	ID                 string
	WideSVG, NarrowSVG template.HTML
}

// A chooser is the data that the form rests on, of one run.
type chooser struct {
	Run  string       `json:"run"`
	Data *choice.Data `json:"data"`
}

func newView(in Input) (*view, error) {
	if err := bearable(in.Runs); err != nil {
		return nil, err
	}
	traits, err := newTraitMatrix(in.Strategies)
	if err != nil {
		return nil, err
	}
	v := &view{Several: len(in.Runs) > 1, Traits: traits, Servers: newServerMatrix(in.Servers), Needs: choice.Needs}
	for _, n := range choice.Needs {
		switch n.Slug {
		case "block", "queue", "reject":
			v.Full = append(v.Full, n)
		case "survive", "panic":
			v.Panic = append(v.Panic, n)
		default:
			v.Other = append(v.Other, n)
		}
	}
	if in.Compared != nil {
		table := in.Compared.Table()
		v.Compared = &table
	}
	if in.Course != nil {
		if v.Course, err = newCourseView(in.Course); err != nil {
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
		data, err := choice.Gather(in.Strategies, run.Evidence)
		if err != nil {
			return nil, err
		}
		if data.Cells == nil {
			data.Cells = []choice.Cell{} // the script goes through them, and a nil slice would be null
		}
		v.Choices = append(v.Choices, chooser{rv.Short, data})
		v.addCells(rv.Short, report.Cells(run.Evidence))
	}
	// Who has no figures to choose by is left out where another has.
	if with := slices.DeleteFunc(slices.Clone(v.Choices), func(c chooser) bool { return len(c.Data.Cells) == 0 }); len(with) > 0 {
		v.Choices = with
	}
	v.Cards = cards(in, v.Runs, recipe)
	slices.Sort(v.Names)
	v.Names = slices.Compact(v.Names)
	return v, nil
}

// bearable is an error if the runs hold more cells than a page can show. Nothing
// is worked out of them before.
func bearable(runs []report.Run) error {
	cells := 0
	for _, run := range runs {
		for _, g := range run.Evidence.Groups("") {
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
		Name: run.Name, Short: short(run), Machine: machine(e), Settings: e.Settings(),
		Control: report.Control(e), Plain: e.Plain(), Doubts: doubts(e), Tables: report.Tables(e, in.Questions...),
	}
	for _, t := range []*report.Table{invalid(run), absent(e, in)} {
		if t != nil {
			rv.Gaps = append(rv.Gaps, *t)
		}
	}
	pictures, left, err := Pictures(e)
	if err != nil {
		return rv, err
	}
	if left > 0 {
		rv.Undrawn = fmt.Sprintf("Of %d pictures the first %d are drawn. The tables below hold what the others would show.", left+len(pictures), len(pictures))
	}
	for _, p := range pictures {
		// The drawings are escaped by who drew them.
		rv.Pictures = append(rv.Pictures, pictureView{p, fmt.Sprintf("picture-%d-%s", i+1, p.Slug), template.HTML(p.Wide), template.HTML(p.Narrow)})
	}
	return rv, nil
}

// short is how a run is called beside others: by the folder that it is in, and
// by its file where that is not called as all are.
func short(run report.Run) string {
	dir, file := path.Split(filepath.ToSlash(run.Name))
	switch {
	case dir == "":
		return file
	case file == "results.txt":
		return path.Base(dir)
	}
	return path.Base(dir) + "/" + file
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
	for _, g := range e.Groups("") {
		for _, r := range g.Rows {
			if len(r.Cell.Samples) < question.Fewest {
				few++
			}
			for _, s := range r.Cell.Samples {
				if s.Block.Steal > 0 && !sessions[s.Block] {
					sessions[s.Block] = true
					stolen += s.Block.Steal
				}
			}
		}
		if c := g.Row(bench.Control); c != nil && !math.IsInf(c.Ratio.High, 0) && !c.Ratio.Covers(1) {
			wide += fmt.Sprintf(" %s %s;", g.Slug, question.Times(c.Ratio))
		}
	}
	if wide != "" {
		out = append(out, "The control is not 1 within its interval in:"+strings.TrimSuffix(wide, ";")+". Of twenty such intervals one may miss by chance; take differences of that size in these groups for noise.")
	}
	if few > 0 {
		out = append(out, fmt.Sprintf("%s on fewer than %d processes, and so without an interval.", question.Count(few, "cell rests", "cells rest"), question.Fewest))
	}
	if stolen > 0 {
		out = append(out, fmt.Sprintf("The host took %s from this machine, during %s.", question.Count(stolen, "clock tick", "clock ticks"), question.Count(len(sessions), "session", "sessions")))
	}
	return out
}
