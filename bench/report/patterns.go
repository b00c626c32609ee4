package report

import (
	"slices"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/workload"
)

// patterns is what the ways of getting results back cost against the callback.
func patterns(e *question.Evidence) []table {
	g := e.Group("results")
	t := table{
		title: "Ways to get results back, as multiples of the same strategy's callback",
		note: "waiteach waits for each result before it submits the next; collect keeps futures and reads them when the pool is closed, " +
			"with a pool for each batch; native is the library's own way. " + marksNote,
		head: []string{"strategy", "waiteach", "collect", "native"}, questions: []string{"results"},
	}
	var order []string
	cells := make(map[string][]string)
	for i, pattern := range []workload.Pattern{workload.WaitEach, workload.Collect, workload.Native} {
		for _, c := range g.CostsOf(pattern) {
			name := c.Row.Strategy
			if cells[name] == nil {
				cells[name] = []string{"-", "-", "-"}
			}
			text := question.Times(c.Ratio) + marks[c.Verdict]
			if c.Row.Idiom != "" {
				text = c.Row.Idiom + " " + text
			}
			if cells[name][i] != "-" {
				text = cells[name][i] + ", " + text
			}
			cells[name][i] = text
		}
	}
	for _, name := range mentioned([]*question.Group{g}) {
		if cells[name] != nil && !slices.Contains(order, name) {
			order = append(order, name)
			t.rows = append(t.rows, append([]string{name}, cells[name]...))
		}
	}
	return []table{t}
}
