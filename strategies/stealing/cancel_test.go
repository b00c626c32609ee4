//go:build go1.25

package stealing_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/poolbench/poolbench/strategies/stealing"
)

func TestCancelKeepsQueuedTasksFromStarting(t *testing.T) {
	for _, short := range []int{0, 500} { // with and without batches
		synctest.Test(t, func(t *testing.T) {
			const queued = 700
			p := stealing.New(2)
			for range short {
				p.Go(func() {})
			}
			synctest.Wait()
			gate := make(chan struct{})
			var started atomic.Int64
			for range queued {
				p.Go(func() {
					started.Add(1)
					<-gate
				})
			}
			synctest.Wait()
			p.Cancel()
			p.Cancel()
			synctest.Wait()
			if got := p.Cancelled(); got != queued-2 {
				t.Errorf("%d tasks cancelled while 2 of %d run", got, queued)
			}
			if err := p.Go(func() {}); err != stealing.ErrCancelled {
				t.Errorf("Go: %v, want ErrCancelled", err)
			}
			if err := p.TryGo(func() {}); err != stealing.ErrCancelled {
				t.Errorf("TryGo: %v, want ErrCancelled", err)
			}
			close(gate)
			p.Close()
			if started.Load() != 2 {
				t.Errorf("%d tasks started", started.Load())
			}
		})
	}
}

func TestCancelFreesSubmittersThatWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stealing.New(1, stealing.Queue(1))
		gate := make(chan struct{})
		p.Go(func() { <-gate })
		synctest.Wait()
		p.Go(func() {})
		refused := make(chan error, 1)
		go func() { refused <- p.Go(func() {}) }()
		synctest.Wait()
		p.Cancel()
		synctest.Wait()
		select {
		case err := <-refused:
			if err != stealing.ErrCancelled {
				t.Errorf("Go: %v, want ErrCancelled", err)
			}
		default:
			t.Error("the submitter still waits")
		}
		close(gate)
		p.Close()
	})
}

// Whoever waits for a task that will not run is told at once, even though the
// tasks that run go on.
func TestCancelTellsWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stealing.New(1)
		gate := make(chan struct{})
		p.Go(func() { <-gate })
		synctest.Wait()

		told := make(chan error, 4)
		f := stealing.Submit(p, func() (int, error) { return 1, nil })
		f.OnDone(func(_ int, err error) { told <- err })
		go func() {
			_, err := f.Result()
			told <- err
		}()
		g := stealing.NewGroup[int](t.Context(), p, stealing.FirstError)
		g.Go(one)
		go func() {
			_, err := g.Wait()
			told <- err
		}()
		go func() { told <- p.Each(t.Context(), 10, func(int) {}) }()
		synctest.Wait()
		p.Cancel()
		synctest.Wait()
		for range cap(told) {
			select {
			case err := <-told:
				if err != stealing.ErrCancelled {
					t.Errorf("told %v, want ErrCancelled", err)
				}
			default:
				t.Error("somebody was not told")
			}
		}
		if got := p.Cancelled(); got != 2 { // a loop is no accepted task
			t.Errorf("%d tasks cancelled, want 2", got)
		}
		close(gate)
		p.Close()
	})
}

func TestACallbackThatPanicsOnCancelDoesNotStopTheRest(t *testing.T) {
	p := stealing.New(1)
	gate := make(chan struct{})
	p.Go(func() { <-gate })
	var told atomic.Int64
	for range 10 {
		stealing.Submit(p, func() (int, error) { return 1, nil }).OnDone(func(int, error) {
			told.Add(1)
			explode("in a callback")
		})
	}
	p.Cancel()
	close(gate)
	got := raised(t, func() { p.Close() })
	if told.Load() != 10 || got.More != 9 {
		t.Errorf("%d of 10 callbacks called, %d panics beside the first", told.Load(), got.More)
	}
}

func TestCancellingWhileSubmittingLosesNothing(t *testing.T) {
	for range 200 {
		p := stealing.New(3, stealing.Queue(100))
		var accepted, ran atomic.Int64
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for range 100 {
					if p.Go(func() { ran.Add(1) }) == nil {
						accepted.Add(1)
					}
				}
			})
		}
		p.Cancel()
		finishes(t, func() {
			all.Wait()
			p.Close()
		})
		if lost := int64(p.Cancelled()); accepted.Load() != ran.Load()+lost {
			t.Fatalf("%d accepted, %d run, %d cancelled", accepted.Load(), ran.Load(), lost)
		}
	}
}

func TestCancellingAClosedPoolDoesNothing(t *testing.T) {
	p := stealing.New(1)
	p.Go(func() {})
	p.Close()
	p.Cancel()
	if n := p.Cancelled(); n != 0 {
		t.Errorf("%d tasks cancelled", n)
	}
}
