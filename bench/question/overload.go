package question

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// Overload asks what becomes of more work than there are places for.
var Overload = &Question{
	Slug:   "overload",
	Ask:    "When full or overloaded, does it block, queue or eat memory, and who is rejected?",
	answer: answerOverload,
}

func answerOverload(e *Evidence) (out []string) {
	out = append(twice(e.Group("echooverload200")), starving(e.Group("echostarving"))...)
	var shares []string
	for _, percent := range []string{"50", "100", "150", "200"} {
		shares = append(shares, e.overloaded(percent)...)
	}
	if len(shares) > 0 {
		if capacity := e.setRate(results.HandlerCapacity); !math.IsNaN(capacity) {
			keys := e.Groups("echooverload")[0].Rows[0].Cell.Keys
			out = append(out, fmt.Sprintf("A server whose handler waits %s in one of %s places answers %s at the most.",
				keys["handler"], keys["limit"], perSecond(exactly(1e9/capacity))+" requests a second"))
		}
		out = append(out, shares...)
		out = append(out, growth(e.Group("echooverload200"))...)
	}
	if len(out) > 0 {
		if text := e.absent("waits"); text != "" {
			out = append(out, text)
		}
		if text := e.promised(bench.TraitFull); text != "" {
			out = append(out, "What a submit to a full pool does, as declared and proved by \"poolbench check\": "+text+".")
		}
	}
	return out
}

// twice says in short what becomes of twice as many requests as there are
// places for.
func twice(g *Group) []string {
	all := g.amounts(results.Answered)
	limited := slices.DeleteFunc(slices.Clone(all), func(c cost) bool { return c.row.Strategy == bench.Reference })
	if len(limited) == 0 {
		return nil
	}
	least, most := limited[0], limited[len(limited)-1]
	text := fmt.Sprintf("When twice as many requests come as %s places can handle, %s answers %s of them meanwhile",
		most.row.Cell.Keys["limit"], most.row.Strategy, shareOf(most.value))
	if len(limited) > 1 {
		text += fmt.Sprintf(", %s, which answers least, %s", least.row.Strategy, shareOf(least.value))
	}
	if !slices.ContainsFunc(g.amounts(results.Rejected), func(c cost) bool { return c.value.Estimate > 0 }) {
		text += ", and the other requests wait: nobody is turned away"
	}
	if slices.ContainsFunc(all, func(c cost) bool { return c.row.Strategy == bench.Reference && c.value.Low >= fewer }) {
		text += "; go f(), which has no limit, keeps up, because waiting takes no CPU"
	}
	return []string{text + "."}
}

// overloaded says what share of the requests is answered, and how late.
func (e *Evidence) overloaded(percent string) (out []string) {
	g := e.Group("echooverload" + percent)
	where := fmt.Sprintf("At %s %% of that", percent)
	all := g.amounts(results.Answered)
	if len(all) == 0 {
		if text := unvouched(g, where); text != "" {
			out = append(out, text)
		}
		return out
	}
	var words []string
	slices.Reverse(all) // who answers most comes first
	if i := slices.IndexFunc(all, func(c cost) bool { return c.row.Strategy == bench.Reference }); i > 0 {
		reference := all[i]
		all = slices.Insert(slices.Delete(all, i, i+1), 0, reference)
	}
	for _, c := range all {
		text := fmt.Sprintf("%s answers %s", who(c.row), shareOf(c.value))
		if p50 := c.row.Typical(results.P50); !math.IsNaN(p50.Estimate) {
			text += ", half within " + span(p50, nanoseconds)
		}
		words = append(words, text)
	}
	out = append(out, where+" "+strings.Join(shorten(5, words), "; ")+".")
	rejecting := g.amounts(results.Rejected)
	rejecting = slices.DeleteFunc(rejecting, func(c cost) bool { return c.value.Estimate == 0 })
	if len(rejecting) > 0 {
		names := make([]string, len(rejecting))
		for i, c := range rejecting {
			names[i] = fmt.Sprintf("%s %.0f", c.row.Label(), c.value.Estimate)
		}
		out = append(out, "Connections were turned away by "+list(names)+".")
	}
	if text := unvouched(g, where); text != "" {
		out = append(out, text)
	}
	return out
}

