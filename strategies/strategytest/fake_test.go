package strategytest

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

var errRefused = errors.New("refused")

// A fake is a pool that can behave as any traits say, whatever it declares, and
// have a fault besides.
type fake struct {
	does  strategies.Traits
	fault fault
	lifo  bool

	mu       sync.Mutex
	changed  *sync.Cond // on mu
	limit    int
	next     int // the limit to come, for ResizeLate
	taken    int // places
	withheld int // of them, free when the next task ends
	stranded int // of them, free with the next submit
	alive    int // accepted tasks that have not ended
	inGo     int // submitters that wait
	queue    []func()
	parts    []*partFake
	closed   bool
	dropped  int // cancelled tasks
	count    int
	panics   []any
	old      []any // reported panics
}

// shared is the capacity of pools that share it.
var shared = struct {
	sync.Mutex
	taken int
	pools map[*fake]bool
}{pools: make(map[*fake]bool)}

const buffer = 5

func newFake(does strategies.Traits, f fault) func(limit int) *fake {
	return func(limit int) *fake {
		p := &fake{does: does, fault: f, limit: limit, next: limit}
		p.changed = sync.NewCond(&p.mu)
		if does.Sharing == strategies.SharingCapacity {
			shared.Lock()
			shared.pools[p] = true
			shared.Unlock()
		}
		return p
	}
}

func (p *fake) Go(task func()) error { return p.submit(task, p.does.Full == strategies.FullRejects) }

func (p *fake) TryGo(task func()) error {
	err := p.submit(task, p.fault != tryWaits)
	if err != nil && p.fault == runsRefused {
		go task()
	}
	return err
}

func (p *fake) submit(task func(), try bool) error {
	if p.fault == hangs {
		select {}
	}
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
		return errRefused
	}
	if p.stranded > 0 {
		p.take(-p.stranded)
		p.stranded = 0
		p.fill()
	}
	p.count++
	if p.fault == loses && p.count == many {
		return nil
	}
	if p.fault == runsTwice && p.count == many {
		again := task
		task = func() { again(); again() }
	}
	if p.does.Capacity == strategies.CapacityNone {
		return p.inline(task)
	}
	for !p.place() && !p.room() && !p.isNested() {
		if try {
			return errRefused
		}
		p.inGo++
		since := time.Now()
		p.changed.Wait()
		p.inGo--
		for p.closed && p.does.Race == strategies.RaceHangs && time.Since(since) < 10*time.Millisecond {
			p.mu.Unlock()
			select {}
		}
		for p.closed && p.fault == leavesSubmitter {
			p.changed.Wait()
		}
		if p.closed && p.does.Race == strategies.RacePanics {
			panic("submit on a closed pool")
		}
		if p.closed && p.does.Race == strategies.RaceLate {
			for p.alive > 0 {
				p.changed.Wait()
			}
			time.AfterFunc(5*time.Millisecond, task)
			return nil
		}
		if p.closed && p.does.Closed != strategies.ClosedReusable && p.fault != losesRacing {
			return errRefused
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

// isNested reports whether the submitter is a task, which must not wait for a
// place while it has one.
func (p *fake) isNested() bool {
	if p.does.Nested == strategies.NestedDeadlocks {
		return false
	}
	var callers [64]uintptr
	for _, pc := range callers[:runtime.Callers(0, callers[:])] {
		if f := runtime.FuncForPC(pc); f != nil && strings.HasSuffix(f.Name(), ".(*fake).run") {
			return true
		}
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
	returned := false
	defer func() {
		var v any
		if !returned && p.does.Panic != strategies.PanicCrashes {
			v = recover()
		}
		p.ended(v, !returned && v == nil)
	}()
	task()
	returned = true
}

// ended frees the place of a task.
func (p *fake) ended(panicked any, exited bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
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
	free := -1 - p.withheld
	p.withheld = 0
	switch {
	case panicked != nil && p.fault == freesLate:
		time.AfterFunc(time.Second, p.freeLate)
		free++
	case exited && p.fault == freesNext:
		p.withheld = 1
		free++
	case panicked != nil && p.does.Slots == strategies.SlotsStrand || exited && p.does.Goexit == strategies.GoexitStrands:
		p.stranded++
		free++
	case panicked != nil && p.does.Slots == strategies.SlotsLeak || exited && p.does.Goexit == strategies.GoexitLeaks:
		free++
	}
	p.take(free)
	if p.taken == 0 {
		p.limit = p.next
	}
	p.fill()
}

func (p *fake) freeLate() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.take(-1)
	p.fill()
}

// fill starts what waits in the queue and wakes who waits.
func (p *fake) fill() {
	for len(p.queue) > 0 && p.place() {
		task := p.queue[0]
		if last := len(p.queue) - 1; p.lifo {
			task, p.queue = p.queue[last], p.queue[:last]
		} else {
			p.queue = p.queue[1:]
		}
		p.start(task)
	}
	for _, part := range p.parts {
		part.fill()
	}
	p.changed.Broadcast()
	if p.does.Sharing == strategies.SharingCapacity {
		shared.Lock()
		defer shared.Unlock()
		for other := range shared.pools {
			other.changed.Broadcast()
		}
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
	early := p.fault == closesEarly && p.inGo > 0
	p.changed.Broadcast()
	for p.alive > 0 && !early {
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
