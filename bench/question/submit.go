package question

import (
	"cmp"
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
		if costs := g.costs(results.SubmitNs); len(costs) > 0 {
			out = append(out, "Handing over one empty task takes "+extremes(costs)+".")
		}
		if costs := g.costs(results.NsPerTask); len(costs) > 0 {
			out = append(out, fmt.Sprintf("From the first submit to the end of the last task, a task takes %s; so %s completes %s tasks a second.",
				extremes(costs), costs[0].row.Label(), perSecond(costs[0].value.Estimate)))
		}
	}
	if g := e.Group("latency"); len(g.Rows) > 0 {
		if costs := g.costs(results.DoneP99); len(costs) > 0 {
			out = append(out, fmt.Sprintf("In a burst of %s %s, the 99th percentile from submit to done is %s. A submit that blocks keeps it short, for the wait is before it; a queue makes it long.",
				g.Rows[0].Cell.Keys["tasks"], load(g), extremes(costs)))
		}
	}
	return out
}

// A cost is what one strategy takes of one unit.
type cost struct {
	row   *Row
	value stats.Interval
}

// shortest is a picosecond: less than that nobody has measured.
const shortest = 1e-3

// costs returns what the pools of a group take of a unit of time, the least
// first.
func (g *Group) costs(unit string) []cost {
	var costs []cost
	for _, r := range pooled(g.Rows) {
		if value := typical(r.Cell, unit); r.Real() && value.Estimate >= shortest {
			costs = append(costs, cost{r, value})
		}
	}
	slices.SortStableFunc(costs, func(a, b cost) int { return cmp.Compare(a.value.Estimate, b.value.Estimate) })
	return costs
}

// extremes names the two strategies that take the least of a unit, and the one
// that takes the most.
func extremes(costs []cost) string {
	words := make([]string, len(costs))
	for i, c := range costs {
		words[i] = span(c.value, nanoseconds) + " with " + c.row.Label()
	}
	if len(costs) <= 3 {
		return list(words)
	}
	return words[0] + ", " + words[1] + ", and at the most " + words[len(words)-1]
}

// perSecond writes how many tasks of so many nanoseconds fill a second.
func perSecond(ns float64) string {
	switch rate := 1e9 / ns; {
	case rate >= 999.5e3:
		return digits(rate/1e6) + " million"
	case rate >= 999.5:
		return digits(rate/1e3) + " thousand"
	default:
		return digits(rate)
	}
}
