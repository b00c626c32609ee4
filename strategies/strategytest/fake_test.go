package strategytest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

var errRefused = errors.New("refused")

// A fake is a pool that can behave as any traits say, also others than it declares, and
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
	unwoken  int // of them, free with the next submit
	alive    int // accepted tasks that have not ended
	inGo     int // submitters that wait
	queue    []func()
	parts    []*partFake
	closed   bool
	dropped  int // cancelled tasks
	count    int
	panics   []any
	old      []any // reported panics
	handle   func(value any)
	deaf     int // how often who waits is not woken
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

func (p *fake) Go(task func()) error {
	return p.submit(context.Background(), task, p.does.Full == strategies.FullRejects || p.does.Full == strategies.FullBuffersThenRejects)
}

func (p *fake) TryGo(task func()) error {
	err := p.submit(context.Background(), task, p.fault != tryWaits)
	if err != nil && p.fault == runsRefused {
		go task()
	}
	return err
}

func (p *fake) submit(ctx context.Context, task func(), try bool) error {
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
	if p.unwoken > 0 {
		p.take(-p.unwoken)
		p.unwoken = 0
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
	if p.does.Capacity == strategies.CapacitySequential {
		return p.inline(task)
	}
	for !p.place() && !p.room() && !p.isNested() {
		if try || p.does.Full == strategies.FullBlocksThenRejects && p.inGo >= p.limit {
			return errRefused
		}
		p.inGo++
		since := time.Now()
		p.changed.Wait()
		p.inGo--
		if ctx.Err() != nil && p.fault != contextIgnored && !p.closed {
			return p.giveUp(ctx, task)
		}
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
	switch {
	case p.fault == exceeds:
		taken--
	case p.fault == wastesOne && p.limit > 4:
		taken++
	}
	return taken < p.limit
}

// room reports whether a task may wait in the pool.
func (p *fake) room() bool {
	switch p.does.Full {
	case strategies.FullQueues:
		return true
	case strategies.FullBuffers, strategies.FullBuffersThenRejects:
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
		if v != nil {
			p.notify(v)
		}
		p.ended(v, !returned && v == nil)
	}()
	task()
	returned = true
}

// notify reports a panic as soon as it has happened, if that is what it does.
func (p *fake) notify(value any) {
	switch {
	case p.does.Panic == strategies.PanicLogged:
		fmt.Fprintln(os.Stderr, "a task panicked:", value)
	case p.does.Panic != strategies.PanicHandled || p.handle == nil || p.fault == handlesNever:
	case p.fault == handlesLate:
		time.AfterFunc(30*time.Millisecond, func() { p.handle(value) })
	default:
		p.handle(value)
		if p.fault == handlesTwice {
			p.handle(value)
		}
	}
}

// giveUp returns what GoContext does when its context has ended.
func (p *fake) giveUp(ctx context.Context, task func()) error {
	switch p.fault {
	case contextRuns:
		go task()
	case contextTakesWorker:
		if p.limit == small {
			p.take(1)
		}
	case contextLoses:
		return nil
	case contextHides:
		return errRefused
	case contextMuffles:
		if p.limit == small {
			p.deaf = 1
		}
	}
	return ctx.Err()
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
	case panicked != nil && p.does.Slots == strategies.SlotsMayBlock || exited && p.does.Goexit == strategies.GoexitMayBlock:
		p.unwoken++
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
	if p.deaf > 0 {
		p.deaf--
		return
	}
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

// report reports the panics.
func (p *fake) report() error {
	panics := p.panics
	if p.does.PanicOnce == strategies.PanicOnceBroken {
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
