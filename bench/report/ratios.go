package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
)

// A family is groups whose ratios stand beside one another in a table.
type family struct {
	title     string   // with a place for the limit where that is what is particular
	prefixes  []string // of the groups' slugs
	questions []string
}

// families are the tables of ratios.
var families = []family{
	{"Time per task as a multiple of go f(), by length of task", []string{"submit", "grain"}, []string{"goroutine", "semaphore", "submit", "grain"}},
	{"The same under a limit of %s", []string{"tight"}, []string{"grain", "goroutine", "semaphore"}},
	{"The same with empty tasks, by limit and lifetime", []string{"submit", "fresh", "million"}, []string{"submit", "semaphore", "goroutine"}},
	{"The same with many submitters", []string{"contention"}, []string{"contention"}},
	{"The same with growing stacks", []string{"stack"}, []string{"stack"}},
	{"The same with other work", []string{"mix", "alloc", "hash", "sleep"}, []string{"goroutine"}},
}

var ratioNote = "Each with half the width of its 95 % interval. " + marksNote + " The control is go f() measured a second time."

// marksNote explains marks.
var marksNote = fmt.Sprintf("= means that no difference was found which is larger than the control's and than %.0f %%, "+
	"? that too little was measured to find one.", 100*question.Negligible)

// marks stand after a ratio that is no claim.
var marks = map[question.Verdict]string{question.Same: " =", question.Unknown: " ?"}

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
		if len(groups) == 0 {
			continue
		}
		title := f.title
		if strings.Contains(title, "%s") {
			title = fmt.Sprintf(title, groups[0].Limit())
		}
		t := table{title: title, note: ratioNote + floors(groups), head: []string{"strategy"}, questions: f.questions}
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

// floors says what limits the groups whose tasks wait: their ratios cannot be
// read without the least that any strategy can take.
func floors(groups []*question.Group) string {
	var b strings.Builder
	for _, g := range groups {
		keys := g.Rows[0].Cell.Keys
		if keys["work"] != work.Sleep.Name {
			continue
		}
		tasks, _ := strconv.Atoi(keys["tasks"])
		limit, _ := strconv.Atoi(g.Limit())
		if tasks <= 0 || limit <= 0 {
			continue // only a foreign file holds such
		}
		w := workload.Fanout{Work: keys["work"], Grain: work.Grain(keys["grain"]), Tasks: tasks}
		fmt.Fprintf(&b, " Column %s: %d tasks that wait %s, %d at once, take at least %v", columnTitle(g), tasks, keys["grain"], limit, w.Floor(limit))
		if share := float64(w.Floor(limit)) / (float64(tasks) * typicalTime(g)); share > 0 && !math.IsInf(share, 1) {
			fmt.Fprintf(&b, ", which is %s times what go f() took", question.Short(share))
		}
		b.WriteByte('.')
	}
	return b.String()
}

// typicalTime is the median time of a task under the reference in nanoseconds,
// NaN where it was not measured.
func typicalTime(g *question.Group) float64 {
	reference := g.Row(bench.Reference)
	if reference == nil {
		return math.NaN()
	}
	return question.Middle(reference.Cell.Values(results.NsPerTask))
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
	case r.Strategy == bench.Reference && r.Pattern == workload.Callback:
		return "1"
	case math.IsInf(r.Ratio.High, 1):
		return question.Short(r.Ratio.Estimate) + " ?"
	}
	mark := ""
	if r.Real() {
		mark = marks[r.Verdict]
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
