package bench

import (
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/peers"
	"github.com/poolbench/poolbench/bench/workload"
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
	workload.Traffic
	only []workload.Dispatch // none: all
	few  []contender         // who takes part in the shortest profile
	all  bool                // the standard profile has all, and not only those in alike
}

// A contender is a strategy or server, with what becomes a task.
type contender struct {
	dispatch workload.Dispatch
	name     string
}

func contenders(dispatch workload.Dispatch, names []string) (out []contender) {
	for _, name := range names {
		out = append(out, contender{dispatch, name})
	}
	return out
}

func perConnection(names ...string) []contender { return contenders(workload.PerConnection, names) }
func perMessage(names ...string) []contender    { return contenders(workload.PerMessage, names) }
func servers(names ...string) []contender       { return contenders(workload.OwnSocket, names) }

// alike are those who take part in the standard profile, one for each way to
// run tasks: with all, eight minutes would hold three processes of each.
var alike = slices.Concat(
	perConnection(Reference, Control, "handrolled", "conc", "pond", "ants", "stealing", "pythonthreads"),
	perMessage(Reference, Control, "handrolled", "conc", "pond", "ants", "workerpool", "stealing"),
	servers("acceptors", "netpoll", "prefork", "eventloop"),
)

// takesPart tells whether a cell is measured in a profile when it was not
// selected by name.
func (t traffic) takesPart(p *Profile, c Cell) bool {
	switch p {
	case Quick:
		return slices.Contains(t.few, c.contender())
	case Standard:
		return t.all || slices.Contains(alike, c.contender())
	}
	return true
}

// closed is the plain case that the others vary: every client sends its next
// request after the reply to the last.
func closed(length time.Duration) workload.Traffic {
	return workload.Traffic{Load: workload.ClosedLoop, Connections: connections, Payload: payload, Length: length}
}

// open is requests that come when they come.
func open(percent, requests int) workload.Traffic {
	return workload.Traffic{Load: workload.OpenLoop, Connections: connections, Payload: payload, Percent: percent, Requests: requests}
}

func churning(t workload.Traffic) workload.Traffic  { t.Churn = 1; return t }
func panicking(t workload.Traffic) workload.Traffic { t.Panics = panicEvery; return t }

// idle is many connections that carry nothing, beside a few requests that show
// that the server is there.
func idle() workload.Traffic {
	t := open(1, 0)
	t.Idle, t.Length = idleConnections, 150*time.Millisecond
	return t
}

// overload is open with a handler that waits, for a fixed time: how late
// replies come depends on how long there has been too much.
func overload(percent int) workload.Traffic {
	t := open(percent, 0)
	t.Handler, t.Payload, t.Length = overloadHandler, overloadPayload, 300*time.Millisecond
	return t
}

