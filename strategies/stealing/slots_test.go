//go:build go1.25

package stealing

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// These tests act as a worker by hand, so that a submit falls exactly where a
// wake-up could be lost.

// oneLane keeps the order of submits.
var oneLane = Queue(2*shortestLane - 1)

// handmade returns a pool with one worker, which looks for jobs and is moved by
// the test.
func handmade(limit int) (*Pool, *worker) {
	p := New(limit, oneLane)
	s := &p.slots
	s.mu.Lock()
	s.held++
	s.spinning = true
	s.publish()
	s.workers++
	s.mu.Unlock()
	return p, &worker{pool: p, spinning: true}
}

func TestAWorkerThatIsAboutToRestSeesAJobWhoseSubmitterReliedOnIt(t *testing.T) {
	p, w := handmade(1)
	if w.draw() != nil {
		t.Fatal("an empty pool has a job")
	}
	ran := make(chan struct{})
	p.Go(func() { close(ran) }) // wakes nobody: somebody is looking
	if order, wait := w.rest(); wait || !w.obey(order) || w.order != nil || !w.spinning {
		t.Fatal("the worker rests although a job waits and nobody else will come")
	}
	go w.run()
	<-ran
	p.Close()
}

func TestTwoJobsSendTwoWorkersIntoAnIdlePool(t *testing.T) {
	for _, c := range []struct {
		limit      int
		processors int64
		two        bool
	}{{2, 2, true}, {1, 2, false}, {2, 1, false}} {
		p := New(c.limit, oneLane)
		p.processors = c.processors
		s := &p.slots
		// As wake does for the first job, but the worker is long in coming.
		s.mu.Lock()
		s.lone = true
		s.held++
		s.spinning = true
		s.publish()
		s.workers++
		s.mu.Unlock()
		if noWake := p.noWake.Load(); noWake == c.two {
			t.Errorf("%+v: with one worker on its way, noWake is %v", c, noWake)
		}
		ran := make(chan struct{})
		p.Go(func() { close(ran) })
		if c.two {
			<-ran
		}
		s.mu.Lock()
		if !s.spinning {
			t.Errorf("%+v: the second worker took over the search of the first", c)
		}
		s.mu.Unlock()
		go (&worker{pool: p, spinning: true}).run()
		<-ran
		p.Close()
	}
}

func TestNewWorkersGetTheirOrdersInTurn(t *testing.T) {
	s := &New(1).slots
	s.crew = func() {} // workers that are long in coming
	const rounds = 100
	var got []int
	for i := range rounds {
		for k := range 3 {
			s.mu.Lock()
			s.send(numbered(&got, 3*i+k))
		}
		s.takeOrder().run()
		s.takeOrder().run()
		if waiting := i + 1; len(s.pending)-s.next != waiting || len(s.pending) > 2*waiting+1 {
			t.Fatalf("%d orders wait in %d slots, and %d should", len(s.pending)-s.next, len(s.pending), waiting)
		}
		for _, j := range s.pending[len(s.pending):cap(s.pending)] {
			if j != nil {
				t.Fatal("an order that was given is kept")
			}
		}
	}
	for range rounds {
		s.takeOrder().run()
	}
	for i := range 3 * rounds {
		if got[i] != i {
			t.Fatalf("order %d came in turn %d", got[i], i)
		}
	}
	if s.pending != nil {
		t.Errorf("there is still room for %d orders", cap(s.pending))
	}
}

// The context of a group ends with the error of a task, which may be that another
// pool was full.
func TestASubmitterGivesUpWhateverItsContextEndsWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(1, Queue(1))
		gate := make(chan struct{})
		p.Go(func() { <-gate })
		synctest.Wait()
		p.Go(func() {})
		ctx, cancel := context.WithCancelCause(t.Context())
		told := make(chan error, 1)
		go func() { told <- p.submit(ctx, plain(func() {})) }()
		synctest.Wait()
		cancel(ErrFull)
		synctest.Wait()
		select {
		case err := <-told:
			if err != ErrFull {
				t.Errorf("the submitter was told %v, want the cause %v", err, ErrFull)
			}
		default:
			t.Error("the submitter still waits")
		}
		close(gate)
		p.Close()
	})
}

func TestAWorkerThatRestsIsWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := handmade(1)
		go w.run()
		synctest.Wait() // it rests
		ran := make(chan struct{})
		p.Go(func() { close(ran) })
		<-ran
		if p.slots.workers != 1 {
			t.Errorf("%d workers", p.slots.workers)
		}
		p.Close()
	})
}

