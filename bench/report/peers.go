package report

import (
	"fmt"
	"slices"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/workload"
)

// peerPatterns are the patterns that peers have, in the order of the columns.
var peerPatterns = []workload.Pattern{workload.Callback, workload.WaitEach, workload.Collect}

// peers is what the same fan-out takes in other languages.
func peers(e *question.Evidence) []table {
	g := e.Group("peers")
	if len(g.Rows) == 0 {
		return nil
	}
	keys := g.Rows[0].Cell.Keys
	t := table{
		title: fmt.Sprintf("Beside other languages: time per task, as a multiple of go f() with a callback, of tasks that hash %s", keys["grain"]),
		note:  ratioNote, head: []string{"strategy"}, questions: []string{"results"},
	}
	for _, pattern := range peerPatterns {
		t.head = append(t.head, string(pattern))
	}
	for _, name := range mentioned([]*question.Group{g}) {
		row := []string{name}
		for _, pattern := range peerPatterns {
			i := slices.IndexFunc(g.Rows, func(r *question.Row) bool { return r.Strategy == name && r.Pattern == pattern })
			if i < 0 {
				row = append(row, "-")
				continue
			}
			row = append(row, ratioCell(g.Rows[i]))
		}
		t.rows = append(t.rows, row)
	}
	return []table{t}
}
