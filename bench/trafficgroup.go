package bench

import (
	"slices"
	"time"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

const (
	// connections is how many clients there are at once, and so the limit of
	// pools that shall serve all of them.
	connections = 64

	payload = 64 // bytes of a request

	// overloadLimit is the limit of cells whose handler waits: so few places
	// that load, and not the CPU, is what there is too much of.
	overloadLimit = 8

	overloadHandler = time.Millisecond

	// overloadPayload is as much as a server reads at once, so that a request
	// is a message and a message is a task, also where requests have piled up.
	overloadPayload = echo.DefaultReadSize

	// idleConnections is how many stand beside, where the memory that they
	// hold is looked at.
	idleConnections = 10_000

	// panicEvery is how many messages there are to a panic.
	panicEvery = 1000
)

// A traffic is the cells of servers under the same load.
type traffic struct {
	Traffic
	units []Unit // in which strategies take part; none: both, and servers
	few   []part // who takes part in the shortest profile; none: all
	all   bool   // the standard profile has all, and not only those in alike
}

// A part is what a cell plays in its group: who serves, and what is a task.
type part struct {
	unit Unit
	name string
}

func parts(unit Unit, names ...string) (out []part) {
	for _, name := range names {
		out = append(out, part{unit, name})
	}
	return out
}

func perConnection(names ...string) []part { return parts(UnitConnection, names...) }
func perMessage(names ...string) []part    { return parts(UnitMessage, names...) }
func servers(names ...string) []part       { return parts(UnitOwn, names...) }

// alike are those who take part in the standard profile, one for each way to
// run tasks: with all, eight minutes would hold three processes of each.
var alike = slices.Concat(
	perConnection(Reference, "handrolled", "conc", "pond", "ants", "stealing", "pythonthreads"),
	perMessage(Reference, "handrolled", "conc", "pond", "ants", "workerpool", "stealing"),
	servers("acceptors", "netpoll", "prefork", "eventloop"),
)

// takesPart tells whether a cell is measured in a profile when it was not
// selected by name.
func (t traffic) takesPart(p *Profile, c Cell) bool {
	switch p {
	case Quick:
		return len(t.few) == 0 || slices.Contains(t.few, c.part())
	case Standard:
		return t.all || slices.Contains(alike, c.part())
	}
	return true
}

// closed is the plain case that the others vary: every client sends its next
// request after the reply to the last.
func closed(length time.Duration) Traffic {
	return Traffic{Load: ClosedLoop, Connections: connections, Payload: payload, Length: length}
}

// open is requests that come when they come.
func open(percent, requests int) Traffic {
	return Traffic{Load: OpenLoop, Connections: connections, Payload: payload, Percent: percent, Requests: requests}
}

func churning(t Traffic) Traffic  { t.Churn = 1; return t }
func panicking(t Traffic) Traffic { t.Panics = panicEvery; return t }

// idle is many connections that carry nothing, beside a few requests that show
// that the server is there.
func idle() Traffic {
	t := open(1, 0)
	t.Idle, t.Length = idleConnections, 150*time.Millisecond
	return t
}

// overload is open with a handler that waits, for a fixed time: how late
// replies come depends on how long there has been too much.
func overload(percent int) Traffic {
	t := open(percent, 0)
	t.Handler, t.Payload, t.Length = overloadHandler, overloadPayload, 300*time.Millisecond
	return t
}

// The groups of servers under load, each there to answer a question. In the
// shortest profile so few take part in each, and in so many blocks, that what
// is asked gets an interval: six processes, and eight where as many as six are
// compared.
var (
	GroupEchoCapacity = &Group{
		Slug: "echocapacity", Questions: []string{"server"}, exchanges: 6, quickExchanges: 3,
		cells: traffic{
			Traffic: closed(25 * time.Millisecond), all: true,
			few: slices.Concat(perConnection(Reference, "pond", "pythonthreads"), perMessage(Reference), servers("netpoll", "prefork", "eventloop")),
		},
	}
	GroupEchoRate60 = &Group{
		Slug: "echorate60", Questions: []string{"server"}, exchanges: 1, mostBlock: 8, quickBlock: 7,
		cells: traffic{
			Traffic: open(60, 10_500),
			few:     slices.Concat(perConnection(Reference, "pythonthreads"), servers("netpoll", "eventloop")),
		},
	}
	GroupEchoChurn = &Group{
		Slug: "echochurn", Questions: []string{"server"}, exchanges: 6, quickExchanges: 3, quickBlock: 7,
		cells: traffic{
			Traffic: churning(closed(25 * time.Millisecond)),
			few:     slices.Concat(perConnection(Reference, "pond"), servers("netpoll", "eventloop")),
		},
	}
	GroupEchoIdle = &Group{
		Slug: "echoidle", Questions: []string{"server"}, exchanges: 1, mostBlock: 8, quickBlock: 6,
		cells: traffic{Traffic: idle(), few: slices.Concat(perConnection(Reference), servers("eventloop"))},
	}
	GroupEchoOverload200 = &Group{
		Slug: "echooverload200", Questions: []string{"overload"}, exchanges: 1, mostBlock: 8, quickBlock: 6,
		cells: traffic{
			Traffic: overload(200), units: []Unit{UnitMessage},
			few: perMessage(Reference, "handrolled", "pond"),
		},
	}
	GroupEchoStarving = &Group{
		Slug: "echostarving", Questions: []string{"overload"}, exchanges: 1, mostBlock: 8, quickBlock: 6,
		cells: traffic{
			Traffic: overload(50), units: []Unit{UnitConnection, UnitOwn},
			few: slices.Concat(perConnection(Reference), servers("acceptors")),
		},
	}
	GroupEchoFailure = &Group{
		// Whether a server dies and how many hang is counted: once is enough.
		Slug: "echofailure", Questions: []string{"failure"}, exchanges: 1, mostBlock: 8, quickBlock: 1,
		cells: traffic{
			Traffic: panicking(closed(100 * time.Millisecond)), units: []Unit{UnitConnection, UnitOwn}, all: true,
			few: slices.Concat(
				perConnection(Reference, "handrolled", "conc", "pond", "ants", "antsmulti", "workerpool", "stealing"),
				servers("acceptors", "netpoll", "eventloop")),
		},
	}
	GroupEchoRate30      = rated("echorate30", 30)
	GroupEchoRate80      = rated("echorate80", 80)
	GroupEchoOverload50  = overloaded("echooverload50", 50)
	GroupEchoOverload100 = overloaded("echooverload100", 100)
	GroupEchoOverload150 = overloaded("echooverload150", 150)

	GroupEchoFailureMessage = &Group{
		since: Standard, Slug: "echofailuremessage", Questions: []string{"failure"}, exchanges: 1, mostBlock: 8,
		cells: traffic{Traffic: panicking(closed(100 * time.Millisecond)), units: []Unit{UnitMessage}, all: true},
	}
)

// The families of servers under load.
var (
	FamilyEchoRate     = &Family{"echorate", []*Group{GroupEchoRate30, GroupEchoRate60, GroupEchoRate80}}
	FamilyEchoOverload = &Family{"echooverload", []*Group{GroupEchoOverload50, GroupEchoOverload100, GroupEchoOverload150, GroupEchoOverload200}}
	FamilyEchoFailure  = &Family{"echofailure", []*Group{GroupEchoFailure, GroupEchoFailureMessage}}
)

// rated is a group of the longer profiles at one more rate.
func rated(slug string, percent int) *Group {
	return &Group{
		since: Standard, Slug: slug, Questions: []string{"server"}, exchanges: 1, mostBlock: 8,
		cells: traffic{Traffic: open(percent, 10_500)},
	}
}

// overloaded is a group of the longer profiles with one more degree of
// overload.
func overloaded(slug string, percent int) *Group {
	return &Group{
		since: Standard, Slug: slug, Questions: []string{"overload"}, exchanges: 1, mostBlock: 8,
		cells: traffic{Traffic: overload(percent), units: []Unit{UnitMessage}},
	}
}

// of returns the cells of those who take part: whoever was selected by name,
// and in the shorter profiles a part of the rest.
func (t traffic) of(p *Profile, s Selection) []Cell {
	if p.rank >= Full.rank && t.Requests > 0 {
		t.Requests *= 10 // then a 99.9th percentile can be claimed
	}
	return slices.DeleteFunc(t.candidates(s), func(c Cell) bool {
		return !s.Named && !slices.Contains(s.Peers, c.Strategy) && !t.takesPart(p, c)
	})
}

// part is the part that a cell plays. The control goes where the reference
// goes.
func (c Cell) part() part {
	name := c.Strategy
	if name == Control {
		name = Reference
	}
	return part{c.Traffic.Unit, name}
}

// candidates returns every cell that the traffic can have.
func (t traffic) candidates(s Selection) (cells []Cell) {
	add := func(unit Unit, limit int, name string) {
		if len(t.units) > 0 && !slices.Contains(t.units, unit) {
			return
		}
		c := Cell{Workload: Workload{Measure: Echo, Limit: limit}, Traffic: t.Traffic, Strategy: name}
		c.Traffic.Unit = unit
		cells = append(cells, c)
	}
	needed := connections + t.Idle
	if t.Handler > 0 {
		needed = overloadLimit
	}
	handles := t.Handler > 0 || t.Panics > 0
	for _, unit := range []Unit{UnitConnection, UnitMessage} {
		for _, strategy := range s.Strategies {
			limit := needed
			if unit == UnitMessage && t.Handler == 0 {
				limit = connections
			}
			switch {
			case runsElsewhere(strategy) && (unit == UnitConnection || handles):
				continue // a func cannot cross to another process
			case runsElsewhere(strategy):
				limit = strategy.DefaultLimit(cpus())
			case strategy.Traits.Capacity == strategies.CapacityNone && unit == UnitConnection:
				continue // it would serve one connection, and then the next
			}
			add(unit, limit, strategy.Name)
			// One control is enough, in the unit of the reference.
			if strategy.Name == Reference && (unit == UnitConnection || !slices.ContainsFunc(cells, isControl)) {
				add(unit, limit, Control)
			}
		}
	}
	for _, server := range s.Servers {
		if servesElsewhere(server) && handles {
			continue
		}
		limit := needed
		if server.Limit != echo.LimitConnections {
			limit = server.DefaultLimit(cpus())
		}
		add(UnitOwn, limit, server.Name)
	}
	if handles {
		return cells // what others run cannot be told to wait or to panic
	}
	if t.Idle == 0 {
		for _, name := range s.Peers {
			add(UnitOwn, needed, name)
		}
	}
	if s.Python != "" && t.Idle == 0 && !s.Named {
		for _, p := range pythonPeers {
			add(UnitConnection, needed, p.name)
		}
	}
	return cells
}

func isControl(c Cell) bool { return c.Strategy == Control }
