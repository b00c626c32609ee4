package question

import (
	"fmt"
	"slices"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
)

// pools keeps the claims about pools of this process other than the reference.
func (g *Group) pools(claims []*claim.Claim) []*claim.Claim {
	return slices.DeleteFunc(slices.Clone(claims), func(c *claim.Claim) bool {
		r := g.RowOf(c.Cell)
		return !r.isPool() || r.Strategy == bench.Reference || r.Pattern != workload.Callback && r.Pattern != ""
	})
}

// A contest is a group in which pools are compared with a baseline in time.
type contest struct {
	*Group
	*claim.Comparison
	all, better, worse []*claim.Claim // about pools, the fastest first
}

// contests compares the pools of groups with a baseline, from the shortest tasks
// on. What has no verdict is left out, and why is noted.
func (a *answering) contests(groups []*Group, b *Baseline) (out []contest) {
	for _, g := range groups {
		c := contest{Group: g, Comparison: a.compare(g, Query{Unit: results.XRef, Baseline: b})}
		judged := c.Sorted(func(c *claim.Claim) bool { return c.Verdict != claim.NotJudged })
		c.all, c.better, c.worse = g.pools(judged), g.pools(c.With(claim.Better)), g.pools(c.With(claim.Worse))
		switch {
		case len(c.all) == 0:
		case !slices.ContainsFunc(c.all, func(c *claim.Claim) bool { return c.Verdict > claim.Undecided }):
			a.short(c.Comparison)
		default:
			out = append(out, c)
		}
	}
	return out
}

// Lengths asks up to which length of a task pools are faster than a baseline.
type Lengths struct {
	Groups   []*bench.Group
	Baseline *Baseline
}

func (p Lengths) answer(a *answering) {
	judged := a.contests(a.Family(p.Groups), p.Baseline)
	if len(judged) == 0 {
		return
	}
	than := p.Baseline.Name
	last := -1 // in which a pool is faster
	for i, c := range judged {
		if len(c.better) == 0 {
			continue
		}
		if last < 0 {
			text, shown := ranking(3, c.better, "%s is %s than "+than)
			a.say(fmt.Sprintf("Yes, for %s: %s.", c.Load(), text), shown...)
			a.lead(c.better)
		}
		last = i
	}
	var beyond []*claim.Claim
	for _, c := range judged[last+1:] {
		beyond = append(beyond, c.all...)
	}
	switch finest, longest := judged[0], judged[len(judged)-1]; {
	case last < 0 && len(judged) == 1:
		a.say(fmt.Sprintf("No: for %s no pool is measurably faster than %s, %s.", finest.Load(), than, uncertainty(beyond)))
	case last < 0:
		a.say(fmt.Sprintf("No: from %s to %s no pool is measurably faster than %s, %s.", finest.Load(), longest.Load(), than, uncertainty(beyond)))
	case len(beyond) > 0:
		a.say(fmt.Sprintf("No pool is measurably faster from %s on, %s.", judged[last+1].Load(), uncertainty(beyond)))
	case last > 0:
		text, shown := ranking(2, longest.better, "%s is %s than "+than)
		a.say(fmt.Sprintf("The difference lasts up to the longest tasks that were measured: for %s, %s.", longest.Load(), text), shown...)
	}
	a.slower(judged[0], than)
	a.unlimited(judged[0], than)
}

// Bound returns the first group, by the length of a task, from which on no pool
// is measurably faster than go f(), and with what uncertainty. It is nil where
// the longest tasks that were measured still show a difference, or nothing was
// measured.
func (e *Evidence) Bound() (from *Group, uncertain string, err error) {
	a := &answering{Evidence: e}
	judged := a.contests(e.Family(ByLength), Reference)
	first := len(judged)
	for first > 0 && len(judged[first-1].better) == 0 {
		first--
	}
	if first == len(judged) {
		return nil, "", a.err
	}
	var all []*claim.Claim
	for _, c := range judged[first:] {
		all = append(all, c.all...)
	}
	return judged[first].Group, uncertainty(all), a.err
}

