package question

import (
	"fmt"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
)

// value is what a row has of a unit, nil where it has nothing of it.
func (r *Row) value(unit string) *claim.Claim {
	if r == nil {
		return nil
	}
	c := claim.Figures([]claim.Subject{r.subject()}, unit)
	if len(c.Claims) == 0 || c.Claims[0].Value.Estimate < 0 {
		return nil
	}
	return c.Claims[0]
}

// amounts are what the strategies and servers of a group have of a unit, the
// least first.
func (a *answering) amounts(g *Group, unit string) []*claim.Claim {
	c := a.compare(g, Query{Unit: unit, Rows: (*Row).IsStrategy})
	return c.Sorted(func(c *claim.Claim) bool { return c.Value.Estimate >= 0 })
}

// hertz writes how many requests there are in a second: "103 thousand [101
// thousand, 104 thousand] requests a second".
func hertz(c *claim.Claim) string { return c.String() + " requests a second" }

// loop is where all clients wait for their replies.
func loop(g *Group) string {
	return fmt.Sprintf("With %s connections that each wait for their reply", g.Key("connections"))
}

// cpuQuery compares CPU time for a request with a goroutine per connection. It
// is by far less noisy than throughput where server and generator share CPUs.
var cpuQuery = Query{Unit: results.CPUXRef, Baseline: Reference}

// serverCPU asks which ways to serve need less CPU time for a request than a
// goroutine per connection, and which more.
type serverCPU struct{ Group *bench.Group }

func (p serverCPU) answer(a *answering) {
	g := a.Group(p.Group)
	c := a.compare(g, cpuQuery)
	ours := func(v claim.Verdict) []*claim.Claim {
		return slices.DeleteFunc(c.With(v), func(c *claim.Claim) bool { return bench.IsPeer(g.RowOf(c.Cell).Strategy) })
	}
	less, more, same := ours(claim.Better), ours(claim.Worse), ours(claim.Tied)
	if len(less)+len(more)+len(same) == 0 {
		if len(ours(claim.Undecided)) > 0 {
			a.say(a.tooFew(c))
		}
		return
	}
	if len(less) > 0 {
		text, shown := ranking(3, less, "%s needs %s CPU time for a request than a goroutine per connection")
		a.say(text+".", shown...)
		a.lead(less)
	} else {
		a.say("No way to serve was found to need less CPU time for a request than a goroutine per connection.")
	}
	if len(same) > 0 {
		a.say(fmt.Sprintf("No difference in CPU time from a goroutine per connection was found with %s.", first(4, names(same))))
	}
	if len(more) > 0 {
		text, shown := worst(4, more)
		a.say(fmt.Sprintf("More CPU time than a goroutine per connection is needed by %s.", text), shown...)
	}
}

// ownCapacity asks what a goroutine per connection gets through.
type ownCapacity struct{ Group *bench.Group }

func (p ownCapacity) answer(a *answering) {
	g := a.Group(p.Group)
	reference := g.Row(bench.Reference)
	rate := reference.value(results.ReqRate)
	if rate == nil {
		return
	}
	text := fmt.Sprintf("%s, a goroutine per connection answers %s, of %s bytes each", loop(g), hertz(rate), g.Key("payload"))
	shown := []*claim.Claim{rate}
	if cpu := reference.value(results.CPUNsPerReq); cpu != nil {
		text, shown = text+fmt.Sprintf(", and needs %s of CPU time for each", cpu), append(shown, cpu)
	}
	a.say(text+"; the load generator runs on the same CPUs.", shown...)
}

// perMessage compares a task per message with a task per connection, under the
// same strategy.
type perMessage struct{ Group *bench.Group }

func (p perMessage) answer(a *answering) {
	g := a.Group(p.Group)
	c := a.compare(g, Query{Unit: results.CPUXRef, Baseline: ownConnection, Rows: func(r *Row) bool { return r.isPool() && r.Unit == workload.PerMessage }})
	if !c.Decided() {
		return
	}
	differ := c.Sorted(func(c *claim.Claim) bool { return c.Verdict >= claim.Better })
	if len(differ) == 0 {
		a.say("Between a task per message and a task per connection no difference in CPU time was found.")
		return
	}
	slices.Reverse(differ) // the most first
	words := each(differ, func(c *claim.Claim) string { return g.RowOf(c.Cell).Strategy + " " + claim.Times(c.Value) })
	a.say(fmt.Sprintf("A task per message takes this multiple of the CPU time of a task per connection under the same strategy: %s. It lets few workers serve many connections.",
		first(4, words)), differ...)
}

// external asks what was seen of servers that ran already: only what they
// answer, because their processes are out of reach. What does not answer as it
// should, theirs or ours, has no figure, and that is said as well.
type external struct{ Group *bench.Group }

func (p external) answer(a *answering) {
	g := a.Group(p.Group)
	var words []string
	var shown []*claim.Claim
	for _, r := range g.Rows {
		if rate := r.value(results.ReqRate); r.kind == bench.KindPeer && rate != nil {
			words, shown = append(words, fmt.Sprintf("%s answers %s", r.Strategy, hertz(rate))), append(shown, rate)
		}
	}
	if len(words) > 0 {
		a.say(fmt.Sprintf("Of the servers that ran already, %s; their CPU time cannot be seen from here.", list(words)), shown...)
	}
	if len(g.Rows) > 0 {
		a.say(invalid(g, loop(g)))
	}
}

