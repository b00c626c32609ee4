package question

import (
	"fmt"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// Semaphore asks whether a library beats the least that limits goroutines.
var Semaphore = &Question{
	Slug:   "semaphore",
	Ask:    "Does a library beat a five-line channel semaphore?",
	answer: answerSemaphore,
}

func answerSemaphore(e *Evidence) (out []string) {
	var sizes []string // a sentence for each size of tasks at which there is a difference
	end := ""
	for _, g := range e.fineToCoarse() {
		text, told := againstSemaphore(g, load)
		switch {
		case told:
			sizes = append(sizes, text)
		case text != "":
			end = text
		}
		if end != "" {
			break // longer tasks hide the difference all the more
		}
	}
	if len(sizes) > 0 {
		out = append(out, sizes[0])
	}
	if len(sizes) > 1 {
		out = append(out, sizes[len(sizes)-1])
	}
	if end != "" {
		out = append(out, end)
	}
	for _, slug := range []string{"submit2", "submit1024"} {
		text, _ := againstSemaphore(e.Group(slug), func(g *Group) string {
			return load(g) + " under a limit of " + g.Row("semaphore").Cell.Keys["limit"]
		})
		if text != "" {
			out = append(out, text)
		}
	}
	return out
}

// againstSemaphore says which pools of a group are faster and slower than the
// semaphore, and whether there are any. Nothing is said where there is nothing
// to compare.
func againstSemaphore(g *Group, load func(*Group) string) (text string, told bool) {
	semaphore := g.Row("semaphore")
	if semaphore == nil {
		return "", false
	}
	faster, slower, compared := g.against(semaphore)
	switch {
	case compared == 0:
		return "", false
	case len(faster)+len(slower) == 0 && len(semaphore.Cell.Samples) < Enough(compared):
		return shortage(compared, len(semaphore.Cell.Samples)), false
	case len(faster)+len(slower) == 0:
		return fmt.Sprintf("For %s no difference from it was found; the uncertainty is %s.", load(g), uncertainty(g)), false
	case len(faster) == 0:
		return fmt.Sprintf("For %s none was found to beat it; slower than it %s.", load(g), are(3, slower)), true
	}
	text = fmt.Sprintf("For %s, %s.", load(g), takes(3, faster, "its time"))
	if len(slower) > 0 {
		text += fmt.Sprintf(" Slower than it %s.", are(3, slower))
	}
	return text, true
}

// against lists the ways in one process that are faster and slower than a row
// of their own group, each with its ratio to that row, and says how many could
// be compared with it.
func (g *Group) against(base *Row) (faster, slower []share, compared int) {
	var rows []*Row
	var samples [][]float64
	for _, r := range byRatio(pooled(g.Rows)) {
		if sample := stats.Logs(Paired(r.Cell, base.Cell, results.XRef)); r.Real() && r != base && len(sample) > 0 {
			rows, samples = append(rows, r), append(samples, sample)
		}
	}
	for i, verdict := range judge(samples, g.Noise()) {
		words := share{rows[i].Label(), Times(RatioOf(exps(samples[i])))}
		if rows[i].Strategy == bench.Reference {
			words.who = "go f()"
		}
		switch verdict {
		case Faster:
			faster = append(faster, words)
		case Slower:
			slower = append(slower, words)
		}
	}
	return faster, slower, len(rows)
}
