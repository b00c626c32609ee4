package question

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
)

// underOverload asks what becomes of more requests than the workers can handle.
type underOverload struct {
	Groups  []*bench.Group // from the lowest load on; the last is the one that the answer leads with
	Waiting *bench.Group   // the group in which connections keep their workers
}

func (p underOverload) answer(a *answering) {
	groups := a.Family(p.Groups)
	most := a.Group(p.Groups[len(p.Groups)-1])
	p.twice(a, most)
	p.waiting(a)
	measured := slices.ContainsFunc(groups, func(g *Group) bool { return len(a.amounts(g, results.Answered)) > 0 })
	if capacity := a.rate(results.HandlerCapacity); measured && !math.IsNaN(capacity) {
		a.say(fmt.Sprintf("A server whose handler waits %s and that has %s workers answers %s requests a second at most.", groups[0].Key("handler"), groups[0].Key("limit"), claim.Number(capacity)))
	}
	for _, g := range groups {
		overloaded(a, g)
	}
	growth(a, most)
}

// twice says in short what becomes of twice as many requests as the workers can
// handle.
func (underOverload) twice(a *answering, g *Group) {
	all := a.amounts(g, results.Answered)
	isReference := func(c *claim.Claim) bool { return g.RowOf(c.Cell).Strategy == bench.Reference }
	limited := slices.DeleteFunc(slices.Clone(all), isReference)
	if len(limited) == 0 {
		return
	}
	slices.Reverse(limited) // the most first
	shown, least := top(1, limited), limited[len(limited)-1]
	text := fmt.Sprintf("When twice as many requests come as %s workers can handle, %s answers %s of them", g.Key("limit"), limited[0].Name, limited[0])
	if len(shown) > 1 {
		text += fmt.Sprintf(", %s, the best of the others, %s", shown[1].Name, shown[1])
	}
	switch {
	case len(limited) > 2 && claim.Overlap(limited[0], least):
		text += fmt.Sprintf("; all %d are tied", len(limited))
	case len(limited) > len(shown):
		text += fmt.Sprintf(", and %s, which answers least, %s", least.Name, least)
		shown = append(slices.Clone(shown), least)
	}
	if !slices.ContainsFunc(a.amounts(g, results.Rejected), func(c *claim.Claim) bool { return c.Value.Estimate > 0 }) {
		text += "; the other requests wait, and none is rejected"
	}
	if slices.ContainsFunc(all, func(c *claim.Claim) bool { return isReference(c) && c.Value.Low >= fewer }) {
		text += "; go f(), which has no limit, keeps up, because waiting takes no CPU"
	}
	a.say(text+".", shown...)
	a.lead(limited)
}

// overloaded says what share of the requests is answered, and how late.
func overloaded(a *answering, g *Group) {
	where := fmt.Sprintf("At %s %% of what the workers can handle", strings.TrimSuffix(g.Key("rate"), "pct"))
	all := a.amounts(g, results.Answered)
	if len(all) == 0 {
		a.say(invalid(g, where))
		return
	}
	slices.Reverse(all) // the most first, but the reference before all
	isReference := func(c *claim.Claim) bool { return g.RowOf(c.Cell).Strategy == bench.Reference }
	isOther := func(c *claim.Claim) bool { return !isReference(c) }
	all = slices.Concat(slices.DeleteFunc(slices.Clone(all), isOther), slices.DeleteFunc(all, isReference))
	words := each(all, func(c *claim.Claim) string {
		name := c.Name
		if isReference(c) {
			name = "go f(), which has no limit,"
		}
		text := fmt.Sprintf("%s answers %s", name, c)
		if p50 := g.RowOf(c.Cell).value(results.P50); p50 != nil {
			text += ", half within " + p50.String()
		}
		return text
	})
	a.say(where+", "+strings.Join(shorten(5, words), "; ")+".", all...)
	rejecting := slices.DeleteFunc(a.amounts(g, results.Rejected), func(c *claim.Claim) bool { return c.Value.Estimate == 0 })
	if len(rejecting) > 0 {
		by := each(rejecting, func(c *claim.Claim) string { return fmt.Sprintf("%s (%.0f)", c.Name, c.Value.Estimate) })
		a.say("Connections were rejected by "+list(by)+".", rejecting...)
	}
	a.say(invalid(g, where))
}