// slower names the pools that are slower than a baseline.
func (a *answering) slower(c contest, than string) {
	if len(c.worse) > 0 {
		text, shown := worst(3, c.worse)
		a.say(fmt.Sprintf("Slower than %s for %s: %s.", than, c.Load(), text), shown...)
	}
}

// unlimited compares go f() with a baseline that has a limit.
func (a *answering) unlimited(c contest, than string) {
	reference := c.Row(bench.Reference)
	if reference == nil {
		return
	}
	if claimed := c.Of(reference.Cell); claimed != nil && claimed.Verdict >= claim.Better {
		a.say(fmt.Sprintf("For %s, go f(), which has no limit, is %s than %s.", c.Load(), claimed, than), claimed)
	}
}

// Places asks in each of some groups which pools are faster and which slower
// than a baseline.
type Places struct {
	Groups   []*bench.Group
	Baseline *Baseline
	Where    func(*Group) string // begins the sentence, such as "For tasks of 1us"
	Worse    bool                // whether the slower ones are named as well
	Reverse  bool                // the groups with the most of everything first
	Always   string              // begins the first sentence where a pool is faster in each of several groups; with a place for the load
}

func (p Places) answer(a *answering) {
	groups := a.Family(p.Groups)
	if p.Reverse {
		slices.Reverse(groups)
	}
	judged := a.contests(groups, p.Baseline)
	always := p.Always != "" && len(judged) > 1 && !slices.ContainsFunc(judged, func(c contest) bool { return len(c.better) == 0 })
	for i, c := range judged {
		where, than := p.Where(c.Group), p.Baseline.Name
		if i == 0 && always {
			where = fmt.Sprintf(p.Always, c.Load())
		}
		if len(c.better) > 0 {
			text, shown := ranking(3, c.better, "%s is %s than "+than)
			a.say(fmt.Sprintf("%s, %s.", where, text), shown...)
			a.lead(c.better)
		} else {
			a.say(fmt.Sprintf("%s, no pool is measurably faster than %s, %s.", where, than, uncertainty(c.all)))
		}
		if p.Worse && len(c.worse) > 0 {
			text, shown := worst(3, c.worse)
			a.say(fmt.Sprintf("%s, slower than %s: %s.", where, than, text), shown...)
		}
	}
}

// load is where tasks of one kind are compared.
func load(g *Group) string { return "For " + g.Load() }

// Spread asks for the least and the most that pools have of a unit.
type Spread struct {
	Group *bench.Group
	Unit  string
	Say   string // with a place for what they have: "Submitting one task takes %s."
}

func (p Spread) answer(a *answering) {
	g := a.Group(p.Group)
	claims := a.figures(g, p.Unit)
	if len(claims) == 0 {
		return
	}
	text, shown := spread(claims)
	a.say(fmt.Sprintf(p.Say, text), shown...)
	a.lead(claims)
}

// figures are what the pools of a group have of a unit of time, the least first.
// The reference is one of them.
func (a *answering) figures(g *Group, unit string) []*claim.Claim {
	c := a.compare(g, Query{Unit: unit, Rows: (*Row).isPool})
	return c.Sorted(func(c *claim.Claim) bool { return c.Value.Estimate >= shortest })
}

// declaredIn asks what is declared in some respects, and proved by the conformance
// kit.
type declaredIn []struct {
	Trait string // the key in the file's head
	Say   string // begins the sentence: "A task's panic, by strategy"
}

func (p declaredIn) answer(a *answering) {
	said := len(a.out)
	for _, d := range p {
		if text := a.declared(d.Trait); text != "" {
			a.say(d.Say + ": " + text + ".")
		}
	}
	if len(a.out) > said {
		a.say("These are declared, and \"poolbench check\" proves them.")
	}
}

// A note is a sentence that the evidence may call for.
type note func(*Evidence) string

func (n note) answer(a *answering) { a.say(n(a.Evidence)) }
