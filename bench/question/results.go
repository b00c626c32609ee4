package question

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/workload"
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
		out = append(out, g.patterns()...)
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
		case r.Pattern == workload.Callback:
			callbacks = append(callbacks, judged(r))
		case r.Pattern == workload.WaitEach:
			waits = append(waits, judged(r))
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

// judged is a peer's ratio, with what it must not be taken for.
func judged(r *Row) string {
	text := r.Strategy + " " + Times(r.Ratio)
	switch r.Verdict {
	case Same:
		text += " (no difference)"
	case Unknown:
		text += " (too few processes for a verdict)"
	}
	return text
}

// A PatternCost is the time of one row as a multiple of the callback's under
// the same strategy.
type PatternCost struct {
	Row     *Row
	Ratio   stats.Interval
	Verdict Verdict

	processes int // in which both were measured
}

// CostsOf returns what a pattern costs in a group, the least first. The
// verdicts are corrected for the number of strategies that have the pattern.
func (g *Group) CostsOf(pattern workload.Pattern) []PatternCost {
	var costs []PatternCost
	var samples [][]float64
	for _, r := range g.Rows {
		callback := g.Row(r.Strategy)
		if r.Pattern != pattern || !r.Real() || callback == nil {
			continue
		}
		sample := stats.Logs(Paired(r.Cell, callback.Cell, results.XRef))
		if len(sample) > 0 {
			costs = append(costs, PatternCost{Row: r, Ratio: Against(r, callback), processes: len(sample)})
			samples = append(samples, sample)
		}
	}
	for i, verdict := range judge(samples, g.Noise()) {
		costs[i].Verdict = verdict
	}
	slices.SortStableFunc(costs, func(a, b PatternCost) int { return cmp.Compare(a.Ratio.Estimate, b.Ratio.Estimate) })
	return costs
}

// patterns says what the other patterns cost against the callback.
func (g *Group) patterns() (out []string) {
	comparisons, processes := 0, 0
	for _, p := range []struct {
		pattern workload.Pattern
		what    string // it is
		takes   string // begins what its time is
		say     func([]PatternCost) string
	}{
		{workload.WaitEach, "Waiting for each result before the next submit makes a program serial", "it takes ", leastAndMost},
		{workload.Collect, "Keeping futures until the pool is closed takes a pool for each batch", "it takes ", leastAndMost},
		{workload.Native, "The libraries have ways of their own to return results", "they take ", each},
	} {
		costs := g.CostsOf(p.pattern)
		comparisons = max(comparisons, len(costs))
		costs = slices.DeleteFunc(costs, func(c PatternCost) bool { return !c.Row.pool() })
		if text := patternCost(costs, p.takes, p.say); text != "" {
			out = append(out, fmt.Sprintf("%s: with %s, %s.", p.what, load(g), text))
		}
		for _, c := range costs {
			processes = max(processes, c.processes)
		}
	}
	if len(out) == 0 && comparisons > 0 {
		return []string{g.shortageOf(comparisons, processes)}
	}
	return out
}

// patternCost says in which strategies the pattern differs from the callback,
// and in which no difference was found; "" where nothing is known of any.
func patternCost(costs []PatternCost, takes string, say func([]PatternCost) string) string {
	var differ []PatternCost
	var same []string
	for _, c := range costs {
		switch c.Verdict {
		case Faster, Slower:
			differ = append(differ, c)
		case Same:
			same = append(same, strings.TrimSpace(c.Row.Strategy+" "+c.Row.Idiom))
		}
	}
	var words []string
	if len(differ) > 0 {
		words = append(words, takes+say(differ)+" the time of a callback")
	}
	if len(same) > 0 {
		words = append(words, "no difference from a callback was found with "+first(3, same))
	}
	return strings.Join(words, "; ")
}

// leastAndMost names the strategy that a pattern costs least, and the one that
// it costs most.
func leastAndMost(costs []PatternCost) string {
	least, most := costs[0], costs[len(costs)-1]
	if len(costs) == 1 {
		return fmt.Sprintf("%s (%s)", Times(least.Ratio), least.Row.Strategy)
	}
	return fmt.Sprintf("%s (%s) to %s (%s)", Times(least.Ratio), least.Row.Strategy, Times(most.Ratio), most.Row.Strategy)
}

// each names all.
func each(costs []PatternCost) string {
	words := make([]string, len(costs))
	for i, c := range costs {
		words[i] = fmt.Sprintf("%s (%s)", Times(c.Ratio), c.Row.Label())
	}
	return list(words)
}
