package question

import (
	"fmt"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
)

// Results asks how results should come back, and what the article's mistake
// costs.
var Results = &Question{
	Slug:   "results",
	Ask:    "How should results come back: wait for each, collect after shutdown, callback, or the library's own way?",
	answer: answerResults,
}

func answerResults(e *Evidence) (out []string) {
	if g := e.Group("results"); len(g.Rows) > 0 {
		out = append(out,
			patternCost(g, bench.WaitEach, "Waiting for each result before the next submit makes the program serial"),
			patternCost(g, bench.Collect, "Collecting futures and reading them after the pool is closed, which opens a pool for each batch"),
		)
		var idioms []string
		for _, r := range byRatio(g.Rows) {
			if callback := g.Row(r.Strategy); r.Pattern == bench.Native && callback != nil {
				idioms = append(idioms, fmt.Sprintf("%s %s", r.Label(), Times(Against(r, callback))))
			}
		}
		if len(idioms) > 0 {
			out = append(out, fmt.Sprintf("The libraries' own ways against their callback: %s.", list(idioms)))
		}
	}
	if g := e.Group("peers"); len(g.Rows) > 0 {
		var peers []string
		for _, r := range byRatio(g.Rows) {
			if bench.IsPeer(r.Strategy) {
				peers = append(peers, r.Label()+" "+Times(r.Ratio))
			}
		}
		if len(peers) > 0 {
			out = append(out, fmt.Sprintf("The same in Python, against go f() on the same bytes: %s.", list(peers)))
		}
	}
	return out
}

// patternCost says what a pattern costs against the callback, from the
// strategy that it costs least to the one that it costs most.
func patternCost(g *Group, pattern bench.Pattern, what string) string {
	type cost struct {
		row   *Row
		times string
		ratio float64
	}
	var costs []cost
	for _, r := range pooled(g.Rows) {
		callback := g.Row(r.Strategy)
		if r.Pattern != pattern || callback == nil {
			continue
		}
		ratio := RatioOf(Paired(r.Cell, callback.Cell, results.XRef, results.XRef))
		costs = append(costs, cost{r, Times(ratio), ratio.Estimate})
	}
	if len(costs) == 0 {
		return what + ": not measured."
	}
	least, most := costs[0], costs[0]
	for _, c := range costs {
		if c.ratio < least.ratio {
			least = c
		}
		if c.ratio > most.ratio {
			most = c
		}
	}
	return fmt.Sprintf("%s: tasks of %s take %s the time of the callback with %s, and %s with %s.",
		what, g.Rows[0].Cell.Keys["grain"], least.times, least.row.Strategy, most.times, most.row.Strategy)
}
