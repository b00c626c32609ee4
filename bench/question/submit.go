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
			out = append(out, fmt.Sprintf("To the end of the last task, %s completes %s tasks a second: one takes %s.",
				costs[0].row.Label(), perSecond(costs[0].value), extremes(costs)))
		}
	}
	if g := e.Group("latency"); len(g.Rows) > 0 {
		if costs := g.costs(results.DoneP99); len(costs) > 0 {
			out = append(out, fmt.Sprintf("In a burst of %s %s, the 99th percentile from submit to done is %s.",
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

// extremes names the strategies that take the least and the most of a unit.
func extremes(costs []cost) string {
	words := make([]string, len(costs))
	for i, c := range costs {
		words[i] = span(c.value, nanoseconds) + " with " + c.row.Label()
	}
	if len(costs) <= 3 {
		return list(words)
	}
	return words[0] + ", and up to " + words[len(words)-1]
}

// perSecond writes how many tasks fill a second when one takes so many
// nanoseconds, as far as the interval leaves that open: "3.20 to 8.90 million".
func perSecond(ns stats.Interval) string {
	if unbounded(ns) || !(ns.Low >= shortest) {
		number, scale := rate(ns.Estimate)
		return about + number + scale
	}
	least, small := rate(ns.High)
	most, large := rate(ns.Low)
	switch {
	case small != large:
		return least + small + " to " + most + large
	case least != most:
		return least + " to " + most + large
	}
	return most + large
}

// rate writes how many times so many nanoseconds go into a second.
func rate(ns float64) (number, scale string) {
	switch hertz := 1e9 / ns; {
	case hertz >= 999.5e3:
		return digits(hertz / 1e6), " million"
	case hertz >= 999.5:
		return digits(hertz / 1e3), " thousand"
	default:
		return digits(hertz), ""
	}
}
