package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/question"
)

// A family is groups whose ratios stand beside one another in a table.
type family struct {
	title     string
	prefixes  []string // of the groups' slugs
	questions []string
}

// families are the tables of ratios.
var families = []family{
	{"Time per task as a multiple of go f(), by length of task", []string{"submit", "grain"}, []string{"goroutine", "semaphore", "submit", "grain"}},
	{"The same under a limit of 2", []string{"tight"}, []string{"grain", "goroutine", "semaphore"}},
	{"The same with empty tasks, by limit and lifetime", []string{"submit", "fresh", "million"}, []string{"submit", "semaphore", "goroutine"}},
	{"The same with many submitters", []string{"contention"}, []string{"contention"}},
	{"The same with growing stacks", []string{"stack"}, []string{"stack"}},
	{"The same with other work", []string{"mix", "alloc", "hash", "sleep"}, []string{"goroutine"}},
}

const ratioNote = "Each with half the width of its 95 % interval. = means that no difference was found which is larger than " +
	"the control's, ? that too little was measured to find one. The control is go f() measured a second time."

// ratios is the time of every strategy as a multiple of the reference's.
func ratios(e *question.Evidence) (out []table) {
	for i, f := range families {
		var groups []*question.Group
		for _, prefix := range f.prefixes {
			for _, g := range e.Groups(prefix) {
				// The plain case stands with the sweep; the cases that vary it
				// stand in a table of their own.
				plain := g.Slug == "submit"
				if prefix != "submit" || plain == (i == 0) {
					groups = append(groups, g)
				}
			}
		}
		slices.SortStableFunc(groups, question.ByLoad)
		t := table{title: f.title, note: ratioNote, head: []string{"strategy"}, questions: f.questions}
		for _, g := range groups {
			t.head = append(t.head, columnTitle(g))
		}
		for _, name := range mentioned(groups) {
			row := []string{name}
			for _, g := range groups {
				row = append(row, ratioCell(g.Row(name)))
			}
			t.rows = append(t.rows, row)
		}
		out = append(out, t)
	}
	return out
}

// columnTitle says in a word what is particular about a group.
func columnTitle(g *question.Group) string {
	grain := g.Rows[0].Cell.Keys["grain"]
	switch {
	case g.Slug == "submit":
		return "empty"
	case g.Slug == "grain"+grain, g.Slug == "tight"+grain:
		return grain
	case strings.HasPrefix(g.Slug, "stack"):
		return grain
	}
	return g.Slug
}

// ratioCell writes a row's ratio with its uncertainty and its verdict.
func ratioCell(r *question.Row) string {
	switch {
	case r == nil || math.IsNaN(r.Ratio.Estimate):
		return "-"
	case r.Strategy == bench.Reference && r.Pattern == bench.Callback:
		return "1"
	case math.IsInf(r.Ratio.High, 1):
		return question.Short(r.Ratio.Estimate) + " ?"
	}
	mark := ""
	if r.Real() {
		mark = map[question.Verdict]string{question.Same: " =", question.Unknown: " ?"}[r.Verdict]
	}
	return fmt.Sprintf("%s +-%s%s", question.Short(r.Ratio.Estimate), halfWidth(r.Ratio.Low, r.Ratio.High), mark)
}

// halfWidth writes half the width of a ratio's interval, which is even on the
// scale of logarithms.
func halfWidth(low, high float64) string {
	half := math.Expm1((math.Log(high) - math.Log(low)) / 2)
	if !(half < 10) {
		return "1000%"
	}
	return fmt.Sprintf("%.0f%%", 100*half)
}
