//go:build go1.25

package stealing_test

import (
	"errors"
	"io"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/poolbench/poolbench/strategies/stealing"
)

func TestAFutureGivesWhatItsTaskReturned(t *testing.T) {
	p := stealing.New(2)
	defer p.Close()
	f := stealing.Submit(p, func() (string, error) { return "value", io.EOF })
	for range 2 {
		if v, err := f.Result(); v != "value" || err != io.EOF {
			t.Errorf("Result: %q, %v", v, err)
		}
	}
}

func TestAFutureTellsWhyItHasNoResult(t *testing.T) {
	p := stealing.New(1)
	exited := stealing.Submit(p, func() (int, error) { runtime.Goexit(); return 1, nil })
	if v, err := exited.Result(); v != 0 || err != stealing.ErrGoexit {
		t.Errorf("after Goexit: %d, %v", v, err)
	}
	panicked := stealing.Submit(p, func() (int, error) { explode(io.ErrClosedPipe); return 1, nil })
	for range 2 {
		if got := raised(t, func() { panicked.Result() }); got.Value != io.ErrClosedPipe {
			t.Errorf("Result raised %v", got.Value)
		}
	}
	if err := p.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	refused := stealing.Submit(p, func() (int, error) { return 1, nil })
	if v, err := refused.Result(); v != 0 || err != stealing.ErrClosed {
		t.Errorf("after Close: %d, %v", v, err)
	}
}

func TestCallbacksGetTheResultInTheOrderInWhichTheyWereAdded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stealing.New(1)
		gate := make(chan struct{})
		var order []int
		f := stealing.Submit(p, func() (int, error) { <-gate; return 7, nil })
		for i := range 3 {
			f.OnDone(func(v int, err error) {
				if v != 7 || err != nil {
					t.Errorf("callback %d: %d, %v", i, v, err)
				}
				order = append(order, i)
			})
		}
		close(gate)
		synctest.Wait()
		f.OnDone(func(int, error) { order = append(order, 3) }) // at once
		if want := []int{0, 1, 2, 3}; !slices.Equal(order, want) {
			t.Errorf("callbacks %v, want %v", order, want)
		}
		p.Close()
	})
}

func TestACallbackGetsAPanicAsAnError(t *testing.T) {
	p := stealing.New(1)
	told := make(chan error, 1)
	stealing.Submit(p, func() (int, error) { explode(io.EOF); return 0, nil }).
		OnDone(func(_ int, err error) { told <- err })
	var got *stealing.Panic
	if err := <-told; !errors.As(err, &got) || got.Value != io.EOF {
		t.Errorf("told %v", err)
	}
	if err := p.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestACallbackThatPanicsKeepsNoOtherFromBeingCalled(t *testing.T) {
	p := stealing.New(1)
	gate := make(chan struct{})
	f := stealing.Submit(p, func() (int, error) { <-gate; return 0, nil })
	called := make(chan struct{}, 1)
	f.OnDone(func(int, error) { explode("in a callback") })
	f.OnDone(func(int, error) { called <- struct{}{} })
	close(gate)
	finishes(t, func() { <-called })
	if got := raised(t, func() { p.Close() }); got.Value != "in a callback" {
		t.Errorf("Close raised %v", got.Value)
	}
}

// fib waits in a task for tasks of the same pool, all the way down.
func fib(t *testing.T, p *stealing.Pool, n int) int {
	if n < 2 {
		return n
	}
	f := stealing.Submit(p, func() (int, error) { return fib(t, p, n-1), nil })
	b := fib(t, p, n-2)
	a, err := f.Result()
	if err != nil {
		t.Error(err)
	}
	return a + b
}

func TestATaskThatWaitsForAFutureLendsItsPlace(t *testing.T) {
	for _, limit := range []int{1, 2, 4} {
		p := stealing.New(limit, stealing.Queue(2))
		finishes(t, func() {
			got, err := stealing.Submit(p, func() (int, error) { return fib(t, p, 15), nil }).Result()
			if got != 610 || err != nil {
				t.Errorf("limit %d: %d, %v", limit, got, err)
			}
		})
		p.Close()
	}
}

// The lender gets its slot back before it goes on, so that the limit holds.
func TestALenderWaitsForItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 2
		p := stealing.New(limit)
		gate, child := make(chan struct{}), make(chan struct{})
		var m meter
		work := func() {
			m.enter()
			<-gate
			m.leave()
		}
		p.Go(func() {
			m.enter()
			f := stealing.Submit(p, func() (int, error) { <-child; return 0, nil })
			m.running.Add(-1)
			f.Result()
			m.enter()
			<-gate
			m.leave()
		})
		synctest.Wait()
		for range 5 {
			p.Go(work)
		}
		synctest.Wait()
		if n := m.running.Load(); n != limit-1 { // and the child
			t.Errorf("%d tasks run beside the child, want %d", n, limit-1)
		}
		close(child)
		for range 6 {
			synctest.Wait()
			if n := m.running.Load(); n > limit {
				t.Errorf("%d tasks run", n)
			}
			gate <- struct{}{}
		}
		synctest.Wait()
		if n := m.ran.Load(); n != 6 {
			t.Errorf("%d of 6 tasks ran", n)
		}
		p.Close()
	})
}

// It does not wait for the whole queue to be run first.
func TestALenderComesBeforeTasksThatHaveNotStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stealing.New(1)
		var before, ran atomic.Int64
		gate := make(chan struct{})
		p.Go(func() {
			f := stealing.Submit(p, func() (int, error) { <-gate; return 0, nil })
			f.Result()
			before.Store(ran.Load())
		})
		synctest.Wait()
		const tasks = 500
		for range tasks {
			p.Go(func() {
				time.Sleep(10 * time.Microsecond)
				ran.Add(1)
			})
		}
		close(gate)
		p.Close()
		if before.Load() > 1 || ran.Load() != tasks {
			t.Errorf("%d of %d tasks ran before the lender went on", before.Load(), ran.Load())
		}
	})
}

func TestAFutureOfNoTaskHoldsAnError(t *testing.T) {
	p := stealing.New(1)
	defer p.Close()
	if _, err := stealing.Submit[int](p, nil).Result(); err == nil {
		t.Error("a nil task has a result")
	}
}