// invalid says of which rows of a group all load was invalid, "" where there is
// none.
func invalid(g *Group, where string) string {
	var rows []string
	for _, r := range g.Rows {
		if r.IsStrategy() && r.AllInvalid() {
			rows = append(rows, r.Label())
		}
	}
	if len(rows) == 0 {
		return ""
	}
	return fmt.Sprintf("%s, all runs against %s are invalid and have no figures; the results file gives the reasons.", where, first(4, rows))
}

// atRates asks how long requests take that come at a fixed rate.
type atRates struct{ Groups []*bench.Group }

func (p atRates) answer(a *answering) {
	for _, g := range a.Family(p.Groups) {
		where := fmt.Sprintf("At %s %% of the rate that would keep every CPU busy here", strings.TrimSuffix(g.Key("rate"), "pct"))
		reference := g.Row(bench.Reference)
		others := slices.DeleteFunc(a.amounts(g, results.P99), func(c *claim.Claim) bool { return reference != nil && c.Cell == reference.Cell })
		offered, p50, p99 := reference.value(results.OfferedRate), reference.value(results.P50), reference.value(results.P99)
		rest, shown := between(others)
		switch {
		case p99 != nil && p50 != nil && offered != nil:
			text := fmt.Sprintf("%s, %s, a goroutine per connection answers half within %s and 99 %% within %s", where, hertz(offered), p50, p99)
			if rest != "" {
				text += "; the 99th percentile of others is " + rest
			}
			a.say(text+".", append([]*claim.Claim{p99, p50, offered}, shown...)...)
		case rest != "":
			a.say(fmt.Sprintf("%s, the 99th percentile is %s.", where, rest), shown...)
		}
		a.say(invalid(g, where))
		a.say(quieter(g))
	}
}

// between says from what to what amounts reach; "" where there is none.
func between(all []*claim.Claim) (string, []*claim.Claim) {
	switch n := len(all); n {
	case 0:
		return "", nil
	case 1:
		return figured(all[0]), all
	default:
		least, most := all[0], all[n-1]
		return fmt.Sprintf("from %s to %s", figured(least), figured(most)), []*claim.Claim{least, most}
	}
}

// quieter says how many runs at a rate count. The others are left out because
// the generator was late, and so those that count are the quieter ones.
func quieter(g *Group) string {
	counted, all := 0, 0
	for _, r := range g.Rows {
		valid, invalid := r.Valid()
		counted, all = counted+valid, all+valid+invalid
	}
	if counted == 0 || float64(counted) > mostCount*float64(all) {
		return ""
	}
	return fmt.Sprintf("Only %d of %d runs at this rate count; in the others the load generator was late, so these figures are those of quieter moments.", counted, all)
}

// mostCount is the share of runs from which on the few that are left out do not
// matter.
const mostCount = 0.9

// idleMemory asks how much memory connections take that carry nothing.
type idleMemory struct{ Group *bench.Group }

func (p idleMemory) answer(a *answering) {
	g := a.Group(p.Group)
	reference := g.Row(bench.Reference)
	own := reference.value(results.BPerConn)
	if own == nil {
		return
	}
	text := "Each of many connections, nearly all idle, takes"
	if open := reference.value(results.OpenConns); open != nil {
		text = fmt.Sprintf("Of %.0f connections, nearly all idle, each takes", open.Value.Estimate)
	}
	text += fmt.Sprintf(" %s of resident memory with a goroutine per connection", own)
	rest, shown := between(slices.DeleteFunc(a.amounts(g, results.BPerConn), func(c *claim.Claim) bool { return c.Cell == reference.Cell }))
	if rest != "" {
		text += ", and " + rest
	}
	a.say(text+"; the kernel's share is not in that.", append([]*claim.Claim{own}, shown...)...)
}

// churn asks for the rate where each request has a connection of its own.
type churn struct{ Group *bench.Group }

func (p churn) answer(a *answering) {
	g := a.Group(p.Group)
	rate := g.Row(bench.Reference).value(results.ReqRate)
	if rate == nil {
		return
	}
	text, shown := fmt.Sprintf("With a new connection for each request, a goroutine per connection answers %s", hertz(rate)), []*claim.Claim{rate}
	c := a.compare(g, cpuQuery)
	less, more := c.With(claim.Better), c.With(claim.Worse)
	for _, side := range []struct {
		need   string
		claims []*claim.Claim
	}{{"less", less}, {"more", more}} {
		if len(side.claims) > 0 {
			text += fmt.Sprintf("; %s CPU time is needed by %s", side.need, first(3, each(side.claims, multiple)))
			shown = append(shown, side.claims...)
		}
	}
	if len(less)+len(more) == 0 {
		text += ", and no difference in CPU time was found between ways to serve"
	}
	a.say(text+".", shown...)
}

// pythonServers compares servers in Python with the reference.
type pythonServers struct{ Group *bench.Group }

func (p pythonServers) answer(a *answering) {
	g := a.Group(p.Group)
	var words []string
	var shown []*claim.Claim
	for _, c := range a.compare(g, cpuQuery).Sorted(func(c *claim.Claim) bool { return bench.IsPeer(g.RowOf(c.Cell).Strategy) }) {
		text := fmt.Sprintf("%s needs %s CPU time than a goroutine per connection", c.Name, c)
		if rate := g.RowOf(c.Cell).value(results.ReqRate); rate != nil {
			text += " and answers " + hertz(rate)
		}
		words, shown = append(words, text), append(shown, c)
	}
	if len(words) > 0 {
		a.say("Servers in Python, with a worker for each connection: "+strings.Join(words, "; ")+".", shown...)
	}
}
