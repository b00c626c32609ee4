package question

import (
	"fmt"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
)

// throughput asks how many tasks complete in a second.
type throughput struct{ Group *bench.Group }

func (p throughput) answer(a *answering) {
	if claims := a.figures(a.Group(p.Group), results.NsPerTask); len(claims) > 0 {
		text, shown := spread(claims)
		a.say(fmt.Sprintf("To the end of the last task, %s completes %s tasks a second: one takes %s.", claims[0].Name, rate(claims[0]), text), shown...)
	}
}

// manySubmitters asks which pools need more time a task with many submitters than
// with one.
type manySubmitters struct{ Groups []*bench.Group }

func (p manySubmitters) answer(a *answering) {
	groups := a.Family(p.Groups)
	for i := len(groups) - 1; i >= 0; i-- { // it shows best where most submit
		g := groups[i]
		c := a.compare(g, Query{Unit: results.NsPerTask, Baseline: OneSubmitter, Rows: (*Row).isPool})
		if !c.Decided() {
			continue
		}
		where := fmt.Sprintf("With %s goroutines that submit instead of one", g.Key("submitters"))
		worse := c.With(claim.Worse)
		if len(worse) == 0 {
			a.say(where + ", no pool needs measurably more time a task.")
			continue
		}
		text, shown := worst(3, worse)
		a.say(fmt.Sprintf("%s, a task takes this many times as long: %s.", where, text), shown...)
	}
}

// patternCost asks what a way of getting results back costs against a callback under
// the same strategy.
type patternCost struct {
	Group *bench.Group
	Of    workload.Pattern
	Is    string // what the pattern is, as a clause
	Takes string // begins what its time is: "it takes"
}

// patternQuery compares one pattern with the callback of the same strategy.
func patternQuery(p workload.Pattern) Query {
	return Query{Unit: results.XRef, Baseline: ownCallback, Rows: func(r *Row) bool { return r.Pattern == p && r.IsStrategy() }}
}

// PatternCosts compares the rows of a pattern with the callbacks of the same
// strategies.
func (e *Evidence) PatternCosts(g *Group, p workload.Pattern) (*claim.Comparison, error) {
	return e.Compare(g, patternQuery(p))
}

func (p patternCost) answer(a *answering) {
	g := a.Group(p.Group)
	c := a.compare(g, patternQuery(p.Of))
	if !c.Decided() {
		a.short(c)
		return
	}
	pool := func(v ...claim.Verdict) []*claim.Claim {
		return c.Sorted(func(c *claim.Claim) bool {
			return g.RowOf(c.Cell).isPool() && (c.Verdict == v[0] || c.Verdict == v[len(v)-1])
		})
	}
	differ, same := pool(claim.Better, claim.Worse), pool(claim.Tied)
	if len(differ)+len(same) == 0 {
		return
	}
	text := fmt.Sprintf("%s: with %s, ", p.Is, g.Load())
	var shown []*claim.Claim
	if len(differ) > 0 {
		text += "in multiples of the time of a callback, "
		times := func(c *claim.Claim) string { return fmt.Sprintf("%s with %s", claim.Times(c.Value), name(g, c)) }
		least, most := differ[0], differ[len(differ)-1]
		switch {
		case len(differ) == 1:
			text, shown = text+p.Takes+" "+times(least), differ
		case p.Of == workload.Native: // each is another way
			text, shown = text+p.Takes+" "+list(each(differ, times)), differ
		default:
			text, shown = text+fmt.Sprintf("%s from %s to %s", p.Takes, times(least), times(most)), []*claim.Claim{most, least}
		}
	}
	if len(same) > 0 {
		if len(differ) > 0 {
			text += "; "
		}
		text += "no difference from a callback was found with " + first(3, each(same, func(c *claim.Claim) string { return name(g, c) }))
	}
	a.say(text+".", shown...)
}

// name is the strategy that a pattern is of, with the idiom if it has one.
func name(g *Group, c *claim.Claim) string {
	r := *g.RowOf(c.Cell)
	if r.Idiom == "" {
		r.Pattern = workload.Callback
	}
	return r.subject().Name
}

// peersOf compares the same programs in other languages with the reference.
type peersOf struct{ Group *bench.Group }

func (p peersOf) answer(a *answering) {
	g := a.Group(p.Group)
	c := a.compare(g, Query{Unit: results.XRef, Baseline: Reference})
	of := func(pattern workload.Pattern) (words []string, shown []*claim.Claim) {
		for _, peer := range c.Sorted(func(c *claim.Claim) bool {
			r := g.RowOf(c.Cell)
			return bench.IsPeer(r.Strategy) && r.Pattern == pattern
		}) {
			text := g.RowOf(peer.Cell).Strategy + " " + claim.Times(peer.Value)
			switch peer.Verdict {
			case claim.Tied:
				text += " (no difference)"
			case claim.Undecided:
				text += " (too few processes for a verdict)"
			}
			words, shown = append(words, text), append(shown, peer)
		}
		return words, shown
	}
	callbacks, shown := of(workload.Callback)
	if len(callbacks) == 0 {
		return
	}
	text := "The same in Python, on the same bytes, as a multiple of the time of go f() with a callback: " + list(callbacks)
	if waits, more := of(workload.WaitEach); len(waits) > 0 {
		text, shown = text+"; waiting for each result, "+list(waits), append(shown, more...)
	}
	a.say(text+".", shown...)
}
