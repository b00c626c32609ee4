package bench

import (
	"runtime"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/peers"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
)

// The groups of fan-outs, each there to answer a question. Those over which
// the length of tasks varies are in [FamilyGrain] and [FamilyTight].
var (
	GroupSubmit = &Group{
		Slug: "submit", Questions: []string{"submit", "goroutine", "semaphore", "contention"}, // what one submitter takes
		cells: everyStrategy(burst(work.Noop, "", 1000, 64, 1)),
	}
	GroupLatency = &Group{
		Slug: "latency", Questions: []string{"submit"}, exchanges: 2, mostBlock: 6,
		// A 99th percentile wants 10,000 values.
		cells: everyStrategy(latency(burst(work.Noop, "", 10_000, 64, 1))),
	}
	GroupContention8 = &Group{
		Slug: "contention8", Questions: []string{"contention"},
		cells: everyStrategy(burst(work.Noop, "", 1000, 64, 8)),
	}
	GroupStack2 = &Group{
		Slug: "stack2", Questions: []string{"stack"},
		cells: everyStrategy(burst(work.Stack, "2KiB", 500, 64, 1)),
	}
	GroupStack16 = &Group{
		Slug: "stack16", Questions: []string{"stack"},
		cells: everyStrategy(burst(work.Stack, "16KiB", 500, 64, 1)),
	}
	GroupResults = &Group{
		Slug: "results", Questions: []string{"results"},
		cells: everyPattern(burst(work.Spin, "1us", 250, 64, 1)),
	}
	GroupPeers = &Group{
		Slug: "peers", Questions: []string{"results"}, exchanges: 3, mostBlock: 12, quickBlock: 10,
		cells: withPeers(burst(work.Hash, "4KiB", 200, 0, 1)),
	}
	GroupMemory = &Group{
		Slug: "memory", Questions: []string{"memory"}, mostBlock: 6,
		cells: aloneEach(memory(burst(work.Sleep, "10ms", 10_000, 1000, 1))),
	}
	GroupFootprint = &Group{
		Slug: "footprint", Questions: []string{"memory"}, mostBlock: 6,
		cells: aloneEach(memory(burst(work.Hash, "4KiB", 200, 0, 1))),
	}
	GroupSubmit2 = &Group{
		since: Standard, Slug: "submit2", Questions: []string{"submit", "semaphore"},
		cells: everyStrategy(burst(work.Noop, "", 10_000, 2, 1)),
	}
	GroupSubmit64 = &Group{
		since: Standard, Slug: "submit64", Questions: []string{"submit", "goroutine", "semaphore"},
		cells: everyStrategy(burst(work.Noop, "", 10_000, 64, 1)),
	}
	GroupSubmit1024 = &Group{
		since: Standard, Slug: "submit1024", Questions: []string{"submit", "semaphore"},
		cells: everyStrategy(burst(work.Noop, "", 10_000, 1024, 1)),
	}
	GroupFresh = &Group{
		since: Standard, Slug: "fresh", Questions: []string{"submit"},
		cells: everyStrategy(fresh(burst(work.Noop, "", 1000, 64, 1))),
	}
	GroupContention8Long = &Group{
		since: Standard, Slug: "contention8long", Questions: []string{"contention"}, exchanges: 4,
		cells: everyStrategy(burst(work.Noop, "", 100_000, 64, 8)),
	}
	GroupContention64 = &Group{
		since: Standard, Slug: "contention64", Questions: []string{"contention"}, exchanges: 10,
		cells: everyStrategy(burst(work.Noop, "", 10_000, 64, 64)),
	}
	GroupStack64 = &Group{
		since: Standard, Slug: "stack64", Questions: []string{"stack"}, exchanges: 10,
		cells: everyStrategy(burst(work.Stack, "64KiB", 500, 64, 1)),
	}
	GroupMix = &Group{
		since: Standard, Slug: "mix", Questions: []string{"goroutine"},
		cells: everyStrategy(burst(work.Mix, "1us", 1000, 64, 1)),
	}
	GroupAlloc = &Group{
		since: Standard, Slug: "alloc", Questions: []string{"goroutine"},
		cells: everyStrategy(burst(work.Alloc, "1KiB", 1000, 64, 1)),
	}
	GroupHash = &Group{
		since: Standard, Slug: "hash", Questions: []string{"goroutine"},
		cells: everyStrategy(burst(work.Hash, "1KiB", 1000, 64, 1)),
	}
	GroupSleep = &Group{
		since: Standard, Slug: "sleep", Questions: []string{"goroutine"}, exchanges: 10,
		cells: everyStrategy(burst(work.Sleep, "1ms", 1000, 1000, 1)),
	}
	GroupMemory100k = &Group{
		since: Standard, Slug: "memory100k", Questions: []string{"memory"}, mostBlock: 6,
		cells: aloneEach(memory(burst(work.Sleep, "50ms", 100_000, 20_000, 1))),
	}
	GroupSubmit1 = &Group{
		since: Full, Slug: "submit1", Questions: []string{"submit"},
		cells: everyStrategy(burst(work.Noop, "", 10_000, 1, 1)),
	}
	GroupSubmit4096 = &Group{
		since: Full, Slug: "submit4096", Questions: []string{"submit"}, exchanges: 4,
		cells: everyStrategy(burst(work.Noop, "", 100_000, 4096, 1)),
	}
	GroupMillion = &Group{
		since: Full, Slug: "million", Questions: []string{"submit"}, exchanges: 2, mostBlock: 20,
		cells: everyStrategy(burst(work.Noop, "", 1_000_000, 64, 1)),
	}
	GroupContention2 = &Group{
		since: Full, Slug: "contention2", Questions: []string{"contention"},
		cells: everyStrategy(burst(work.Noop, "", 10_000, 64, 2)),
	}
	GroupContention64Long = &Group{
		since: Full, Slug: "contention64long", Questions: []string{"contention"}, exchanges: 2, mostBlock: 20,
		cells: everyStrategy(burst(work.Noop, "", 1_000_000, 1024, 64)),
	}
	GroupMemoryMillion = &Group{
		since: Full, Slug: "memorymillion", Questions: []string{"memory"}, mostBlock: 6,
		cells: aloneEach(memory(burst(work.Sleep, "1ms", 1_000_000, 4096, 1))),
	}
)

