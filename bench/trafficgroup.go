package bench

import (
	"fmt"
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

// A trafficTemplate is a group of traffic before it is known who takes part.
type trafficTemplate struct {
	since     *Profile // the shortest profile that has it
	slug      string
	questions []string
	traffic   Traffic
	units     []Unit   // in which strategies take part; none: both, and servers
	few       []string // who takes part in the shortest profile, as unit and name; none: all
	exchanges int
	mostBlock int
	blocks    int  // at most, in the shortest profile; 0: as many as fit
	everybody bool // takes part in the standard profile, and not only who stands for its like
}

// alike are those who take part in the standard profile, one for each way to
// run tasks: with everybody, eight minutes would hold three processes of each.
var alike = []string{
	"connection goroutines", "connection handrolled", "connection conc", "connection pond", "connection ants", "connection stealing",
	"message goroutines", "message handrolled", "message conc", "message pond", "message ants", "message workerpool", "message stealing",
	"own acceptors", "own netpoll", "own prefork", "own eventloop", "connection pythonthreads",
}

// takesPart tells whether a cell is measured in a profile when nobody named it.
func (t trafficTemplate) takesPart(p *Profile, c Cell) bool {
	switch {
	case p.rank == Quick.rank:
		return len(t.few) == 0 || slices.Contains(t.few, c.part())
	case p.rank == Standard.rank:
		return t.everybody || slices.Contains(alike, c.part())
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

// trafficTable is every group of traffic, each there to answer a question. In
// the shortest profile so few take part in each, and in so many blocks, that
// what is asked gets an interval: six processes, and eight where as many as six
// are compared.
var trafficTable = []trafficTemplate{
	{
		slug: "echocapacity", questions: []string{"server"}, exchanges: 3, everybody: true,
		traffic: closed(25 * time.Millisecond),
		few: []string{
			"connection goroutines", "connection pond", "message goroutines",
			"own netpoll", "own prefork", "own eventloop", "connection pythonthreads",
		},
	},
	{
		slug: "echorate60", questions: []string{"server"}, exchanges: 1, mostBlock: 8, blocks: 7,
		traffic: open(60, 10_500),
		few:     []string{"connection goroutines", "own netpoll", "own eventloop", "connection pythonthreads"},
	},
	{
		slug: "echochurn", questions: []string{"server"}, exchanges: 3, blocks: 7,
		traffic: churning(closed(25 * time.Millisecond)),
		few:     []string{"connection goroutines", "connection pond", "own netpoll", "own eventloop"},
	},
	{
		slug: "echoidle", questions: []string{"server"}, exchanges: 1, mostBlock: 8, blocks: 6,
		traffic: idle(),
		few:     []string{"connection goroutines", "own eventloop"},
	},
	{
		slug: "echooverload200", questions: []string{"overload"}, exchanges: 1, mostBlock: 8, blocks: 6,
		traffic: overload(200), units: []Unit{UnitMessage},
		few: []string{"message goroutines", "message handrolled", "message pond"},
	},
	{
		slug: "echostarving", questions: []string{"overload"}, exchanges: 1, mostBlock: 8, blocks: 6,
		traffic: overload(50), units: []Unit{UnitConnection, UnitOwn},
		few: []string{"connection goroutines", "own acceptors"},
	},
	{
		// Whether a server dies and how many hang is counted: once is enough.
		slug: "echofailure", questions: []string{"failure"}, exchanges: 1, mostBlock: 8, blocks: 1, everybody: true,
		traffic: panicking(closed(100 * time.Millisecond)), units: []Unit{UnitConnection, UnitOwn},
		few: []string{
			"connection goroutines", "connection handrolled", "connection conc", "connection pond", "connection ants", "connection antsmulti",
			"connection workerpool", "connection stealing", "own acceptors", "own netpoll", "own eventloop",
		},
	},

	{since: Standard, slug: "echorate30", questions: []string{"server"}, exchanges: 1, mostBlock: 8, traffic: open(30, 10_500)},
	{since: Standard, slug: "echorate80", questions: []string{"server"}, exchanges: 1, mostBlock: 8, traffic: open(80, 10_500)},
	{
		since: Standard, slug: "echooverload50", questions: []string{"overload"}, exchanges: 1, mostBlock: 8,
		traffic: overload(50), units: []Unit{UnitMessage},
	},
	{
		since: Standard, slug: "echooverload100", questions: []string{"overload"}, exchanges: 1, mostBlock: 8,
		traffic: overload(100), units: []Unit{UnitMessage},
	},
	{
		since: Standard, slug: "echooverload150", questions: []string{"overload"}, exchanges: 1, mostBlock: 8,
		traffic: overload(150), units: []Unit{UnitMessage},
	},
	{
		since: Standard, slug: "echofailuremessage", questions: []string{"failure"}, exchanges: 1, mostBlock: 8, everybody: true,
		traffic: panicking(closed(100 * time.Millisecond)), units: []Unit{UnitMessage},
	},
}

// trafficGroups returns what a profile measures of a selection on servers. A
// process is fresh in every block, and the generator of a group is one.
func (p *Profile) trafficGroups(s Selection) (groups []Group) {
	for _, t := range trafficTable {
		if t.since != nil && t.since.rank > p.rank || !s.asks(t.questions) {
			continue
		}
		g := Group{Slug: t.slug, Questions: t.questions, Exchanges: min(p.Exchanges, t.exchanges), MostBlock: t.mostBlock}
		switch {
		case p.rank == Quick.rank && t.blocks > 0:
			g.MostBlock = t.blocks
		case p.rank > Quick.rank && t.exchanges > 1:
			g.Exchanges = 6
		}
		traffic := t.traffic
		if p.rank >= Full.rank && traffic.Requests > 0 {
			traffic.Requests *= 10 // then a 99.9th percentile can be claimed
		}
		for _, c := range t.cells(traffic, s) {
			if s.Named || slices.Contains(s.Peers, c.Strategy) || t.takesPart(p, c) {
				g.Cells = append(g.Cells, c)
			}
		}
		if len(g.Cells) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// part is the part that a cell takes in its group: the unit and who. The
// control goes where the reference goes.
func (c Cell) part() string {
	who := c.Strategy
	if who == Control {
		who = Reference
	}
	return fmt.Sprintf("%s %s", c.Traffic.Unit, who)
}

// cells returns everybody who can take part in the traffic.
func (t trafficTemplate) cells(traffic Traffic, s Selection) (cells []Cell) {
	add := func(unit Unit, limit int, name string) {
		if len(t.units) > 0 && !slices.Contains(t.units, unit) {
			return
		}
		c := Cell{Workload: Workload{Measure: Echo, Limit: limit}, Traffic: traffic, Strategy: name}
		c.Traffic.Unit = unit
		cells = append(cells, c)
	}
	needed := connections + traffic.Idle
	if traffic.Handler > 0 {
		needed = overloadLimit
	}
	handles := traffic.Handler > 0 || traffic.Panics > 0
	for _, unit := range []Unit{UnitConnection, UnitMessage} {
		for _, strategy := range s.Strategies {
			limit := needed
			if unit == UnitMessage && traffic.Handler == 0 {
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
	if traffic.Idle == 0 {
		for _, name := range s.Peers {
			add(UnitOwn, needed, name)
		}
	}
	if s.Python != "" && traffic.Idle == 0 && !s.Named {
		for _, p := range pythonPeers {
			add(UnitConnection, needed, p.name)
		}
	}
	return cells
}

func isControl(c Cell) bool { return c.Strategy == Control }

// traffic tells whether the group's cells are servers under load.
func (g *Group) traffic() bool { return len(g.Cells) > 0 && g.Cells[0].Measure == Echo }