func TestAWorkerThatHasFoundAJobSendsTheNext(t *testing.T) {
	p, w := handmade(2)
	first, second := make(chan struct{}), make(chan struct{})
	p.Go(func() { <-first })
	p.Go(func() { close(second) }) // wakes nobody either
	j := w.draw()
	w.report()
	go func() {
		j.run() // waits for the second
		w.run()
	}()
	<-second
	close(first)
	p.Close()
}

func TestAWorkerThatIsAboutToRestSeesABatchThatWasPutOnAShelf(t *testing.T) {
	p, w := handmade(2)
	if w.draw() != nil {
		t.Fatal("an empty pool has a job")
	}
	// Another worker draws a batch, sees that somebody is looking, and gets
	// stuck in its first job.
	s := &p.slots
	s.mu.Lock()
	s.held++
	s.workers++
	s.publish()
	s.mu.Unlock()
	gate, ran := make(chan struct{}), make(chan struct{})
	p.Go(func() { <-gate })
	p.Go(func() { close(ran) })
	other := &worker{pool: p, short: true}
	stuck := other.draw()
	other.report()
	if !other.stocked || p.filled.Load() != 0 {
		t.Fatal("the batch is not on a shelf")
	}
	if order, wait := w.rest(); wait || !w.obey(order) {
		t.Fatal("the worker leaves although a job is on a shelf and nobody else will come")
	}
	go w.run()
	<-ran
	close(gate)
	stuck.run()
	go other.run()
	p.Close()
}

func TestAWorkerThatDrawsABatchSendsAThief(t *testing.T) {
	p, w := handmade(2)
	gate, ran := make(chan struct{}), make(chan struct{})
	p.Go(func() { <-gate })
	p.Go(func() { close(ran) })
	// The search has ended since, and nobody has come for these two.
	s := &p.slots
	s.mu.Lock()
	s.spinning, w.spinning = false, false
	s.publish()
	s.mu.Unlock()
	w.short = true
	stuck := w.draw()
	w.report()
	<-ran
	close(gate)
	stuck.run()
	go w.run()
	p.Close()
}

// A submitter may have put its job in a lane, and not yet woken anybody, when
// the pool is closed.
func TestCloseWaitsForAJobWhoseSubmitterIsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(1)
		var ran, closed atomic.Bool
		p.lane().put(plain(func() { ran.Store(true) }))
		go func() {
			p.Close()
			closed.Store(true)
		}()
		synctest.Wait()
		if closed.Load() {
			t.Error("Close returned although a job waits")
		}
		p.slots.wake()
		synctest.Wait()
		if !ran.Load() || !closed.Load() {
			t.Errorf("the job ran: %v, Close returned: %v", ran.Load(), closed.Load())
		}
	})
}

func TestAWorkerThatLeavesItsPlaceLeavesItsBatchToOthers(t *testing.T) {
	p, w := handmade(2)
	var ran atomic.Int64
	for range 10 {
		p.Go(func() { ran.Add(1) })
	}
	w.short = true
	j := w.draw()
	w.report() // sends another worker, which will steal
	p.slots.mu.Lock()
	p.slots.limit = 1
	p.slots.publish()
	p.slots.mu.Unlock()
	switch runs, rests := w.judge(j); {
	case runs:
		j.run()
		go w.run()
	case !rests:
		go w.run()
	default:
		if w.stocked || w.batch != nil {
			t.Error("the worker keeps its batch")
		}
		if order, wait := w.rest(); wait || w.obey(order) {
			t.Error("the worker stays although its slot is needed")
		}
		p.slots.exit()
	}
	p.Close()
	if ran.Load() != 10 {
		t.Errorf("%d of 10 jobs ran", ran.Load())
	}
}

// What lies in a batch behind a job that got stuck runs, although there is
// always something newer to do.
func TestNothingStarvesBehindAJobThatTakesLong(t *testing.T) {
	p := New(2, oneLane)
	const jobs = 20
	var ran int
	for range 1 + jobs {
		p.lane().put(plain(func() { ran++ }))
	}
	stuck := &worker{pool: p, short: true}
	if stuck.draw(); !stuck.stocked {
		t.Fatal("the batch is not on a shelf")
	}
	w := &worker{pool: p}
	for draws := 0; ran < jobs; draws++ {
		if draws == 100*jobs {
			t.Fatalf("%d of %d jobs ran while %d that came later did", ran, jobs, draws)
		}
		p.lane().put(plain(func() {}))
		w.draw().run()
	}
	for p.queued() {
		w.draw()
	}
	p.Close()
}

