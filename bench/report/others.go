package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/question"
)

// mostOthers is how many tables of benchmarks that are none of ours a reader can
// do with.
const mostOthers = 200

// others are the benchmarks that are none of ours: what "go test -bench" printed
// of somebody else's code, each with its medians.
func others(e *question.Evidence) (out []table) {
	groups := make(map[string][]Cell)
	for _, c := range Cells(e) {
		groups[c.Group] = append(groups[c.Group], c)
	}
	strangers := e.Groups("Benchmark")
	for i, g := range strangers {
		if i == mostOthers {
			out[i-1].note += fmt.Sprintf(" %d more groups have no table here: --format csv holds them.", len(strangers)-i)
			break
		}
		of := groups[g.Slug]
		t := table{
			title: g.Slug, head: []string{"benchmark", "n"},
			note: "Medians over lines, with their 95 % intervals where there are enough. A ratio is to strategy=" + bench.Reference + ".",
		}
		var units []string
		related := false
		for _, c := range of {
			related = related || !math.IsNaN(c.Ratio.Estimate)
			for _, f := range c.Figures {
				if !slices.Contains(units, f.Unit) {
					units = append(units, f.Unit)
				}
			}
		}
		slices.SortFunc(units, compareUnits)
		if related {
			t.head = append(t.head, "ratio")
		}
		t.head = append(t.head, units...)
		for _, c := range of {
			name := strings.TrimPrefix(c.Name, strings.TrimPrefix(g.Slug, "Benchmark")+"/")
			row := []string{name, strconv.Itoa(c.Observed)}
			if related {
				row = append(row, question.Times(c.Ratio))
			}
			for _, unit := range units {
				text := "-"
				if i := slices.IndexFunc(c.Figures, func(f Figure) bool { return f.Unit == unit }); i >= 0 {
					text = question.Quantity(c.Figures[i].Interval, question.Short)
				}
				row = append(row, text)
			}
			t.rows = append(t.rows, row)
		}
		out = append(out, t)
	}
	return out
}
