package question

import (
	"fmt"
	"math"

	"github.com/poolbench/poolbench/bench"
)

// Goroutine asks whether a pool is worth it for speed.
var Goroutine = &Question{
	Slug:   "goroutine",
	Ask:    "Is a pool faster than go f(), and from which task size on?",
	answer: answerGoroutine,
}

func answerGoroutine(e *Evidence) (out []string) {
	groups := e.fineToCoarse()
	if len(groups) == 0 {
		return nil
	}
	sizes, last := "", -1
	for i, g := range groups {
		pools := pooled(g.with(Faster))
		if len(pools) == 0 {
			continue
		}
		last = i
		if sizes == "" {
			out = append(out, fmt.Sprintf("Yes, for %s: %s of the time of go f().", taskSize(g), named(pools, 3)))
			sizes = taskSize(g)
		}
	}
	switch {
	case last < 0:
		out = append(out, "No: in this run no pool was faster than go f() at any task size by more than chance allows.")
	case last == len(groups)-1:
		g := groups[last]
		out = append(out, fmt.Sprintf("At the longest tasks measured, %s, there is still a difference: %s.", taskSize(g), named(pooled(g.with(Faster)), 2)))
	default:
		g := groups[last+1]
		out = append(out, fmt.Sprintf("From %s on no pool is faster than go f() by more than the uncertainty here, which is %s.", taskSize(g), widest(g)))
	}
	if slower := pooled(groups[0].with(Slower)); len(slower) > 0 {
		out = append(out, fmt.Sprintf("Not every pool is: for %s slower than go f() are %s.", taskSize(groups[0]), named(slower, 3)))
	}
	if release := e.Setting("go"); release != "" {
		out = append(out, "This holds for "+release+" on this machine.")
	}
	return out
}

// pooled leaves out what is no pool of this process: the floor, and processes.
func pooled(rows []*Row) (out []*Row) {
	for _, r := range rows {
		if r.Strategy != "serial" && r.Strategy != "processes" {
			out = append(out, r)
		}
	}
	return out
}

// taskSize says how long a group's tasks are.
func taskSize(g *Group) string {
	keys := g.Rows[0].Cell.Keys
	if keys["work"] == "noop" {
		return "empty tasks"
	}
	return "tasks of " + keys["grain"]
}

// widest says how far the median interval of a group's pools reaches.
func widest(g *Group) string {
	var widths []float64
	for _, r := range g.Rows {
		if r.Real() && r.Strategy != bench.Reference && !math.IsInf(r.Ratio.High, 1) {
			widths = append(widths, math.Log(r.Ratio.High/r.Ratio.Low)/2)
		}
	}
	if len(widths) == 0 {
		return "not known: too few processes"
	}
	return "+-" + percent(math.Expm1(Middle(widths))) + " for the median strategy"
}