// A helper may look for indexes while another has claimed some and not yet
// shown them. That one calls afterwards, and so somebody comes.
func TestALoopCallsAgainForIndexesThatAHelperCouldNotSee(t *testing.T) {
	p, w := handmade(2)
	l := newLoop(p, 10, func(int) {})
	slow, late := helper{loop: l}, helper{loop: l}
	l.queued.Store(false) // as when the first helper comes
	if !slow.claim() {
		t.Fatal("the first helper got nothing")
	}
	from, to, last := l.first.split(1) // claimed, and not shown
	l.laden.Add(-1)
	if !last || late.claim() {
		t.Fatal("the late helper found something")
	}
	slow.span.fill(from, to)
	l.laden.Add(1)
	l.call()
	if p.filled.Load() == 0 || !l.queued.Load() {
		t.Fatal("the loop does not wait for a helper")
	}
	l.call() // once is enough
	go w.run()
	l.done.Wait()
	p.Close()
	if l.left.Load() != 0 {
		t.Errorf("%d indexes are left", l.left.Load())
	}
}

// A helper that was claiming indexes while the loop was halted gives them up.
func TestALateHelperOfAHaltedLoopRunsNothing(t *testing.T) {
	p := New(1)
	l := newLoop(p, 10, func(int) { t.Error("an index ran") })
	l.halted.Store(true) // and what the helper claims is not in sight
	l.run()
	l.done.Wait()
	p.Close()
}

func TestAHelperTellsWhyACancelledLoopStopped(t *testing.T) {
	p := New(1)
	p.Cancel()
	p.Close()
	l := newLoop(p, 10, func(int) { t.Error("an index ran") })
	l.run()
	l.done.Wait()
	if l.cause != ErrCancelled {
		t.Errorf("the cause is %v", l.cause)
	}
}

func TestAWorkerDrawsAsTheLengthOfTasksAdvises(t *testing.T) {
	for _, c := range []struct {
		drew           int
		took           time.Duration
		short, patient bool
	}{
		{64, 0, true, false},
		{1, shortTask - 1, true, false},
		{64, 64*shortTask - 64, true, false},
		{1, shortTask, false, false},
		{1, longTask, false, false},
		{1, longTask + 1, false, true},
		{10, 10*longTask + 10, false, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := New(1, oneLane)
			defer p.Close()
			for range 3 {
				p.lane().put(plain(func() {})) // and wake nobody
			}
			w := &worker{pool: p, drew: c.drew, timed: true, since: time.Since(began)}
			time.Sleep(c.took)
			w.measure()
			if w.short != c.short || p.patient.Load() != c.patient {
				t.Errorf("%+v: short %v, patient %v", c, w.short, p.patient.Load())
			}
			j := w.take()
			if want := map[bool]int{true: 3, false: 1}[c.short]; w.drew != want {
				t.Errorf("%+v: drew %d of 3, want %d", c, w.drew, want)
			}
			for ; j != nil; j = w.draw() {
				for w.stocked {
					w.claim()
				}
			}
		})
	}
}

func TestLongTasksAreTimedOnceInAWhile(t *testing.T) {
	p := New(1)
	defer p.Close()
	for _, patient := range []bool{false, true} {
		p.patient.Store(patient)
		w := &worker{pool: p}
		timed := 0
		for w.draws = range 800 {
			if w.time(); w.timed {
				timed++
			}
			w.drew = 1
			w.timed = w.timed && !patient
		}
		if want := map[bool]int{false: 800, true: 100}[patient]; timed != want {
			t.Errorf("patient %v: %d of 800 timed, want %d", patient, timed, want)
		}
	}
	// Which of the short tasks looks long on a busy machine is for no test to say.
	p.patient.Store(true)
	for range 100_000 {
		done := make(chan struct{})
		p.Go(func() { close(done) })
		<-done
		if !p.patient.Load() {
			return
		}
	}
	t.Error("after very many short tasks the pool still takes them for long")
}

func TestAWorkerLetsShortTasksPileUp(t *testing.T) {
	for _, c := range []struct {
		drew    int
		worked  time.Duration
		tooSoon bool
	}{
		{few, 0, false},
		{few + 1, 0, true},
		{few + 1, pileUp - 1, true},
		{few + 1, pileUp, false},
		{many - 1, pileUp - 1, true},
		{many, 0, false},
	} {
		w := &worker{worked: c.worked}
		if got := w.isTooSoon(c.drew); got != c.tooSoon {
			t.Errorf("%d tasks in %v: %v, want %v", c.drew, c.worked, got, c.tooSoon)
		}
	}

	p := New(1, oneLane)
	defer p.Close()
	before := time.Since(began)
	w := &worker{pool: p, since: before}
	if w.letPileUp(); w.since != before {
		t.Errorf("with nothing in the queue a worker waits for %v", w.since-before)
	}
	p.lane().put(plain(func() {})) // and wake nobody
	if w.letPileUp(); w.since == before {
		t.Error("with something in the queue a worker does not wait")
	}
	p.Go(func() {}) // and wake somebody
}

