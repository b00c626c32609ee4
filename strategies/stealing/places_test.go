package stealing

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// These tests act as a worker by hand, so that a submit falls exactly where a
// wake-up could be lost.

// handmade returns a pool with one worker, which looks for jobs and is moved by
// the test.
func handmade(limit int) (*Pool, *worker) {
	p := New(limit)
	s := &p.places
	s.mu.Lock()
	s.search()
	s.workers++
	s.mu.Unlock()
	return p, &worker{pool: p, searching: true}
}

// look is what a worker does between two attempts to rest.
func (w *worker) look() job {
	if j := w.take(); j != nil {
		return j
	}
	return w.steal()
}

func TestAWorkerThatIsAboutToRestSeesAJobWhoseSubmitterReliedOnIt(t *testing.T) {
	p, w := handmade(1)
	if w.look() != nil {
		t.Fatal("an empty pool has a job")
	}
	ran := make(chan struct{})
	p.Go(func() { close(ran) }) // wakes nobody: somebody is looking
	if !w.rest() || w.order != nil || !w.searching {
		t.Fatal("the worker rests although a job waits and nobody else will come")
	}
	go w.run()
	<-ran
	p.Close()
}

func TestAWorkerThatRestsIsWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := handmade(1)
		go w.run()
		synctest.Wait() // it rests
		ran := make(chan struct{})
		p.Go(func() { close(ran) })
		<-ran
		if p.places.workers != 1 {
			t.Errorf("%d workers", p.places.workers)
		}
		p.Close()
	})
}

func TestAWorkerThatHasFoundAJobSendsTheNext(t *testing.T) {
	p, w := handmade(2)
	first, second := make(chan struct{}), make(chan struct{})
	p.Go(func() { <-first })
	p.Go(func() { close(second) }) // wakes nobody either
	j := w.look()
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
	if w.look() != nil {
		t.Fatal("an empty pool has a job")
	}
	// Another worker draws a batch, sees that somebody is looking, and gets
	// stuck in its first job.
	s := &p.places
	s.mu.Lock()
	s.held++
	s.workers++
	s.publish()
	s.mu.Unlock()
	gate, ran := make(chan struct{}), make(chan struct{})
	p.Go(func() { <-gate })
	p.Go(func() { close(ran) })
	other := &worker{pool: p, short: true}
	stuck := other.look()
	other.report()
	if !other.stocked || p.filled.Load() != 0 {
		t.Fatal("the batch is not on a shelf")
	}
	if !w.rest() {
		t.Fatal("the worker leaves although a job is on a shelf and nobody else will come")
	}
	go w.run()
	<-ran
	close(gate)
	stuck.run()
	go other.run()
	p.Close()
}

func TestAWorkerThatLeavesItsPlaceLeavesItsBatchToOthers(t *testing.T) {
	p, w := handmade(2)
	var ran atomic.Int64
	for range 10 {
		p.Go(func() { ran.Add(1) })
	}
	w.short = true
	j := w.look()
	w.report() // sends another worker, which will steal
	p.places.mu.Lock()
	p.places.limit = 1
	p.places.publish()
	p.places.mu.Unlock()
	switch w.judge(j) {
	case runs:
		j.run()
		go w.run()
	case waits:
		go w.run()
	case leaves:
		if w.stocked || w.batch != nil {
			t.Error("the worker keeps its batch")
		}
	}
	p.Close()
	if ran.Load() != 10 {
		t.Errorf("%d of 10 jobs ran", ran.Load())
	}
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
	from, to, last := int64(0), int64(10), l.first.seize() == 10 // claimed, and not shown
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

func TestIdleWorkersLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit, idle = 5, time.Second
		p := New(limit, Idle(idle))
		workers := func(want int, when string) {
			t.Helper()
			synctest.Wait()
			p.places.mu.Lock()
			defer p.places.mu.Unlock()
			if p.places.workers != want {
				t.Errorf("%s: %d workers, want %d", when, p.places.workers, want)
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
		if p.places.workers > 2 {
			t.Errorf("%d workers for 2 places", p.places.workers)
		}
		p.Close()
	})
}
