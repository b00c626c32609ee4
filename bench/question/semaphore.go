package question

import (
	"fmt"

	"github.com/poolbench/poolbench/bench/results"
)

// Semaphore asks whether a library beats the least that limits goroutines.
var Semaphore = &Question{
	Slug:   "semaphore",
	Ask:    "Does a library beat a five-line channel semaphore?",
	answer: answerSemaphore,
}

func answerSemaphore(e *Evidence) (out []string) {
	groups := e.fineToCoarse()
	for _, g := range groups {
		semaphore := g.Row("semaphore")
		if semaphore == nil {
			continue
		}
		faster, slower := g.against(semaphore)
		switch {
		case len(faster)+len(slower) == 0:
			out = append(out, fmt.Sprintf("For %s nothing here is told apart from it (uncertainty %s).", taskSize(g), widest(g)))
			return out // longer tasks hide the difference all the more
		case len(faster) == 0:
			out = append(out, fmt.Sprintf("For %s none beats it; slower are %s.", taskSize(g), list(slower)))
		case len(slower) == 0:
			out = append(out, fmt.Sprintf("For %s it is beaten by %s.", taskSize(g), list(faster)))
		default:
			out = append(out, fmt.Sprintf("For %s it is beaten by %s; slower than it are %s.", taskSize(g), list(faster), list(slower)))
		}
	}
	return out
}

// against lists the pools that are faster and slower than a row of their own
// group, each with its ratio to that row.
func (g *Group) against(base *Row) (faster, slower []string) {
	var rows []*Row
	var samples [][]float64
	for _, r := range byRatio(pooled(g.Rows)) {
		if r.Real() && r != base {
			rows = append(rows, r)
			samples = append(samples, logs(Paired(r.Cell, base.Cell, results.XRef, results.XRef)))
		}
	}
	for i, verdict := range judge(samples, g.Noise()) {
		words := rows[i].Label() + " " + Times(Against(rows[i], base))
		switch verdict {
		case Faster:
			faster = append(faster, words)
		case Slower:
			slower = append(slower, words)
		}
	}
	return faster, slower
}