// The families of fan-outs.
var (
	FamilyGrain      = &Family{"grain", sweepGroups(Quick, "grain", 64)}   // the length of tasks varies
	FamilyTight      = &Family{"tight", sweepGroups(Standard, "tight", 2)} // the same under a tight limit
	FamilySubmit     = &Family{"submit", []*Group{GroupSubmit1, GroupSubmit2, GroupSubmit, GroupSubmit64, GroupSubmit1024, GroupSubmit4096}}
	FamilyContention = &Family{"contention", []*Group{GroupContention2, GroupContention8, GroupContention8Long, GroupContention64, GroupContention64Long}}
	FamilyStack      = &Family{"stack", []*Group{GroupStack2, GroupStack16, GroupStack64}}
	FamilyMemory     = &Family{"memory", []*Group{GroupMemory, GroupMemory100k, GroupMemoryMillion}} // of tasks that wait
	FamilyWork       = &Family{"work", []*Group{GroupMix, GroupAlloc, GroupHash, GroupSleep}}
)

// Groups is every group. Fan-outs come first; the order among groups is that
// in which a seed numbers them.
var Groups = slices.Concat(
	[]*Group{GroupSubmit},
	FamilyGrain.Groups,
	[]*Group{
		GroupLatency, GroupContention8, GroupStack2, GroupStack16, GroupResults, GroupPeers, GroupMemory, GroupFootprint,
		GroupSubmit2, GroupSubmit64, GroupSubmit1024, GroupFresh, GroupContention8Long, GroupContention64, GroupStack64,
		GroupMix, GroupAlloc, GroupHash, GroupSleep, GroupMemory100k,
	},
	FamilyTight.Groups,
	[]*Group{
		GroupSubmit1, GroupSubmit4096, GroupMillion, GroupContention2, GroupContention64Long, GroupMemoryMillion,

		GroupEchoCapacity, GroupEchoRate60, GroupEchoChurn, GroupEchoIdle, GroupEchoOverload200, GroupEchoStarving, GroupEchoFailure,
		GroupEchoRate30, GroupEchoRate80, GroupEchoOverload50, GroupEchoOverload100, GroupEchoOverload150, GroupEchoFailureMessage,
	},
)

