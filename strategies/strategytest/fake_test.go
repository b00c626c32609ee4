package strategytest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// A fault is something wrong with a fake pool that no trait can excuse.
type fault int

const (
	sound           fault = iota
	runsTwice             // one task in 50 runs a second time
	loses                 // one task in 50 is accepted and never runs
	runsRefused           // a task refused by a closed or full pool runs all the same
	exceeds               // one task more than the limit runs
	closesEarly           // Close does not wait
	leavesSubmitter       // Close does not free who waits in Go
	leavesGoroutine       // Close leaves a goroutine
	closesOnce            // the second Close hangs
	panicsTwice           // the second Close panics
	wakesLate             // a place freed by a panic wakes nobody for a second
	wakesNobody           // a place freed by Goexit wakes nobody until another task ends
	acceptsClosed         // a submit after Close returns nil, and the task never runs
	losesRacing           // a submit that races Close may be accepted and lost
	miscounts             // Cancelled returns one too many
	cancelHangs           // Cancel keeps Close from returning
	tryWaits              // TryGo waits like Go
	refusesAll            // every submit is refused
	forgetsFuture         // a task that calls Goexit is run in a way that skips its deferred calls
)

var errRefused = errors.New("refused")

// A fake is a pool that can behave as any traits say, whatever it declares, and
// have a fault besides.
type fake struct {
	does  strategies.Traits
	fault fault
	lifo  bool

	mu      sync.Mutex
	changed *sync.Cond // on mu
	limit   int
	next    int // the limit to come, for ResizeLate
	taken   int // places
	alive   int // accepted tasks that have not ended
	inGo    int // submitters that wait
	queue   []func()
	closed  bool
	dropped int // cancelled tasks
	count   int
	panics  []any
	old     []any           // reported panics
	nested  map[uint64]bool // goroutines that run tasks
}

// shared is the capacity of pools that share it.
var shared = struct {
	sync.Mutex
	taken int
}{}

const buffer = 5

func newFake(does strategies.Traits, f fault) func(limit int) *fake {
	return func(limit int) *fake {
		p := &fake{does: does, fault: f, limit: limit, next: limit, nested: make(map[uint64]bool)}
		p.changed = sync.NewCond(&p.mu)
		return p
	}
}

func (p *fake) Go(task func()) error { return p.submit(task, p.does.Full == strategies.FullRejects) }

func (p *fake) TryGo(task func()) error { return p.submit(task, p.fault != tryWaits) }

func (p *fake) submit(task func(), try bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed && p.does.Race == strategies.RacePanics {
		panic("submit on a closed pool")
	}
	if p.closed && p.does.Closed == strategies.ClosedPanics {
		panic("submit on a closed pool")
	}
	if p.closed && p.fault == acceptsClosed {
		return nil
	}
	if p.closed && p.does.Closed != strategies.ClosedReusable || p.fault == refusesAll {
		return p.refuse(task)
	}
	p.count++
	if p.fault == loses && p.count%50 == 0 {
		return nil
	}
	if p.fault == runsTwice && p.count%50 == 0 {
		again := task
		task = func() { again(); again() }
	}
	if p.does.Capacity == strategies.CapacityNone {
		return p.inline(task)
	}
	inner := p.does.Nested == strategies.NestedSafe && p.nested[goroutineID()]
	for !p.place() && !p.room() && !inner {
		if try {
			return p.refuse(task)
		}
		p.inGo++
		p.changed.Wait()
		p.inGo--
		if p.closed && p.does.Race == strategies.RacePanics {
			panic("submit on a closed pool")
		}
		if p.closed && p.does.Closed != strategies.ClosedReusable && p.fault != losesRacing {
			return p.refuse(task)
		}
		if p.fault == losesRacing && p.closed {
			return nil
		}
	}
	p.alive++
	if !p.place() {
		p.queue = append(p.queue, task)
		return nil
	}
	p.start(task)
	return nil
}

