package question

import (
	"fmt"
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench"
)

// Goroutine asks whether a pool is worth it for speed.
var Goroutine = &Question{
	Slug:   "goroutine",
	Ask:    "Is a pool faster than go f(), and from which task size on?",
	answer: answerGoroutine,
}

func answerGoroutine(e *Evidence) (out []string) {
	groups := compared(e.fineToCoarse())
	if len(groups) == 0 {
		return nil
	}
	judged := slices.DeleteFunc(slices.Clone(groups), func(g *Group) bool { return g.tooFew() })
	if len(judged) == 0 {
		return []string{groups[0].shortage()}
	}
	last := -1
	for i, g := range judged {
		pools := pooled(g.with(Faster))
		if len(pools) == 0 {
			continue
		}
		if last < 0 {
			out = append(out, fmt.Sprintf("Yes, for %s: %s.", load(g), takes(3, shares(pools), "the time of go f()")))
		}
		last = i
	}
	switch {
	case last < 0:
		out = append(out, fmt.Sprintf("No: for %s no pool was found to be faster than go f(), with an uncertainty of %s.",
			throughout(judged), uncertainty(judged...)))
	case last < len(judged)-1:
		out = append(out, fmt.Sprintf("From %s on no pool was found to be faster than go f(), with an uncertainty of %s.",
			load(judged[last+1]), uncertainty(judged[last+1:]...)))
	case last > 0:
		pools := pooled(judged[last].with(Faster))
		out = append(out, fmt.Sprintf("The difference lasts up to the longest that were measured: for %s, %s.",
			load(judged[last]), takes(2, shares(pools), "the time of go f()")))
	}
	if slower := pooled(judged[0].with(Slower)); len(slower) > 0 {
		out = append(out, fmt.Sprintf("Slower than go f() for %s: %s.", load(judged[0]), slowest(3, shares(slower))))
	}
	for _, slug := range []string{"mix", "alloc", "hash", "sleep"} {
		g := e.Group(slug)
		if len(compared([]*Group{g})) == 0 || g.tooFew() {
			continue
		}
		if pools := pooled(g.with(Faster)); len(pools) > 0 {
			out = append(out, fmt.Sprintf("For %s, %s.", load(g), takes(2, shares(pools), "the time of go f()")))
		} else {
			out = append(out, fmt.Sprintf("For %s no pool was found to be faster than go f(), with an uncertainty of %s.", load(g), uncertainty(g)))
		}
	}
	return append(out, e.machine()...)
}

// pooled keeps what is a pool of this process.
func pooled(rows []*Row) (out []*Row) {
	for _, r := range rows {
		if r.pool() {
			out = append(out, r)
		}
	}
	return out
}

// compared returns the groups in which a pool stands against the reference.
func compared(groups []*Group) (out []*Group) {
	for _, g := range groups {
		if g.Row(bench.Reference) != nil && len(g.contestants()) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// contestants are the pools of a group that are held against the reference.
func (g *Group) contestants() (out []*Row) {
	for _, r := range pooled(g.Rows) {
		if r.Strategy != bench.Reference {
			out = append(out, r)
		}
	}
	return out
}

// tooFew tells whether the group was measured too seldom for any verdict.
func (g *Group) tooFew() bool {
	return !slices.ContainsFunc(g.contestants(), func(r *Row) bool { return r.Verdict != Unknown })
}

// contest says how many comparisons the group's verdicts are about, and the
// most processes that one of them has.
func (g *Group) contest() (comparisons, processes int) {
	for _, r := range g.Rows {
		if g.tests(r) {
			comparisons++
			processes = max(processes, len(r.Cell.Samples))
		}
	}
	return comparisons, processes
}

// shortage says how much more of a group would have to be measured.
func (g *Group) shortage() string {
	comparisons, observations := g.contest()
	return g.shortageOf(comparisons, observations)
}

// shortageOf says how much more would have to be measured for so many
// comparisons. Of what "go test" printed, lines are counted.
func (g *Group) shortageOf(comparisons, observations int) string {
	if !g.plain {
		return shortage(comparisons, observations)
	}
	if observations >= Enough(comparisons) {
		return varied
	}
	return fmt.Sprintf("Too little was measured for a verdict: at most %s of each strategy, where comparing %d takes %d. -count=%d gives them; \"poolbench run\", which lets strategies take turns, is surer.",
		count(observations, "line", "lines"), comparisons, Enough(comparisons), Enough(comparisons))
}

const varied = "The control varied too much for a verdict."

// shortage says how much more a run would have to measure.
func shortage(comparisons, processes int) string {
	if processes >= Enough(comparisons) {
		return varied
	}
	return fmt.Sprintf("Too little was measured for a verdict: at most %s of each strategy, where comparing %d takes %d. A longer --time helps.",
		count(processes, "process", "processes"), comparisons, Enough(comparisons))
}

// throughout names the loads of groups from the finest to the coarsest.
func throughout(groups []*Group) string {
	if len(groups) == 1 {
		return load(groups[0])
	}
	return load(groups[0]) + " up to " + load(groups[len(groups)-1])
}

// machine says where the answer holds.
func (e *Evidence) machine() []string {
	release, cpu := e.Setting("go"), e.Setting("cpu")
	switch {
	case release == "":
		return nil
	case cpu == "":
		return []string{"Measured with " + release + "."}
	}
	cpus := ""
	if n := e.Setting("gomaxprocs"); n != "" {
		cpus = " (" + n + " CPUs)"
	}
	return []string{"Measured with " + release + " on " + cpu + cpus + "."}
}

// uncertainty says how far the widest interval of the groups' pools reaches, or
// what counts as no difference: what was found nowhere may be hidden there.
func uncertainty(groups ...*Group) string {
	widest := math.NaN()
	for _, g := range groups {
		for _, r := range g.contestants() {
			if width := math.Log(r.Ratio.High/r.Ratio.Low) / 2; !unbounded(r.Ratio) && !(width <= widest) {
				widest = width
			}
		}
	}
	switch half := max(math.Expm1(widest), Negligible); {
	case math.IsNaN(half):
		return "unknown size"
	case half >= 10:
		return "more than +-1000 %"
	default:
		return "up to +-" + percent(half)
	}
}