// burst is the plain case that the others vary: tasks handed by one goroutine
// to a pool that is kept, each result to a callback.
func burst(kind *work.Kind, grain work.Grain, tasks, limit, submitters int) Cell {
	return Cell{Measure: Fanout, Fanout: workload.Fanout{
		Pattern: workload.Callback, Pool: workload.Kept,
		Work: kind.Name, Grain: grain, Tasks: tasks, Limit: limit, Submitters: submitters,
	}}
}

func fresh(c Cell) Cell   { c.Pool = workload.Fresh; return c }
func latency(c Cell) Cell { c.Measure = Latency; return c }
func memory(c Cell) Cell  { c.Measure = Memory; return c }

// under returns the cell of a strategy.
func (c Cell) under(strategy string) Cell { c.Strategy = strategy; return c }

// limited returns the cell under another limit.
func (c Cell) limited(limit int) Cell { c.Limit = limit; return c }

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
func sweepGroups(since *Profile, slug string, limit int) (out []*Group) {
	for _, s := range sweep {
		if s.since.rank < since.rank {
			s.since = since
		}
		out = append(out, &Group{
			since: s.since, Slug: slug + string(s.grain), Questions: []string{"grain", "goroutine", "semaphore"},
			cells: everyStrategy(burst(work.Spin, s.grain, s.tasks, limit, 1)),
		})
	}
	return out
}

// fanouts are the cells of a workload.
type fanouts struct {
	like  Cell // without a strategy
	shape shape
}

// shape says which strategies take part, and how.
type shape int

const (
	each     shape = iota // each strategy, the loop and the control
	patterns              // the same with every pattern and idiom that a strategy has
	peered                // a few strategies, and the same in other languages
	alone                 // each strategy alone in a process
)

func everyStrategy(like Cell) fanouts { return fanouts{like, each} }
func everyPattern(like Cell) fanouts  { return fanouts{like, patterns} }
func withPeers(like Cell) fanouts     { return fanouts{like, peered} }
func aloneEach(like Cell) fanouts     { return fanouts{like, alone} }

func (f fanouts) of(_ *Profile, s Selection) (cells []Cell) {
	if f.shape == peered {
		return peerCells(f.like, s)
	}
	if f.shape != alone && f.like.Floor(1) <= longestFloor {
		cells = append(cells, f.like.under(Loop))
	}
	for _, strategy := range s.Strategies {
		c := f.like.limited(limitFor(strategy, f.like.Limit)).under(strategy.Name)
		if strategy.Traits.Capacity == strategies.CapacitySequential && c.Floor(1) > longestFloor || c.Floor(c.Limit) > longestFloor {
			continue
		}
		cells = append(cells, c)
		if f.shape == patterns {
			cells = append(cells, patternCells(c, strategy.Idioms)...)
		}
		if strategy.Name == Reference && f.shape != alone {
			cells = append(cells, c.under(Control))
		}
	}
	return cells
}

// longestFloor is how long a batch of sleeping tasks may take at the least. A
// strategy that runs one after the other would sleep for minutes, with a result
// that is known beforehand.
const longestFloor = 300 * time.Millisecond

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
func patternCells(c Cell, idioms []strategies.Idiom) []Cell {
	c.Pattern = workload.WaitEach
	cells := []Cell{c}
	c.Pattern, c.Pool = workload.Collect, workload.Fresh
	cells = append(cells, c)
	c.Pattern = workload.Native
	for _, idiom := range idioms {
		c.Idiom = idiom.Name
		cells = append(cells, c)
	}
	return cells
}

// besidePeers are the strategies that peers are compared with: their nearest
// relatives, and the reference.
var besidePeers = []string{Reference, "handrolled", "processes"}

// peerCells returns the cells of the peers and of the strategies beside them,
// each with its default limit and in every pattern. Without an interpreter
// there are none.
func peerCells(like Cell, s Selection) (cells []Cell) {
	if s.Python == "" {
		return nil
	}
	for _, strategy := range s.Strategies {
		if !slices.Contains(besidePeers, strategy.Name) {
			continue
		}
		c := like.limited(limitFor(strategy, 0)).under(strategy.Name)
		cells = append(cells, c)
		if strategy.Name == Reference {
			cells = append(cells, c.under(Control))
		}
		cells = append(cells, patternCells(c, nil)...)
	}
	for _, p := range peers.All {
		c := like.limited(p.DefaultLimit(cpus())).under(p.Name)
		cells = append(cells, c)
		cells = append(cells, patternCells(c, nil)...)
	}
	return cells
}
