package stealing

import (
	"context"
	"fmt"
	"math/bits"
	"runtime"
	"sync/atomic"
	"unsafe"
)

// A Pool runs tasks, at most so many at once as its limit says. All methods
// may be called concurrently, and by tasks of the pool too.
//
// A pool starts goroutines when there is work and lets them go when there has
// been none for a while, so that an unused pool costs nothing but its memory,
// about 2 KiB.
type Pool struct {
	// What every submit and every start of a task reads, and what hardly ever
	// changes.
	lanes      []lane        // for tasks
	laneShift  uint          // turns a hash into an index of lanes
	preempt    atomic.Bool   // a worker must look at slots before it starts a task
	closing    atomic.Bool   // a worker that finds nothing should not linger
	patient    atomic.Bool   // tasks are long: see handOver
	number     atomic.Uint64 // among the open pools of this process, from 1; 0 once it is closed
	processors int64         // when the pool was made

	// What changes with every batch.
	filled atomic.Uint64 // a bit for each lane that holds jobs, and one for calls
	noWake atomic.Bool   // a new job need wake nobody
	_      [64 - 12]byte
	shelves

	calls calls
	loops atomic.Int64 // that have begun and not ended
	slots slots
	room  room
	lost  atomic.Int64 // accepted tasks that will never run
}

// New returns a pool that runs at most limit tasks at once. It panics if limit
// is less than 1. Close it when it is no longer needed; a pool that is merely
// forgotten is collected once its idle workers have left.
func New(limit int, options ...Option) *Pool {
	if limit < 1 {
		panic(fmt.Sprintf("stealing: New(%d): the limit must be at least 1", limit))
	}
	set := settings{queue: defaultQueue, idle: defaultIdle}
	for _, option := range options {
		option(&set)
	}
	processors := runtime.GOMAXPROCS(0)
	p := &Pool{processors: int64(processors)}
	p.number.Store(numbers.give())
	p.room.made.L = &p.room.mu
	s := &p.slots
	s.pool, s.limit, s.left.L, s.retiring.period = p, limit, &s.mu, set.idle/2
	s.crew = func() {
		number := p.number.Load()
		spell(number)(number>>4, p)
	}

	n := laneCount(set.queue, processors)
	p.lanes = make([]lane, n)
	p.laneShift = uint(64 - bits.Len(uint(n-1)))
	for i := range n {
		room := set.queue / n
		if i < set.queue%n {
			room++
		}
		p.lanes[i].init(room, &p.filled, 1<<i)
	}
	p.calls.filled, p.calls.bit = &p.filled, 1<<n
	return p
}

// shortestLane is the least room that a lane has beside another.
const shortestLane = 64

// laneCount returns how many lanes to split a queue into: one for each
// processor, but none so short that its jobs come by the handful, no more than
// a word has bits, and a power of two.
func laneCount(queue, processors int) int {
	n := max(1, min(processors, queue/shortestLane, 32))
	return 1 << (bits.Len(uint(n)) - 1)
}

// Resize sets the limit and returns at once: it holds for every task that
// starts from now on. Running tasks go on; where they are more than a lower
// limit allows, none starts until they are fewer. Resize panics if limit is
// less than 1.
func (p *Pool) Resize(limit int) {
	if limit < 1 {
		panic(fmt.Sprintf("stealing: Resize(%d): the limit must be at least 1", limit))
	}
	p.slots.resize(limit)
}

// Go hands over a task. It returns nil if the task was accepted, and then the
// task runs exactly once unless the pool is cancelled first. It waits while
// the queue is full; see [Queue]. Otherwise the error is [ErrClosed] or
// [ErrCancelled].
//
// A task may call Go as well. It never waits there, because nobody might be
// left to make room: what a task submits is accepted even beyond the bound of
// the queue. That is so in the task's own goroutine; one that the task starts
// is a submitter like any other.
//
// Cost: no allocation, and one short locked section. A task costs one atomic
// addition more when it starts.
func (p *Pool) Go(task func()) error {
	if task == nil {
		return errNil
	}
	if !p.patient.Load() && (p.lane().put(plain(task)) || p.overflow(plain(task))) {
		p.wake()
		return nil
	}
	return p.submit(context.Background(), plain(task))
}

// TryGo is like Go but returns [ErrFull] where Go would wait.
func (p *Pool) TryGo(task func()) error {
	if task == nil {
		return errNil
	}
	if p.patient.Load() && p.slots.handOver(plain(task), false) {
		return nil
	}
	return p.try(plain(task))
}

// submit is the rest of Go: for a pool whose tasks are long, a full lane and a
// full pool. A submitter that waits gives up when ctx ends.
func (p *Pool) submit(ctx context.Context, j job) error {
	if p.patient.Load() && p.slots.handOver(j, false) {
		return nil
	}
	err := p.try(j)
	if err != ErrFull {
		return err
	}
	p.room.wanting.Add(1)
	defer p.room.wanting.Add(-1)
	// With short tasks there will be room as soon as workers get this
	// processor, and that is cheaper than to sleep and be woken.
	const yields = 3
	for range yields {
		if p.patient.Load() {
			break
		}
		runtime.Gosched()
		if err = p.try(j); err != ErrFull {
			return err
		}
	}
	if p.onWorker() {
		p.force(j)
		return nil
	}
	return p.room.wait(ctx, p, j)
}

// wake sends for a worker if a new job needs one.
func (p *Pool) wake() {
	if !p.noWake.Load() {
		p.slots.wake()
	}
}

// try puts j in the first lane with room, beginning with the caller's own.
func (p *Pool) try(j job) error {
	if own := p.lane(); !own.put(j) && !p.overflow(j) {
		return own.refusal()
	}
	p.wake()
	return nil
}

// overflow puts j in the first lane with room, for who has found his own full.
func (p *Pool) overflow(j job) bool {
	for i := range p.lanes {
		if l := &p.lanes[i]; !l.full.Load() && l.put(j) {
			return true
		}
	}
	return false
}

// force puts j in a lane even if that is full or shut.
func (p *Pool) force(j job) {
	switch j := j.(type) {
	case *loop:
		_ = p.calls.put(j, true)
	case invitation:
		j.coming.Add(-1)
		if !j.queued.CompareAndSwap(false, true) {
			return // the loop calls already
		}
		_ = p.calls.put(j.loop, true)
	default:
		p.lane().force(j)
	}
	p.wake()
}

// lane returns the caller's own lane.
func (p *Pool) lane() *lane { return &p.lanes[stackHash()>>p.laneShift] }

// stackHash returns a number of which the highest bits tell the caller's
// goroutine from others. Goroutines have stacks of their own, at least 2 KiB
// long, and mostly stay on one processor; so the address of a variable tells
// them apart well enough for each to have its lane to itself, and costs a
// multiplication. It is not used as an address.
func stackHash() uint64 {
	const golden = 0x9E3779B97F4A7C15 // spreads what differs in few bits over all
	var here byte
	return uint64(uintptr(unsafe.Pointer(&here))>>11) * golden
}

// queued reports whether a job waits somewhere.
func (p *Pool) queued() bool { return p.filled.Load() != 0 || p.shelves.any() }

// drop gives a job up because the pool was cancelled.
func (p *Pool) drop(j job) {
	p.lost.Add(j.tasks())
	j.drop()
}
