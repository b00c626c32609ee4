package report

import (
	"fmt"
	"math"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
)

// failure is what panics in a handler cost.
func failure(e *question.Evidence) (out []table) {
	for _, g := range e.Groups("echofailure") {
		if len(g.Rows) == 0 {
			continue
		}
		t := table{
			title: fmt.Sprintf("When a handler panics on one message in %s, each %s a task", g.Rows[0].Cell.Keys["panics"], g.Rows[0].Unit),
			note:  "Requests are counted over a turn of a tenth of a second. Each panic fails one; what waits in vain has got no reply by the end.",
			head:  []string{"strategy", "the server", "requests that failed", "that wait in vain"}, questions: []string{"failure"},
		}
		for _, r := range g.Rows {
			if crashed := r.Cell.Values(results.Crashed); r.Real() && len(crashed) > 0 {
				fate := "goes on"
				if question.Middle(crashed) > 0 {
					fate = "dies"
				}
				t.rows = append(t.rows, []string{r.Strategy, fate, count(r, results.FailedReq), count(r, results.UnansweredReq)})
			}
		}
		out = append(out, t)
	}
	return out
}

// count writes a number of things.
func count(r *question.Row, unit string) string {
	v := r.Typical(unit).Estimate
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf("%.0f", v)
}