// In a bubble of synctest the clock stands still while anybody runs.
func TestAWorkerDoesNotWaitForAClockThatStandsStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(1, oneLane)
		p.lane().put(plain(func() {})) // and wake nobody
		w := &worker{pool: p, since: time.Since(began)}
		w.letPileUp()
		p.Go(func() {})
		p.Close()
	})
}

func TestALoopSendsForTwoHelpersAtOnce(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // no helper runs before this test waits
	for _, c := range []struct{ limit, indexes, processors, helpers int }{
		{2, 10, 2, 2},
		{64, 10, 8, 2},
		{1, 10, 2, 1},
		{2, 1, 2, 1},
		{2, 10, 1, 1},
	} {
		p := New(c.limit)
		p.processors = int64(c.processors)
		l := newLoop(p, c.indexes, func(int) {})
		if err := l.begin(); err != nil {
			t.Fatal(err)
		}
		p.slots.mu.Lock()
		held := p.slots.held
		p.slots.mu.Unlock()
		if held != c.helpers {
			t.Errorf("%+v: %d were sent for", c, held)
		}
		l.done.Wait()
		p.Close()
	}
}

// A loop is one job, and says nothing about how long tasks are.
func TestALongLoopIsNotTakenForALongTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(1)
		p.Each(t.Context(), 1, func(int) { time.Sleep(2 * longTask) })
		synctest.Wait()
		if p.patient.Load() {
			t.Error("the pool takes its tasks for long")
		}
		p.Close()
	})
}

func TestAHigherLimitGivesLendersTheirPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(1)
		s := &p.slots
		s.held = 1 // by a task that takes long
		var back atomic.Bool
		go func() {
			s.reclaim()
			back.Store(true)
		}()
		synctest.Wait()
		if back.Load() {
			t.Error("the lender went on without a slot")
		}
		p.Resize(2)
		synctest.Wait()
		if !back.Load() || s.held != 2 {
			t.Errorf("the lender went on: %v, %d slots are held", back.Load(), s.held)
		}
	})
}

func TestIdleWorkersLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit, idle = 5, time.Second
		p := New(limit, Idle(idle))
		workers := func(want int, when string) {
			t.Helper()
			synctest.Wait()
			p.slots.mu.Lock()
			defer p.slots.mu.Unlock()
			if p.slots.workers != want {
				t.Errorf("%s: %d workers, want %d", when, p.slots.workers, want)
			}
		}
		burst := func() {
			gate := make(chan struct{})
			for range limit {
				p.Go(func() { <-gate })
			}
			workers(limit, "in a burst")
			close(gate)
			synctest.Wait()
		}
		workers(0, "before the first task")
		burst()
		workers(0, "after a burst by workers that only pass")
		for started := limit; started <= passing; started += limit {
			burst()
		}
		time.Sleep(idle/2 - 1)
		workers(limit, "before half of the time")
		time.Sleep(idle/2 + 1)
		workers(0, "after the time")

		burst()
		for range 20 {
			p.Go(func() {})
			time.Sleep(idle / 10)
		}
		workers(1, "while there is work for one")
		time.Sleep(idle)
		workers(0, "in the end")
		burst() // and they come again
		p.Close()
		workers(0, "after Close")
	})
}

func TestALowerLimitSendsIdleWorkersHomeSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(8)
		gate := make(chan struct{})
		for range 8 {
			p.Go(func() { <-gate })
		}
		synctest.Wait()
		p.Resize(2)
		close(gate)
		synctest.Wait()
		if p.slots.workers > 2 {
			t.Errorf("%d workers for 2 slots", p.slots.workers)
		}
		p.Close()
	})
}

func TestALongTaskGoesStraightToAWorkerUnlessItWouldOvertake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(2, oneLane)
		defer p.Close()
		p.patient.Store(true)
		gate := make(chan struct{})
		wait := func() { <-gate }
		p.Go(wait)
		if p.filled.Load() != 0 {
			t.Error("it lies in the queue although a slot is free and nothing waits")
		}
		p.lane().put(plain(wait)) // whose submitter is about to wake a worker
		if p.slots.handOver(plain(wait), false) {
			t.Error("it overtakes what waits in the queue")
		}
		p.slots.wake()
		synctest.Wait()
		p.Go(wait)
		if p.filled.Load() == 0 {
			t.Error("it does not lie in the queue although no slot is free")
		}
		close(gate)
	})
}
