//go:build go1.25

package stealing

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func TestCallsAreAQueue(t *testing.T) {
	var filled atomic.Uint64
	c := calls{filled: &filled, bit: 8}
	loops := make([]loop, 3)
	for round := range 2 {
		for i := range loops {
			if err := c.put(&loops[i], false); err != nil {
				t.Fatal(err)
			}
			if filled.Load() != 8 {
				t.Errorf("round %d: with %d calls the bits are %b", round, i+1, filled.Load())
			}
		}
		for i := range loops {
			if got := c.take(); got != &loops[i] || got.next != nil {
				t.Errorf("round %d: call %d is another, or still linked", round, i)
			}
		}
		if c.take() != nil || filled.Load() != 0 {
			t.Errorf("round %d: calls are left, or bits: %b", round, filled.Load())
		}
	}
	c.close(ErrClosed)
	c.close(ErrCancelled)
	if err := c.put(&loops[0], false); err != ErrClosed || c.take() != nil {
		t.Errorf("shut calls took one more: %v", err)
	}
	if err := c.put(&loops[1], true); err != nil || c.take() != &loops[1] {
		t.Error("a loop that has begun cannot call any more")
	}
}

func TestABodyThatClosesItsPoolIsTold(t *testing.T) {
	for _, limit := range []int{1, 2, 8} {
		p := New(limit)
		var refused atomic.Int64
		if err := p.Each(context.Background(), 100, func(int) {
			if errors.Is(p.Close(), ErrInside) {
				refused.Add(1)
			}
		}); err != nil {
			t.Fatal(err)
		}
		if refused.Load() != 100 {
			t.Errorf("limit %d: of 100 bodies %d were told", limit, refused.Load())
		}
		p.Close()
	}
}

// Close takes helpers on their way for idle. They must not be counted so for
// longer, or tasks that close their pool would not be known.
func TestEveryHelperIsCountedBackIn(t *testing.T) {
	for name, loop := range map[string]func(*Pool){
		"a loop": func(p *Pool) { p.Each(context.Background(), 1000, func(int) {}) },
		"a loop that ends badly": func(p *Pool) {
			p.Each(context.Background(), 1000, func(i int) {
				if i == 500 {
					runtime.Goexit()
				}
			})
		},
		"a loop under a limit that changes": func(p *Pool) {
			p.Each(context.Background(), 1000, func(i int) { p.Resize(1 + i%4) })
		},
		"a loop in a loop": func(p *Pool) {
			p.Each(context.Background(), 10, func(int) { p.Each(context.Background(), 10, func(int) { runtime.Gosched() }) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := New(4)
			for range 100 {
				loop(p)
			}
			p.Close()
			if s := &p.slots; s.helping != 0 || s.held != 0 || p.loops.Load() != 0 {
				t.Errorf("%d helpers are out, %d slots held, %d loops not ended", s.helping, s.held, p.loops.Load())
			}
		})
	}
}

// The first helper may have come and called before who sent for it finds that
// no slot is left for a second. A loop that both had queued would stand behind
// itself, and the loops behind it would be lost.
func TestALoopIsQueuedOnceWhoeverCallsFirst(t *testing.T) {
	p := New(1)
	p.processors = 2
	gate := make(chan struct{})
	l := newLoop(p, 10, func(int) { <-gate })
	l.queued.Store(true)
	if err := p.calls.put(l, true); err != nil {
		t.Fatal(err)
	}
	if err := l.begin(); err != nil {
		t.Fatal(err)
	}
	if p.calls.take() != l || l.next != nil || p.calls.take() != nil {
		t.Error("the loop does not stand among the calls just once")
	}
	l.queued.Store(false)
	close(gate)
	l.done.Wait()
	p.Close()
}

// Nor is it queued in vain: a call that nobody needs is taken all the same, by a
// worker that finds nothing to do there.
func TestALoopDoesNotCallForHelpersBeyondThoseThatAreComing(t *testing.T) {
	for _, c := range []struct {
		processors, coming int64
		laden              bool
		calls              bool
	}{
		{2, 0, true, true},
		{2, 1, true, false},
		{3, 1, true, true},
		{3, 2, true, false},
		{2, 0, false, false},
	} {
		p := New(1)
		p.processors = c.processors
		l := newLoop(p, 10, func(int) {})
		p.slots.held = 1 // nobody comes
		l.helpers.Store(1)
		l.coming.Store(c.coming)
		if !c.laden {
			l.laden.Store(0)
		}
		if l.call(); l.queued.Load() != c.calls || p.calls.take() != nil != c.calls {
			t.Errorf("%+v: called: %v", c, l.queued.Load())
		}
		p.slots.held = 0
		p.Close()
	}
}

// An invitation that finds no slot, or that loses it, may be what another helper
// relied on instead of calling.
func TestALoopIsQueuedWhenAnInvitedHelperDoesNotCome(t *testing.T) {
	p := New(1)
	p.processors = 1
	l := newLoop(p, 10, func(int) {})
	p.slots.held = 1
	l.helpers.Store(2) // a crowd, for which workers are invited
	l.call()
	if l.coming.Load() != 0 || p.calls.take() != l {
		t.Errorf("without a slot for a helper, the loop does not wait for one; %d are coming", l.coming.Load())
	}
	l.queued.Store(false)
	l.coming.Store(1)
	p.force(invitation{l})
	if l.coming.Load() != 0 || p.calls.take() != l {
		t.Errorf("when a helper's slot is needed, the loop does not wait for another; %d are coming", l.coming.Load())
	}
	p.slots.held = 0
	p.Close()
}

func TestAHelperIsCountedForAsLongAsItHelps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(1)
		gate := make(chan struct{})
		go p.Each(context.Background(), 2, func(int) { <-gate })
		synctest.Wait()
		if n := p.slots.helping; n != 1 {
			t.Errorf("%d helpers are out, want 1", n)
		}
		close(gate)
		synctest.Wait()
		if n := p.slots.helping; n != 0 {
			t.Errorf("%d helpers are out after the loop", n)
		}
		p.Close()
	})
}

// A loop that sends for its helpers may be about to queue itself when all of them
// have already left.
func TestCloseWaitsForALoopThatNobodyHelps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(1)
		p.loops.Add(1)
		closed := false
		go func() {
			p.Close()
			closed = true
		}()
		synctest.Wait()
		if closed {
			t.Fatal("Close returned before the loop had ended")
		}
		p.ended()
		synctest.Wait()
		if !closed {
			t.Error("Close does not learn that the loop has ended")
		}
	})
}

// The submitter has handed its task over, has not sent a worker yet, and will not
// any more.
func TestCancelReachesATaskThatCloseWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(1)
		p.lane().put(plain(func() { t.Error("the task runs after Cancel") })) // and wake nobody
		closed := false
		go func() {
			p.Close()
			closed = true
		}()
		synctest.Wait()
		p.Cancel()
		synctest.Wait()
		if !closed || p.Cancelled() != 1 {
			t.Errorf("closed %v, %d tasks cancelled", closed, p.Cancelled())
		}
	})
}
