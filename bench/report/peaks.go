package report

import (
	"fmt"
	"math"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/work"
)

// peaks is what every strategy needs at its peak.
func peaks(e *question.Evidence) (out []table) {
	for _, g := range append(e.Groups("memory"), e.Groups("footprint")...) {
		all, unit := g.Peaks()
		keys := g.Rows[0].Cell.Keys
		title := fmt.Sprintf("Peak with %s tasks that wait %s", keys["tasks"], keys["grain"])
		if keys["work"] != work.Sleep.Name {
			title = fmt.Sprintf("Peak with %s tasks that do %s of %s, each strategy under its default limit", keys["tasks"], keys["work"], keys["grain"])
		}
		t := table{
			title: title,
			note: "Medians over processes, each of which ran one strategy. Memory is that of the whole process, and of its worker processes. " +
				"What has too few places for so much waiting takes no part in that.",
			head: []string{"strategy", "MB", "as a multiple of go f()", "MB of stacks", "goroutines"}, questions: []string{"memory"},
		}
		if unit == results.PeakStack {
			t.note = "Medians over processes, each of which ran one strategy. This system does not tell a process's memory; MB is stacks alone."
		}
		for _, p := range all {
			t.rows = append(t.rows, []string{p.Row.Label(), megabytes(p.Memory), question.Times(p.Ratio), megabytes(p.Stack), whole(p.Goroutines)})
		}
		out = append(out, t)
	}
	return out
}

func megabytes(i stats.Interval) string {
	if math.IsNaN(i.Estimate) {
		return "-"
	}
	return fmt.Sprintf("%.1f", i.Estimate/1e6)
}

func whole(i stats.Interval) string {
	if math.IsNaN(i.Estimate) {
		return "-"
	}
	return fmt.Sprintf("%.0f", i.Estimate)
}
