package question

import (
	"fmt"
	"slices"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// Submit asks for the three costs that are so often taken for one another.
var Submit = &Question{
	Slug:   "submit",
	Ask:    "What does a submit cost, what completes per second, and how long is it from submit to done?",
	answer: answerSubmit,
}

func answerSubmit(e *Evidence) (out []string) {
	if g := e.Group("submit"); len(g.Rows) > 0 {
		out = append(out,
			"Handing over one empty task takes "+extremes(g, results.SubmitNs, nanoseconds)+".",
			"From the first submit to the last task's end, a task takes "+extremes(g, results.NsPerTask, nanoseconds)+
				"; the best completes "+perSecond(g)+" tasks a second.")
	}
	if g := e.Group("latency"); len(g.Rows) > 0 {
		out = append(out, fmt.Sprintf("In a burst of %s the 99th percentile from submit to done is %s: what blocks while it is full has short times, what queues has long ones, and both finish the burst.",
			g.Rows[0].Cell.Keys["tasks"], extremes(g, results.DoneP99, nanoseconds)))
	}
	return out
}

// extremes names the strategies with the least and the most of a unit.
func extremes(g *Group, unit string, write func(float64) string) string {
	type entry struct {
		row   *Row
		value stats.Interval
	}
	var entries []entry
	for _, r := range pooled(g.Rows) {
		if r.Real() && len(r.Cell.Values(unit)) > 0 {
			entries = append(entries, entry{r, typical(r.Cell, unit)})
		}
	}
	if len(entries) == 0 {
		return "an unknown time"
	}
	slices.SortFunc(entries, func(a, b entry) int { return compareFloats(a.value.Estimate, b.value.Estimate) })
	least, most := entries[0], entries[len(entries)-1]
	if len(entries) == 1 {
		return fmt.Sprintf("%s (%s)", span(least.value, write), least.row.Label())
	}
	second := entries[1]
	return fmt.Sprintf("from %s (%s; next %s, %s) to %s (%s)",
		span(least.value, write), least.row.Label(), second.row.Label(), write(second.value.Estimate),
		span(most.value, write), most.row.Label())
}

// perSecond is the throughput of the quickest strategy of a group.
func perSecond(g *Group) string {
	var best float64
	for _, r := range pooled(g.Rows) {
		if v := typical(r.Cell, results.NsPerTask).Estimate; r.Real() && v > 0 && (best == 0 || v < best) {
			best = v
		}
	}
	if best == 0 {
		return "an unknown number of"
	}
	if rate := 1e9 / best; rate < 1e6 {
		return digits(rate/1e3) + " thousand"
	}
	return digits(1e9/best/1e6) + " million"
}
