package bench

import (
	"time"

	"github.com/poolbench/poolbench/bench/work"
)

// The parts of a session, as they are on a common machine: all that is for is
// to say how long a run will take, before it has begun.
const (
	processCost = 60 * time.Millisecond        // a process that is started and ended
	taskCost    = time.Microsecond             // of a pool, for one task
	bytesCost   = time.Nanosecond              // of a task that is counted in bytes, for one
	loadCost    = 100 * time.Millisecond       // of the generator and the server, around a turn
	idleCost    = 100 * time.Microsecond       // of an idle connection
	requestCost = 25 * time.Microsecond        // from one request to the next, where they are counted
	probesCost  = 6 * time.Second              // of finding what rates are shares of
	peerCost    = 250 * time.Millisecond       // of a peer's interpreter
	batchesWarm = time.Duration(warmBatches) + 1 // before the first turn
)

// session estimates how long the group's cells take in one block.
func (g *Group) session(isolate bool) (total time.Duration) {
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
	if t := c.Traffic; c.Measure == Echo {
		length := t.Length + time.Duration(t.Requests)*requestCost
		return processCost + turns*(length+loadCost) + time.Duration(t.Idle)*idleCost
	}
	var opening time.Duration
	if findPeer(c.Strategy) != nil {
		opening = peerCost
	}
	each := taskCost + time.Duration(c.Grain.Bytes())*bytesCost
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
	return opening + (batchesWarm+turns)*max(turnLength, batch)
}

// A forecast is how much longer the groups of one budget will take.
type forecast struct {
	groups   []time.Duration // estimates of their sessions
	budget   time.Duration   // 0: none
	blocks   int             // at most; 0: as many as fit
	begin    time.Time
	expected time.Duration // of what was measured so far, in the first block
	spent    time.Duration // on that
}