// shorten keeps n of several clauses, and counts the others.
func shorten(n int, words []string) []string {
	if more := len(words) - n; more > 1 {
		return append(slices.Clone(words[:n]), fmt.Sprintf("%d more are in the table", more))
	}
	return words
}

// growth says how fast memory grows while more comes than is answered, and how
// many requests are left waiting.
func growth(a *answering, g *Group) {
	all := a.amounts(g, results.RSSGrowth)
	if len(all) == 0 {
		return
	}
	rates, shown := spread(all)
	text := "Meanwhile, after the first tenth of a second, the server's memory grows each second by " + rates + "."
	waiting := a.amounts(g, results.UnansweredReq)
	if n := len(waiting); n > 0 && waiting[n-1].Value.Estimate >= 1 {
		text += fmt.Sprintf(" Soon after the last request %.0f were still without a reply with %s", waiting[n-1].Value.Estimate, waiting[n-1].Name)
		if n > 1 {
			text += fmt.Sprintf(", and %.0f with %s", waiting[0].Value.Estimate, waiting[0].Name)
		}
		text += "."
	}
	a.say(text, shown...)
}

// waiting says what becomes of connections for which there is no worker.
func (p underOverload) waiting(a *answering) {
	g := a.Group(p.Waiting)
	waiting := slices.DeleteFunc(a.amounts(g, results.Starved), func(c *claim.Claim) bool {
		return c.Value.Estimate < 1 || g.RowOf(c.Cell).Strategy == bench.Reference // which has no limit to wait behind
	})
	if len(waiting) > 0 {
		a.say(fmt.Sprintf("Where a connection keeps its worker, connections beyond the limit wait for ever, however light the load: of %s under a limit of %s, %s.",
			g.Key("connections"), g.Key("limit"), waitingFor(g, waiting)), waiting...)
	}
	var words []string
	var shown []*claim.Claim
	for _, c := range a.amounts(g, results.Answered) {
		r := g.RowOf(c.Cell)
		starved := r.value(results.Starved)
		if r.Strategy != bench.Reference && (starved == nil || starved.Value.Estimate < 1) && c.Value.High < fewer {
			words, shown = append(words, fmt.Sprintf("%s answers %s of the requests", r.Strategy, c)), append(shown, c)
		}
	}
	if len(words) > 0 {
		a.say(fmt.Sprintf("An event loop serves all connections, but a handler that waits holds up its loop: %s.", strings.Join(words, "; ")), shown...)
	}
}

// waitingFor says how many connections wait, the fewest first.
func waitingFor(g *Group, waiting []*claim.Claim) string {
	least, most := math.Round(waiting[0].Value.Estimate), math.Round(waiting[len(waiting)-1].Value.Estimate)
	if len(waiting) > 1 && least == most {
		text := fmt.Sprintf("%.0f with each of %s", most, first(4, names(waiting)))
		var best *claim.Claim
		for _, c := range waiting {
			if answered := g.RowOf(c.Cell).value(results.Answered); answered != nil && (best == nil || answered.Value.Estimate > best.Value.Estimate) {
				best = answered
			}
		}
		if best != nil {
			text += fmt.Sprintf(", of which the best answers %s of the requests", best)
		}
		return text
	}
	return strings.Join(shorten(4, each(waiting, func(c *claim.Claim) string {
		text := fmt.Sprintf("%.0f with %s", c.Value.Estimate, c.Name)
		if answered := g.RowOf(c.Cell).value(results.Answered); answered != nil {
			text += fmt.Sprintf(" (%s of the requests answered)", answered)
		}
		return text
	})), "; ")
}

// fewer is a share of the requests below which a server has not kept up.
const fewer = 0.9

// rate reads a setting such as "6200 req/s", not a number where there is none.
func (e *Evidence) rate(key string) float64 {
	number, _, _ := strings.Cut(e.Setting(key), " ")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
