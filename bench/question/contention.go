package question

import (
	"fmt"
	"math"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
)

// Contention asks who suffers from many submitters.
var Contention = &Question{
	Slug:   "contention",
	Ask:    "Many submitters at once: who contends?",
	answer: answerContention,
}

func answerContention(e *Evidence) (out []string) {
	many, one := e.Group("contention8"), e.Group("submit")
	if len(many.Rows) == 0 {
		return nil
	}
	submitters := many.Rows[0].Cell.Keys["submitters"]
	if faster := pooled(many.with(Faster)); len(faster) > 0 {
		out = append(out, fmt.Sprintf("With %s goroutines submitting empty tasks, %s of the time of go f().", submitters, named(faster, 4)))
	}
	if slower := pooled(many.with(Slower)); len(slower) > 0 {
		out = append(out, fmt.Sprintf("Slower than go f() are %s.", named(slower, 4)))
	}
	var rows []*Row
	var samples [][]float64
	for _, r := range pooled(many.Rows) {
		if alone := one.Row(r.Strategy); alone != nil && r.Real() {
			rows = append(rows, r)
			samples = append(samples, logs(Paired(r.Cell, alone.Cell, results.NsPerTask, results.NsPerTask)))
		}
	}
	var worse []string
	for i, verdict := range judge(samples, crossNoise(many, one)) {
		if verdict == Slower {
			worse = append(worse, rows[i].Label()+" "+Times(RatioOf(exps(samples[i]))))
		}
	}
	switch {
	case len(rows) == 0:
	case len(worse) == 0:
		out = append(out, "None can be told to need more time a task than with one submitter.")
	default:
		out = append(out, fmt.Sprintf("Against one submitter, these need more time a task: %s.", list(worse)))
	}
	return out
}

// crossNoise is how much the bare loop, which nobody submits to, seems to
// differ between two groups that did not take turns with one another.
func crossNoise(a, b *Group) float64 {
	ratio := RatioOf(Paired(loopCell(a), loopCell(b), results.NsPerTask, results.NsPerTask))
	if math.IsNaN(ratio.Estimate) {
		return 0
	}
	return max(math.Abs(math.Log(ratio.Low)), math.Abs(math.Log(ratio.High)))
}

func loopCell(g *Group) *results.Cell {
	if r := g.Row(bench.Loop); r != nil {
		return r.Cell
	}
	return nil
}
