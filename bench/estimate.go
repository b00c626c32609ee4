package bench

import (
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/work"
)

// What the parts of a session take, roughly, on a common machine. They serve
// only to say how long a run will take before it has begun.
const (
	processCost = 60 * time.Millisecond  // a process that is started and ended
	taskCost    = time.Microsecond       // a task in a pool
	bytesPerNs  = 5                      // of tasks that are counted in bytes
	turnCost    = time.Millisecond       // a turn of short batches
	warmTurns   = 4                      // as long as it takes to warm a cell up
	loadCost    = 25 * time.Millisecond  // a turn under load, besides its length
	idleCost    = 90 * time.Microsecond  // an idle connection
	requestCost = 30 * time.Microsecond  // from one request to the next, where they are counted
	probesCost  = 6 * time.Second        // finding what rates are shares of
	peerCost    = 200 * time.Millisecond // a peer's interpreter
)

// session estimates how long the group's cells take in one block.
func (g *PlannedGroup) session(isolate bool) (total time.Duration) {
	if !g.Alone && !isolate {
		total = processCost
	}
	for _, c := range g.Cells {
		if g.Alone || isolate {
			total += processCost
		}
		total += c.estimate(time.Duration(g.Exchanges))
	}
	return total
}

// estimate is how long a cell takes to be opened and to take some turns.
func (c Cell) estimate(turns time.Duration) time.Duration {
	var opening time.Duration
	if IsPeer(c.Strategy) {
		opening = peerCost
	}
	if t := c.Traffic; c.Measure == Echo {
		length := t.Length + time.Duration(t.Requests)*requestCost
		return opening + processCost + turns*(length+loadCost) + time.Duration(t.Idle)*idleCost
	}
	each := taskCost + time.Duration(c.Grain.Bytes())/bytesPerNs
	batch := time.Duration(c.Tasks) * (each + c.Grain.Duration())
	if kind := work.Find(c.Work); kind != nil && kind.Unit == work.UnitSleep {
		rounds := (c.Tasks + c.Limit - 1) / max(1, c.Limit)
		if c.Limit == 0 {
			rounds = 1
		}
		batch = time.Duration(c.Tasks)*each + time.Duration(rounds)*c.Grain.Duration()
	}
	if c.Measure == Memory {
		return opening + batch
	}
	return opening + (warmTurns+turns)*max(turnCost, batch)
}

// A forecast is how long the groups of one budget take.
type forecast struct {
	groups   []time.Duration // estimates of their sessions
	probes   time.Duration   // before the first session
	budget   experiment.Budget
	begin    time.Time     // zero: not begun
	waiting  time.Duration // estimate of what is left of the first block
	expected time.Duration // estimate of what is done of it
	took     time.Duration // that in fact
}

func newForecast(groups []PlannedGroup, budget experiment.Budget, isolate bool) *forecast {
	f := &forecast{budget: budget}
	for i := range groups {
		f.groups = append(f.groups, groups[i].session(isolate))
		f.waiting += f.groups[i]
		for _, c := range groups[i].Cells {
			if c.Traffic.Percent > 0 {
				f.probes = probesCost
			}
		}
	}
	return f
}

// total estimates the whole before it begins. The first block is always
// finished, even beyond the budget.
func (f *forecast) total() time.Duration {
	round := f.waiting + f.expected
	if f.budget.Time == 0 {
		return f.probes + round*time.Duration(f.budget.Blocks)
	}
	if round == 0 {
		return 0
	}
	return max(f.budget.Time, f.probes+round)
}

// saw notes how long a session of the first block took.
func (f *forecast) saw(group int, took time.Duration) {
	f.waiting -= f.groups[group]
	f.expected += f.groups[group]
	f.took += took
}

// left estimates what is still to come. What is left of the first block takes
// as many times as long as was expected as what is done of it did.
func (f *forecast) left(now time.Time) time.Duration {
	if f.begin.IsZero() {
		return f.total()
	}
	least := f.waiting
	if f.expected > 0 {
		least = time.Duration(float64(f.waiting) * float64(f.took) / float64(f.expected))
	}
	return max(least, f.total()-now.Sub(f.begin), 0)
}
