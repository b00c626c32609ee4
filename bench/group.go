package bench

import (
	"runtime"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// A Group is the cells that take turns with one another, and so can be
// compared.
type Group struct {
	Slug      string
	Questions []string // slugs of the questions that it helps to answer
	Cells     []Cell
	Exchanges int  // in each process
	MostBlock int  // visited in the first so many blocks only; 0: in all
	Alone     bool // every cell in a process of its own
}

// Reference returns the index of the cell that ratios are taken to, or -1.
func (g *Group) Reference() int {
	return slices.IndexFunc(g.Cells, func(c Cell) bool {
		return c.Strategy == Reference && (c.Pattern == Callback || c.Pattern == g.Cells[0].Pattern)
	})
}

// A template is a group before it is known which strategies take part.
type template struct {
	since     *Profile // the shortest profile that has it
	slug      string
	questions []string
	workloads []Workload
	shape     shape
	exchanges int // most exchanges in a process; 0: the profile's
	mostBlock int
}

// shape is how a template's workloads become cells.
type shape int

const (
	everyStrategy shape = iota // the workload under each strategy, the loop and the control
	everyPattern               // the same with every pattern and idiom that a strategy has
	withPeers                  // a few strategies, and the same in other languages
	aloneEach                  // each strategy alone in a process
)

// burst is the plain case that the others vary: tasks handed by one goroutine
// to a pool that is kept, each result to a callback.
func burst(kind *work.Kind, grain work.Grain, tasks, limit, submitters int) Workload {
	return Workload{
		Measure: Fanout, Pattern: Callback, Pool: Kept,
		Work: kind.Name, Grain: grain, Tasks: tasks, Limit: limit, Submitters: submitters,
	}
}

func fresh(w Workload) Workload   { w.Pool = Fresh; return w }
func latency(w Workload) Workload { w.Measure = Latency; return w }
func memory(w Workload) Workload  { w.Measure = Memory; return w }

// sweep is the task lengths over which efficiency is looked at, each with a
// number of tasks that makes a turn of a millisecond or two.
var sweep = []struct {
	grain work.Grain
	tasks int
	since *Profile // the shortest profile that has it
}{
	{"100ns", 1000, Quick}, {"250ns", 1000, Standard}, {"500ns", 1000, Quick}, {"1us", 1000, Standard},
	{"2us", 500, Quick}, {"5us", 300, Standard}, {"10us", 200, Quick}, {"20us", 100, Standard}, {"50us", 64, Quick},
	{"100us", 64, Standard},
}

// sweepGroups makes one group of each task length, for the profiles from since
// on.
func sweepGroups(since *Profile, slug string, limit int) []template {
	var out []template
	for _, s := range sweep {
		if s.since.rank < since.rank {
			s.since = since
		}
		out = append(out, template{
			since: s.since, slug: slug + string(s.grain), questions: []string{"grain", "goroutine", "semaphore"},
			workloads: []Workload{burst(work.Spin, s.grain, s.tasks, limit, 1)},
		})
	}
	return out
}

// table is every group. It is curated: each is there to answer a question.
var table = slices.Concat(
	[]template{{
		slug: "submit", questions: []string{"submit", "goroutine", "semaphore"},
		workloads: []Workload{burst(work.Noop, "", 1000, 64, 1)},
	}},
	sweepGroups(Quick, "grain", 64),
	[]template{
		{
			slug: "latency", questions: []string{"submit"}, exchanges: 2, mostBlock: 6,
			// A 99th percentile wants 10,000 values.
			workloads: []Workload{latency(burst(work.Noop, "", 10_000, 64, 1))},
		},
		{
			slug: "contention8", questions: []string{"contention"},
			workloads: []Workload{burst(work.Noop, "", 1000, 64, 8)},
		},
		{
			slug: "stack2", questions: []string{"stack"},
			workloads: []Workload{burst(work.Stack, "2KiB", 500, 64, 1)},
		},
		{
			slug: "stack16", questions: []string{"stack"},
			workloads: []Workload{burst(work.Stack, "16KiB", 500, 64, 1)},
		},
		{
			slug: "results", questions: []string{"results"}, shape: everyPattern,
			workloads: []Workload{burst(work.Spin, "1us", 250, 64, 1)},
		},
		{
			slug: "peers", questions: []string{"results"}, shape: withPeers, exchanges: 3, mostBlock: 12,
			workloads: []Workload{burst(work.Hash, "4KiB", 200, 0, 1)},
		},
		{
			slug: "memory", questions: []string{"memory"}, shape: aloneEach, mostBlock: 6,
			workloads: []Workload{memory(burst(work.Sleep, "10ms", 10_000, 1000, 1))},
		},
		{
			slug: "footprint", questions: []string{"memory"}, shape: aloneEach, mostBlock: 6,
			workloads: []Workload{memory(burst(work.Hash, "4KiB", 200, 0, 1))},
		},

		{
			since: Standard, slug: "submit2", questions: []string{"submit", "semaphore"},
			workloads: []Workload{burst(work.Noop, "", 10_000, 2, 1)},
		},
		{
			since: Standard, slug: "submit64", questions: []string{"submit", "goroutine", "semaphore"},
			workloads: []Workload{burst(work.Noop, "", 10_000, 64, 1)},
		},
		{
			since: Standard, slug: "submit1024", questions: []string{"submit", "semaphore"},
			workloads: []Workload{burst(work.Noop, "", 10_000, 1024, 1)},
		},
		{
			since: Standard, slug: "fresh", questions: []string{"submit"},
			workloads: []Workload{fresh(burst(work.Noop, "", 1000, 64, 1))},
		},
		{
			since: Standard, slug: "contention8long", questions: []string{"contention"}, exchanges: 4,
			workloads: []Workload{burst(work.Noop, "", 100_000, 64, 8)},
		},
		{
			since: Standard, slug: "contention64", questions: []string{"contention"}, exchanges: 10,
			workloads: []Workload{burst(work.Noop, "", 10_000, 64, 64)},
		},
		{
			since: Standard, slug: "stack64", questions: []string{"stack"}, exchanges: 10,
			workloads: []Workload{burst(work.Stack, "64KiB", 500, 64, 1)},
		},
		{
			since: Standard, slug: "mix", questions: []string{"goroutine"},
			workloads: []Workload{burst(work.Mix, "1us", 1000, 64, 1)},
		},
		{
			since: Standard, slug: "alloc", questions: []string{"goroutine"},
			workloads: []Workload{burst(work.Alloc, "1KiB", 1000, 64, 1)},
		},
		{
			since: Standard, slug: "hash", questions: []string{"goroutine"},
			workloads: []Workload{burst(work.Hash, "1KiB", 1000, 64, 1)},
		},
		{
			since: Standard, slug: "sleep", questions: []string{"goroutine"}, exchanges: 10,
			workloads: []Workload{burst(work.Sleep, "1ms", 1000, 1000, 1)},
		},
		{
			since: Standard, slug: "memory100k", questions: []string{"memory"}, shape: aloneEach, mostBlock: 6,
			workloads: []Workload{memory(burst(work.Sleep, "50ms", 100_000, 20_000, 1))},
		},
	},
	sweepGroups(Standard, "tight", 2),
	[]template{
		{
			since: Full, slug: "submit1", questions: []string{"submit"},
			workloads: []Workload{burst(work.Noop, "", 10_000, 1, 1)},
		},
		{
			since: Full, slug: "submit4096", questions: []string{"submit"},
			workloads: []Workload{burst(work.Noop, "", 100_000, 4096, 1)},
			exchanges: 4,
		},
		{
			since: Full, slug: "million", questions: []string{"submit"}, exchanges: 2, mostBlock: 20,
			workloads: []Workload{burst(work.Noop, "", 1_000_000, 64, 1)},
		},
		{
			since: Full, slug: "contention2", questions: []string{"contention"},
			workloads: []Workload{burst(work.Noop, "", 10_000, 64, 2)},
		},
		{
			since: Full, slug: "contention64long", questions: []string{"contention"}, exchanges: 2, mostBlock: 20,
			workloads: []Workload{burst(work.Noop, "", 1_000_000, 1024, 64)},
		},
		{
			since: Full, slug: "memorymillion", questions: []string{"memory"}, shape: aloneEach, mostBlock: 6,
			workloads: []Workload{memory(burst(work.Sleep, "1ms", 1_000_000, 4096, 1))},
		},
	},
)

// A Selection is what takes part.
type Selection struct {
	Strategies []*strategies.Strategy
	Servers    []*echo.Server
	Named      bool     // they were named one by one: none is left out of a short profile
	Peers      []string // names of servers that run already, somewhere
	Python     string   // path of the interpreter that peers run on; empty: no peers
	Questions  []string // only what helps to answer one of these; none: all
}

// asks tells whether what helps to answer these questions takes part.
func (s Selection) asks(questions []string) bool {
	return len(s.Questions) == 0 || slices.ContainsFunc(s.Questions, func(q string) bool { return slices.Contains(questions, q) })
}

// Groups returns what a profile measures of a selection: fan-outs first, then
// traffic. The loop is always
// among the cells of a fan-out, and the control when the reference is. A cell is in one
// group only: a process pool, which has one limit wherever others have many,
// stays in the first that has it.
func (p *Profile) Groups(s Selection) []Group {
	var groups []Group
	taken := make(map[Cell]bool)
	for _, t := range table {
		if t.since != nil && t.since.rank > p.rank {
			continue
		}
		if !s.asks(t.questions) {
			continue
		}
		g := Group{
			Slug: t.slug, Questions: t.questions, Exchanges: p.Exchanges,
			MostBlock: t.mostBlock, Alone: t.shape == aloneEach,
		}
		if t.exchanges > 0 {
			g.Exchanges = min(g.Exchanges, t.exchanges)
		}
		if g.Alone {
			g.Exchanges = 1
		}
		for _, w := range t.workloads {
			for _, c := range t.shape.cells(w, s) {
				if !taken[c] {
					taken[c] = true
					g.Cells = append(g.Cells, c)
				}
			}
		}
		if len(g.Cells) > 0 {
			groups = append(groups, g)
		}
	}
	return append(groups, p.trafficGroups(s)...)
}

// cells returns a workload's cells under the selection.
func (s shape) cells(w Workload, selected Selection) (cells []Cell) {
	if s == withPeers {
		return peerCells(w, selected)
	}
	if s != aloneEach && w.Floor(1) <= longestFloor {
		cells = append(cells, w.of(Loop))
	}
	for _, strategy := range selected.Strategies {
		at := w
		at.Limit = limitFor(strategy, w.Limit)
		if strategy.Traits.Capacity == strategies.CapacityNone && w.Floor(1) > longestFloor || w.Floor(at.Limit) > longestFloor {
			continue
		}
		cells = append(cells, at.of(strategy.Name))
		if s == everyPattern {
			cells = append(cells, patternCells(at, strategy)...)
		}
		if strategy.Name == Reference && s != aloneEach {
			cells = append(cells, at.of(Control))
		}
	}
	return cells
}

// longestFloor is how long a batch of sleeping tasks may take at the least. A
// strategy that runs one after the other would sleep for minutes, to say
// nothing that is not known beforehand.
const longestFloor = 300 * time.Millisecond

// Floor returns the least time that a batch takes with that many places
// because its tasks wait; 0 for work that keeps a CPU busy.
func (w Workload) Floor(places int) time.Duration {
	if kind := work.Find(w.Work); kind == nil || kind.Unit != work.UnitSleep {
		return 0
	}
	return w.Grain.Duration() * time.Duration(w.Tasks) / time.Duration(places)
}

// limitFor returns the limit under which a strategy takes part where the
// others have limit: as many processes would be another comparison, and so
// those stay at one per CPU. 0 asks for each strategy's own default.
func limitFor(s *strategies.Strategy, limit int) int {
	if limit == 0 || s.OpenRemote != nil {
		return s.DefaultLimit(cpus())
	}
	return limit
}

// cpus is how many CPUs this process may use at once.
func cpus() int { return runtime.GOMAXPROCS(0) }

// patternCells returns the cells of the patterns besides the callback, and of
// the library's idioms.
func patternCells(w Workload, s *strategies.Strategy) []Cell {
	w.Pattern = WaitEach
	cells := []Cell{w.of(s.Name)}
	w.Pattern, w.Pool = Collect, Fresh
	cells = append(cells, w.of(s.Name))
	w.Pattern = Native
	for _, idiom := range s.Idioms {
		c := w.of(s.Name)
		c.Idiom = idiom.Name
		cells = append(cells, c)
	}
	return cells
}
