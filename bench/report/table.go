package report

import (
	"fmt"
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
)

// A table is what is printed in rows and columns.
type table struct {
	title string
	note  string
	head  []string
	rows  [][]string
}

// A column of the overview: a group and how it is called.
type column struct {
	slug  string
	title string
}

// overviewColumns are the groups that the overview shows, as far as they were
// measured.
var overviewColumns = []column{
	{"submit", "empty"}, {"grain100ns", "100ns"}, {"grain500ns", "500ns"}, {"grain2us", "2us"}, {"grain10us", "10us"}, {"grain50us", "50us"},
	{"contention8", "8 subm."}, {"stack16", "16K stack"},
}

// overview is the time of every strategy as a multiple of the reference's.
func overview(e *question.Evidence) table {
	t := table{
		title: "Time per task, as a multiple of go f()",
		note: "Each with half the width of its 95 % interval; = is no difference that can be told from the control's, " +
			"? is too little measured. The control is go f() measured a second time.",
		head: []string{"strategy"},
	}
	var groups []*question.Group
	for _, c := range overviewColumns {
		if g := e.Group(c.slug); len(g.Rows) > 0 {
			t.head = append(t.head, c.title)
			groups = append(groups, g)
		}
	}
	for _, name := range names(groups) {
		row := []string{name}
		for _, g := range groups {
			row = append(row, ratioCell(g.Row(name)))
		}
		t.rows = append(t.rows, row)
	}
	if len(groups) == 0 {
		return table{}
	}
	return t
}

// names lists the strategies of several groups in the order of the file's
// first mention.
func names(groups []*question.Group) (out []string) {
	for _, g := range groups {
		for _, r := range g.Rows {
			if !slices.Contains(out, r.Strategy) {
				out = append(out, r.Strategy)
			}
		}
	}
	return out
}

// ratioCell writes a row's ratio with its uncertainty and its verdict.
func ratioCell(r *question.Row) string {
	switch {
	case r == nil || math.IsNaN(r.Ratio.Estimate):
		return "-"
	case math.IsInf(r.Ratio.High, 1):
		return fmt.Sprintf("%.2f ?", r.Ratio.Estimate)
	}
	half := math.Expm1(math.Log(r.Ratio.High/r.Ratio.Low) / 2)
	mark := ""
	if r.Verdict == question.Same && r.Real() && r.Strategy != bench.Reference {
		mark = " ="
	}
	if r.Strategy == bench.Reference {
		return "1"
	}
	return fmt.Sprintf("%.2f +-%.0f%%%s", r.Ratio.Estimate, 100*half, mark)
}

// costs is what a strategy costs besides time.
func costs(e *question.Evidence) table {
	g := e.Group("submit")
	if len(g.Rows) == 0 {
		return table{}
	}
	t := table{
		title: "One empty task",
		note:  "Medians over processes. Limit " + g.Rows[0].Cell.Keys["limit"] + ", one submitter.",
		head:  []string{"strategy", "ns", "CPU ns", "submit ns", "B", "allocs"},
	}
	for _, r := range g.Rows {
		row := []string{r.Strategy}
		for _, unit := range []string{results.NsPerTask, results.CPUNsPerTask, results.SubmitNs, results.BPerTask, results.AllocsPerTask} {
			row = append(row, medianCell(r.Cell, unit))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// medianCell writes the median of a unit over a cell's processes.
func medianCell(c *results.Cell, unit string) string {
	values := c.Values(unit)
	if len(values) == 0 {
		return "-"
	}
	m := question.Middle(values)
	if m < 9.95 {
		return fmt.Sprintf("%.1f", m)
	}
	return fmt.Sprintf("%.0f", m)
}
