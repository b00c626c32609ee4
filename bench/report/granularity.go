package report

import (
	"fmt"
	"strings"

	"github.com/poolbench/poolbench/bench/question"
)

// granularity is the shortest task at which a strategy still reaches a share
// of the ideal.
func granularity(e *question.Evidence) (out []table) {
	for _, sweep := range []struct{ prefix, title string }{
		{"grain", "Shortest task that keeps a share of the machine at work"},
		{"tight", "The same under a limit of %s"},
	} {
		groups := e.Groups(sweep.prefix)
		if len(groups) == 0 {
			continue
		}
		if strings.Contains(sweep.title, "%s") {
			sweep.title = fmt.Sprintf(sweep.title, groups[0].Limit())
		}
		t := table{
			title: sweep.title, head: []string{"strategy"}, questions: []string{"grain"},
			note: "The minimum effective task granularity (Slaughter et al., SC20), with its 95 % interval by bootstrap. " +
				"The ideal is the bare loop on all CPUs. serial uses one CPU only.",
		}
		cells := make(map[string][]string)
		var order []string
		for i, level := range question.Levels {
			t.head = append(t.head, fmt.Sprintf("%.0f %%", 100*level))
			if short := e.Shortfall(sweep.prefix, level); short != "" {
				t.note += " " + short
			}
			for _, m := range e.METGs(sweep.prefix, level) {
				if cells[m.Strategy] == nil {
					cells[m.Strategy] = make([]string, len(question.Levels))
					order = append(order, m.Strategy)
				}
				cells[m.Strategy][i] = m.String()
			}
		}
		for _, name := range order {
			t.rows = append(t.rows, append([]string{name}, cells[name]...))
		}
		out = append(out, t)
	}
	return out
}