// who names a row at the beginning of a clause.
func who(r *Row) string {
	if r.Strategy == bench.Reference {
		return "go f(), which has no limit,"
	}
	return r.Strategy
}

// shorten keeps n of several clauses, and counts the others.
func shorten(n int, words []string) []string {
	if more := len(words) - n; more > 1 {
		return append(slices.Clone(words[:n]), fmt.Sprintf("%d more stand in the table", more))
	}
	return words
}

// growth says whose memory grows while more comes than is answered, and how
// many requests piled up wherever it was.
func growth(g *Group) []string {
	all := g.amounts(results.RSSGrowth)
	if len(all) == 0 {
		return nil
	}
	perSecond := func(v float64) string { return bytes(v) + " a second" }
	least, most := all[0], all[len(all)-1]
	text := fmt.Sprintf("Meanwhile, from its first tenth of a second on, the server's memory grows by %s with %s", span(least.value, perSecond), least.row.Strategy)
	if len(all) > 1 {
		text += fmt.Sprintf(" up to %s with %s", span(most.value, perSecond), most.row.Strategy)
	}
	text += "."
	waiting := g.amounts(results.UnansweredReq)
	if n := len(waiting); n > 0 && waiting[n-1].value.Estimate >= 1 {
		text += fmt.Sprintf(" Soon after the last request %.0f were still without a reply with %s", waiting[n-1].value.Estimate, waiting[n-1].row.Strategy)
		if n > 1 {
			text += fmt.Sprintf(", and %.0f with %s", waiting[0].value.Estimate, waiting[0].row.Strategy)
		}
		text += "."
	}
	return []string{text}
}

// starving says what becomes of connections for which there is no place.
func starving(g *Group) []string {
	waiting := slices.DeleteFunc(g.amounts(results.Starved), func(c cost) bool {
		return c.value.Estimate < 1 || c.row.Strategy == bench.Reference // which has no limit to wait behind
	})
	if len(waiting) == 0 {
		return holdingUp(g)
	}
	keys := waiting[0].row.Cell.Keys
	text := fmt.Sprintf("Where a connection keeps its place, connections beyond the limit starve, however little is asked: of %s under a limit of %s, %s.",
		keys["connections"], keys["limit"], starved(waiting))
	return append([]string{text}, holdingUp(g)...)
}

// starved says how many connections wait, who makes them wait the fewest first.
func starved(waiting []cost) string {
	least, most := math.Round(waiting[0].value.Estimate), math.Round(waiting[len(waiting)-1].value.Estimate)
	if len(waiting) > 1 && least == most {
		rows := make([]*Row, len(waiting))
		served := exactly(0)
		for i, c := range waiting {
			rows[i] = c.row
			if answered := c.row.Typical(results.Answered); answered.Estimate > served.Estimate {
				served = answered
			}
		}
		text := fmt.Sprintf("%.0f with each of %s", most, first(4, labels(rows)))
		if served.Estimate > 0 {
			text += fmt.Sprintf(", of which the best answers %s of the requests", shareOf(served))
		}
		return text
	}
	words := make([]string, len(waiting))
	for i, c := range waiting {
		words[i] = fmt.Sprintf("%.0f with %s", c.value.Estimate, c.row.Label())
		if answered := c.row.Typical(results.Answered); !math.IsNaN(answered.Estimate) {
			words[i] += fmt.Sprintf(" (%s of the requests answered)", shareOf(answered))
		}
	}
	return strings.Join(shorten(4, words), "; ")
}

// fewer is a share of the requests below which a server has not kept up.
const fewer = 0.9

// holdingUp says who takes every connection and yet does not keep up, because
// who waits in the handler holds up the others.
func holdingUp(g *Group) []string {
	var words []string
	for _, c := range g.amounts(results.Answered) {
		starved := c.row.Typical(results.Starved).Estimate
		if c.row.Strategy != bench.Reference && !(starved >= 1) && c.value.High < fewer {
			words = append(words, fmt.Sprintf("%s answers %s of the requests", c.row.Strategy, shareOf(c.value)))
		}
	}
	if len(words) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Nobody starves where an event loop serves all connections, but a handler that waits holds up its loop: %s.", strings.Join(words, "; "))}
}

// exactly is a figure that was set and not estimated.
func exactly(v float64) stats.Interval { return stats.Interval{Estimate: v, Low: v, High: v} }