// The groups of servers under load, each there to answer a question. In the
// shortest profile so few take part in each, and in so many blocks, that there
// is time for an answer: six processes make an interval, and comparing six
// contenders takes eight. The control is there where ratios are.
var (
	GroupEchoCapacity = &Group{
		Slug: "echocapacity", Questions: []string{"server"}, exchanges: 6, quickExchanges: 3,
		cells: traffic{
			Traffic: closed(25 * time.Millisecond), all: true,
			few: slices.Concat(perConnection(Reference, Control, "pond", "pythonthreads"), perMessage(Reference), servers("netpoll", "prefork", "eventloop")),
		},
	}
	GroupEchoRate60 = &Group{
		Slug: "echorate60", Questions: []string{"server"}, exchanges: 1, mostBlock: 8, quickBlock: 6,
		cells: traffic{
			Traffic: open(60, 10_500),
			few:     slices.Concat(perConnection(Reference), servers("eventloop")),
		},
	}
	GroupEchoChurn = &Group{
		Slug: "echochurn", Questions: []string{"server"}, exchanges: 6, quickExchanges: 3, quickBlock: 7,
		cells: traffic{
			Traffic: churning(closed(25 * time.Millisecond)),
			few:     slices.Concat(perConnection(Reference, Control, "pond"), servers("netpoll", "eventloop")),
		},
	}
	GroupEchoIdle = &Group{
		Slug: "echoidle", Questions: []string{"server"}, exchanges: 1, mostBlock: 8, quickBlock: 6,
		cells: traffic{Traffic: idle(), few: slices.Concat(perConnection(Reference), servers("eventloop"))},
	}
	GroupEchoOverload200 = &Group{
		Slug: "echooverload200", Questions: []string{"overload"}, exchanges: 1, mostBlock: 8, quickBlock: 6,
		cells: traffic{
			Traffic: overload(200), only: []workload.Dispatch{workload.PerMessage},
			few: perMessage(Reference, Control, "handrolled", "pond"),
		},
	}
	GroupEchoStarving = &Group{
		Slug: "echostarving", Questions: []string{"overload"}, exchanges: 1, mostBlock: 8, quickBlock: 6,
		cells: traffic{
			Traffic: overload(50), only: []workload.Dispatch{workload.PerConnection, workload.OwnSocket},
			few: slices.Concat(perConnection(Reference), servers("acceptors")),
		},
	}
	GroupEchoFailure = &Group{
		// Whether a server dies and how many hang is counted: once is enough.
		Slug: "echofailure", Questions: []string{"failure"}, exchanges: 1, mostBlock: 8, quickBlock: 1,
		cells: traffic{
			Traffic: panicking(closed(100 * time.Millisecond)), only: []workload.Dispatch{workload.PerConnection, workload.OwnSocket}, all: true,
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
		cells: traffic{Traffic: panicking(closed(100 * time.Millisecond)), only: []workload.Dispatch{workload.PerMessage}, all: true},
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
		cells: traffic{Traffic: overload(percent), only: []workload.Dispatch{workload.PerMessage}},
	}
}

// of returns the cells of those who take part: all that were selected by
// name, and in the shorter profiles a part of the rest.
func (t traffic) of(p *Profile, s Selection) []Cell {
	if p.rank >= Full.rank && t.Requests > 0 {
		t.Requests *= 10 // then a 99.9th percentile can be claimed
	}
	return slices.DeleteFunc(t.candidates(s), func(c Cell) bool {
		selected := s.Named && !isControl(c) || slices.Contains(s.Peers, c.Strategy)
		return !selected && !t.takesPart(p, c)
	})
}

// contender is the cell's own.
func (c Cell) contender() contender { return contender{c.Traffic.Dispatch, c.Strategy} }

// candidates returns every cell that the traffic can have.
func (t traffic) candidates(s Selection) (cells []Cell) {
	add := func(dispatch workload.Dispatch, limit int, name string) {
		if limit == 0 || len(t.only) > 0 && !slices.Contains(t.only, dispatch) {
			return
		}
		c := Cell{Measure: Echo, Traffic: t.Traffic, Strategy: name}
		c.Traffic.Dispatch, c.Traffic.Limit = dispatch, limit
		cells = append(cells, c)
	}
	for _, dispatch := range []workload.Dispatch{workload.PerConnection, workload.PerMessage} {
		controlled := slices.ContainsFunc(cells, isControl) // one control is enough
		for _, strategy := range s.Strategies {
			limit := t.limit(strategy, dispatch)
			add(dispatch, limit, strategy.Name)
			if strategy.Name == Reference && !controlled {
				add(dispatch, limit, Control)
			}
		}
	}
	for _, server := range s.Servers {
		add(workload.OwnSocket, t.serverLimit(server), server.Name)
	}
	if t.handles() || t.Idle > 0 {
		return cells // other programs can neither wait nor panic at will, nor can all their memory be seen
	}
	for _, name := range s.Peers {
		add(workload.OwnSocket, connections, name)
	}
	if s.Python != "" && !s.Named {
		for _, p := range peers.All {
			add(workload.PerConnection, connections, p.Name)
		}
	}
	return cells
}

// handles tells whether the handler does more than the echo.
func (t traffic) handles() bool { return t.Handler > 0 || t.Panics > 0 }

// needed is the limit under which all connections are served at once or, where
// the handler waits, too few messages.
func (t traffic) needed() int {
	if t.Handler > 0 {
		return overloadLimit
	}
	return connections + t.Idle
}

// limit returns the limit of a strategy, 0 if it takes no part.
func (t traffic) limit(s *strategies.Strategy, dispatch workload.Dispatch) int {
	switch {
	case runsElsewhere(s) && (dispatch == workload.PerConnection || t.handles()):
		return 0 // a func cannot cross to another process
	case runsElsewhere(s):
		return s.DefaultLimit(cpus())
	case s.Traits.Capacity == strategies.CapacitySequential && dispatch == workload.PerConnection:
		return 0 // it would serve one connection, and then the next
	case dispatch == workload.PerMessage && t.Handler == 0:
		return connections
	}
	return t.needed()
}

// serverLimit returns the limit of a server, 0 if it takes no part.
func (t traffic) serverLimit(s *echo.Server) int {
	switch {
	case servesElsewhere(s) && t.handles():
		return 0
	case s.Limit != echo.LimitConnections:
		return s.DefaultLimit(cpus())
	}
	return t.needed()
}

func isControl(c Cell) bool { return c.Strategy == Control }
