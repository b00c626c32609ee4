package question

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// Contention asks who suffers from many submitters.
var Contention = &Question{
	Slug:   "contention",
	Ask:    "Many submitters at once: who contends?",
	answer: answerContention,
}

func answerContention(e *Evidence) (out []string) {
	groups := compared(e.Groups("contention"))
	slices.SortStableFunc(groups, ByLoad)
	slices.Reverse(groups) // who contends shows best where most submit
	for _, g := range groups {
		if g.tooFew() {
			continue
		}
		if text := againstOne(g, e.alone(g)); text != "" {
			out = append(out, text)
		}
		out = append(out, againstPlain(g)...)
	}
	if len(out) == 0 && len(groups) > 0 {
		return []string{groups[0].shortage()}
	}
	return out
}

// againstPlain says who is faster and who is slower than go f() where many
// submit.
func againstPlain(g *Group) (out []string) {
	keys := g.Rows[0].Cell.Keys
	where := fmt.Sprintf("with %s goroutines that submit %s %s", keys["submitters"], keys["tasks"], load(g))
	faster, slower := pooled(g.with(Faster)), pooled(g.with(Slower))
	switch {
	case len(faster)+len(slower) == 0:
		return []string{fmt.Sprintf("%s no difference from go f() was found; the uncertainty is %s.", capital(where), uncertainty(g))}
	case len(faster) == 0:
		out = append(out, fmt.Sprintf("%s none was found to be faster than go f().", capital(where)))
	default:
		out = append(out, fmt.Sprintf("%s, %s.", capital(where), takes(3, shares(faster), "the time of go f()")))
	}
	if len(slower) > 0 {
		out = append(out, fmt.Sprintf("Slower than go f() %s: %s.", where, slowest(3, shares(slower))))
	}
	return out
}

// alone returns the group that differs from g only in having one submitter; one
// without rows if it was not measured.
func (e *Evidence) alone(g *Group) *Group {
	of := g.Rows[0].Cell
	for _, other := range e.Groups("submit") {
		cell := other.Rows[0].Cell
		if cell.Keys["submitters"] == "1" && !slices.ContainsFunc([]string{"work", "grain", "tasks", "limit", "pool", "pattern"}, func(key string) bool {
			return cell.Keys[key] != of.Keys[key]
		}) {
			return other
		}
	}
	return &Group{}
}

// againstOne says which pools need more time a task with many submitters than
// with one.
func againstOne(many, one *Group) string {
	type change struct {
		who    string
		ratio  stats.Interval
		sample []float64
	}
	var changes []change
	for _, r := range pooled(many.Rows) {
		if alone := one.Row(r.Strategy); alone != nil && r.Real() {
			sample := stats.Logs(Paired(r.Cell, alone.Cell, results.NsPerTask))
			if len(sample) > 0 {
				changes = append(changes, change{r.Label(), RatioOf(exps(sample)), sample})
			}
		}
	}
	slices.SortStableFunc(changes, func(a, b change) int { return cmp.Compare(a.ratio.Estimate, b.ratio.Estimate) })
	samples := make([][]float64, len(changes))
	for i, c := range changes {
		samples[i] = c.sample
	}
	var worse []share
	known := false
	for i, verdict := range judge(samples, crossNoise(many, one)) {
		known = known || verdict != Unknown
		if verdict == Slower {
			worse = append(worse, share{changes[i].who, Times(changes[i].ratio)})
		}
	}
	submitters := many.Rows[0].Cell.Keys["submitters"]
	switch {
	case !known:
		return ""
	case len(worse) == 0:
		return fmt.Sprintf("With %s goroutines that submit in place of one, none was found to need more time a task.", submitters)
	}
	return fmt.Sprintf("With %s goroutines that submit in place of one, a task takes this many times as long: %s.", submitters, slowest(3, worse))
}

// crossNoise is how much the bare loop, which nobody submits to, seems to
// differ between two groups that did not take turns with one another.
func crossNoise(a, b *Group) float64 {
	ratio := RatioOf(Paired(loopCell(a), loopCell(b), results.NsPerTask))
	return max(math.Abs(math.Log(ratio.Low)), math.Abs(math.Log(ratio.High)))
}

func loopCell(g *Group) *results.Cell {
	if r := g.Row(bench.Loop); r != nil {
		return r.Cell
	}
	return nil
}
