package question

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/stats"
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
		for _, text := range []string{
			patternCost(g, bench.WaitEach, "Waiting for each result before the next submit makes a program serial"),
			patternCost(g, bench.Collect, "Keeping futures and reading them when the pool is closed takes a pool for each batch"),
		} {
			if text != "" {
				out = append(out, text)
			}
		}
		var idioms []string
		for _, c := range g.CostsOf(bench.Native) {
			idioms = append(idioms, c.Row.Label()+" "+Times(c.Ratio))
		}
		if len(idioms) > 0 {
			out = append(out, fmt.Sprintf("The libraries' own ways, against their callback: %s.", list(idioms)))
		}
	}
	if peers := e.peers(); peers != "" {
		out = append(out, peers)
	} else if len(out) > 0 && e.Setting("python") == "" {
		out = append(out, "The same in Python was not measured: no usable python3 was found.")
	}
	return out
}

// peers holds the article's own programs against the reference; "" where they
// did not run.
func (e *Evidence) peers() string {
	g := e.Group("peers")
	var callbacks, waits []string
	for _, r := range byRatio(g.Rows) {
		switch {
		case !bench.IsPeer(r.Strategy):
		case r.Pattern == bench.Callback:
			callbacks = append(callbacks, r.Strategy+" "+Times(r.Ratio))
		case r.Pattern == bench.WaitEach:
			waits = append(waits, r.Strategy+" "+Times(r.Ratio))
		}
	}
	if len(callbacks) == 0 {
		return ""
	}
	text := fmt.Sprintf("The same in Python, on the same bytes, as a multiple of go f() with a callback: %s", list(callbacks))
	if len(waits) > 0 {
		text += fmt.Sprintf("; waiting for each result, %s", list(waits))
	}
	return text + "."
}

// A PatternCost is the time of one row as a multiple of the callback's under
// the same strategy.
type PatternCost struct {
	Row   *Row
	Ratio stats.Interval
}

// CostsOf returns what a pattern costs in a group, the least first.
func (g *Group) CostsOf(pattern bench.Pattern) []PatternCost {
	var costs []PatternCost
	for _, r := range g.Rows {
		if r.Pattern != pattern || !r.Real() {
			continue
		}
		if ratio := Against(r, g.Row(r.Strategy)); !math.IsNaN(ratio.Estimate) {
			costs = append(costs, PatternCost{r, ratio})
		}
	}
	slices.SortStableFunc(costs, func(a, b PatternCost) int { return cmp.Compare(a.Ratio.Estimate, b.Ratio.Estimate) })
	return costs
}

// patternCost says what a pattern costs against the callback, from the pool
// that it costs least to the one that it costs most; "" where that was not
// measured.
func patternCost(g *Group, pattern bench.Pattern, what string) string {
	costs := slices.DeleteFunc(g.CostsOf(pattern), func(c PatternCost) bool { return len(pooled([]*Row{c.Row})) == 0 })
	if len(costs) == 0 {
		return ""
	}
	least, most := costs[0], costs[len(costs)-1]
	text := fmt.Sprintf("%s: %s take %s the time of the callback with %s", what, load(g), Times(least.Ratio), least.Row.Strategy)
	if len(costs) > 1 {
		text += fmt.Sprintf(", and %s with %s", Times(most.Ratio), most.Row.Strategy)
	}
	return text + "."
}