func (p *fake) refuse(task func()) error {
	if p.fault == runsRefused {
		go task()
	}
	return errRefused
}

// place reports whether a task may start.
func (p *fake) place() bool {
	if p.does.Limit == strategies.LimitNone {
		return true
	}
	taken := p.taken
	if p.does.Sharing == strategies.SharingCapacity {
		shared.Lock()
		defer shared.Unlock()
		taken = shared.taken
	}
	if p.fault == exceeds {
		taken--
	}
	return taken < p.limit
}

// room reports whether a task may wait in the pool.
func (p *fake) room() bool {
	switch p.does.Full {
	case strategies.FullQueues:
		return true
	case strategies.FullBuffers:
		return len(p.queue) < buffer
	}
	return false
}

func (p *fake) take(n int) {
	p.taken += n
	if p.does.Sharing == strategies.SharingCapacity {
		shared.Lock()
		shared.taken += n
		shared.Unlock()
	}
}

func (p *fake) start(task func()) {
	p.take(1)
	go p.run(task)
}

func (p *fake) run(task func()) {
	id := goroutineID()
	p.mu.Lock()
	p.nested[id] = true
	p.mu.Unlock()
	returned := false
	defer func() {
		var v any
		if !returned && p.does.Panic != strategies.PanicCrashes {
			v = recover()
		}
		p.ended(id, v, !returned && v == nil)
	}()
	task()
	returned = true
}

// ended frees the place of a task.
func (p *fake) ended(id uint64, panicked any, exited bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.nested, id)
	if panicked != nil {
		p.panics = append(p.panics, panicked)
	}
	if exited && p.does.Goexit == strategies.GoexitCrashes {
		go func() { panic("a task called runtime.Goexit") }()
	}
	if exited && p.does.Goexit == strategies.GoexitHangs {
		p.alive++
	}
	p.alive--
	leaks := panicked != nil && p.does.Slots == strategies.SlotsLeak || exited && p.does.Goexit == strategies.GoexitLeaks
	if !leaks {
		p.take(-1)
	}
	if p.taken == 0 {
		p.limit = p.next
	}
	if panicked != nil && p.fault == wakesLate {
		time.AfterFunc(time.Second, p.dispatch)
		return
	}
	if exited && p.fault == wakesNobody {
		return
	}
	p.fill()
}

func (p *fake) dispatch() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fill()
}

// fill starts what waits in the queue and wakes who waits.
func (p *fake) fill() {
	for len(p.queue) > 0 && p.place() {
		i := 0
		if p.lifo {
			i = len(p.queue) - 1
		}
		task := p.queue[i]
		p.queue = slices.Delete(p.queue, i, i+1)
		p.start(task)
	}
	p.changed.Broadcast()
	if p.does.Sharing == strategies.SharingCapacity {
		time.AfterFunc(time.Millisecond, p.changed.Broadcast)
	}
}

// inline runs the task in the submitter's goroutine.
func (p *fake) inline(task func()) error {
	p.alive++
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.alive--
		p.changed.Broadcast()
	}()
	task()
	return nil
}

func (p *fake) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		switch p.fault {
		case closesOnce:
			p.mu.Unlock()
			select {}
		case panicsTwice:
			panic("close of a closed pool")
		}
	} else if p.fault == leavesGoroutine {
		go func() { select {} }()
	}
	p.closed = true
	if p.fault != leavesSubmitter {
		p.changed.Broadcast()
	}
	for p.alive > 0 && p.fault != closesEarly {
		p.changed.Wait()
	}
	return p.report()
}

// report tells of the panics.
func (p *fake) report() error {
	panics := p.panics
	if p.does.Memory == strategies.MemorySticky {
		panics = append(p.old, panics...)
		p.old = panics
	}
	p.panics = nil
	if len(panics) == 0 {
		return nil
	}
	switch p.does.Panic {
	case strategies.PanicRaised:
		panic(panics[0])
	case strategies.PanicReturned:
		return fmt.Errorf("a task panicked: %v", panics[0])
	}
	return nil
}
