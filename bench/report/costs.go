package report

import (
	"fmt"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
)

// costs is what one empty task takes, in absolute numbers.
func costs(e *question.Evidence) []table {
	return []table{
		medians(e.Group("submit"), "One empty task",
			unit{"ns", results.NsPerTask}, unit{"CPU ns", results.CPUNsPerTask}, unit{"submit ns", results.SubmitNs},
			unit{"B", results.BPerTask}, unit{"allocs", results.AllocsPerTask}),
		medians(e.Group("latency"), "From submit to done, in a burst",
			unit{"median ns", results.DoneP50}, unit{"p99 ns", results.DoneP99}),
	}
}

// A unit is a column of medians.
type unit struct{ title, name string }

// medians is the median over processes of several units of a group.
func medians(g *question.Group, title string, units ...unit) table {
	t := table{title: title, head: []string{"strategy"}, questions: []string{"submit"}}
	if len(g.Rows) == 0 {
		return t
	}
	keys := g.Rows[0].Cell.Keys
	t.note = fmt.Sprintf("Medians over processes. Bursts of %s tasks, limit %s, one submitter.", keys["tasks"], keys["limit"])
	for _, u := range units {
		t.head = append(t.head, u.title)
	}
	for _, r := range g.Rows {
		row, measured := []string{r.Label()}, false
		for _, u := range units {
			values := r.Cell.Values(u.name)
			measured = measured || len(values) > 0
			row = append(row, medianCell(values))
		}
		if measured {
			t.rows = append(t.rows, row)
		}
	}
	return t
}

// medianCell writes the median of values, as far as there are any.
func medianCell(values []float64) string {
	if len(values) == 0 {
		return "-"
	}
	m := question.Middle(values)
	if m < 9.95 {
		return fmt.Sprintf("%.1f", m)
	}
	return fmt.Sprintf("%.0f", m)
}
