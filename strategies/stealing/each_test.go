//go:build go1.25

package stealing_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/poolbench/poolbench/strategies/stealing"
)

func TestEachRunsEveryIndexOnceWithinTheLimit(t *testing.T) {
	for _, limit := range []int{1, 2, 5, 64} {
		p := stealing.New(limit)
		for _, n := range []int{-1, 0, 1, 2, 3, 10, 1000, 30000} {
			runs := make([]atomic.Int32, max(0, n))
			var m meter
			finishes(t, func() {
				if err := p.Each(t.Context(), n, func(i int) {
					m.enter()
					runs[i].Add(1)
					m.leave()
				}); err != nil {
					t.Errorf("limit %d, %d indexes: %v", limit, n, err)
				}
			})
			for i := range runs {
				if runs[i].Load() != 1 {
					t.Fatalf("limit %d, %d indexes: index %d ran %d times", limit, n, i, runs[i].Load())
				}
			}
			if m.running.Load() != 0 || m.peak.Load() > int64(limit) {
				t.Errorf("limit %d, %d indexes: %d still run, %d ran at once", limit, n, m.running.Load(), m.peak.Load())
			}
		}
		p.Close()
	}
}

func TestEachIndexThatWaitsHasAPlaceOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 500
		p := stealing.New(n)
		start := time.Now()
		p.Each(t.Context(), n, func(int) { time.Sleep(time.Second) })
		if took := time.Since(start); took != time.Second {
			t.Errorf("%d sleeps of a second took %v", n, took)
		}
		p.Close()
	})
}

func TestIndexesThatWaitForEachOtherAllRun(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 64} {
		p := stealing.New(limit)
		for _, first := range []int{0, 1, 500, 2000 - limit} {
			finishes(t, func() {
				var met sync.WaitGroup
				met.Add(limit)
				p.Each(t.Context(), 2000, func(i int) {
					if first <= i && i < first+limit {
						met.Done()
						met.Wait()
					}
				})
			})
		}
		p.Close()
	}
}

func TestEachSharesThePlacesWithTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 3
		p := stealing.New(limit)
		gate := make(chan struct{})
		var m meter
		enter := func() {
			m.enter()
			<-gate
			m.leave()
		}
		p.Go(enter)
		go p.Each(t.Context(), 10, func(int) { enter() })
		synctest.Wait()
		p.Go(enter)
		synctest.Wait()
		if n := m.running.Load(); n != limit {
			t.Errorf("%d run, want %d", n, limit)
		}
		p.Resize(1)
		for range 11 {
			gate <- struct{}{}
			synctest.Wait()
		}
		if n := m.running.Load(); n != 1 {
			t.Errorf("%d run after Resize(1)", n)
		}
		close(gate)
		p.Close()
		if m.ran.Load() != 12 || m.peak.Load() != limit {
			t.Errorf("%d of 12 ran, at most %d at once", m.ran.Load(), m.peak.Load())
		}
	})
}

func TestEachStopsWhenItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stealing.New(2)
		ctx, cancel := context.WithCancelCause(t.Context())
		var started atomic.Int64
		gate := make(chan struct{})
		done := make(chan error, 1)
		go func() {
			done <- p.Each(ctx, 1000, func(int) {
				started.Add(1)
				<-gate
			})
		}()
		synctest.Wait()
		cancel(io.ErrNoProgress)
		synctest.Wait()
		select {
		case err := <-done:
			t.Errorf("Each returned %v while an index ran", err)
		default:
		}
		close(gate)
		if err := <-done; err != io.ErrNoProgress {
			t.Errorf("Each: %v, want the cause", err)
		}
		if started.Load() != 2 {
			t.Errorf("%d indexes started", started.Load())
		}
		if err := p.Each(ctx, 10, func(int) { t.Error("an index started") }); err != io.ErrNoProgress {
			t.Errorf("Each with a context that has ended: %v", err)
		}
		p.Close()
	})
}

// What waits behind tasks that take long need not wait for its turn to be told.
func TestEachIsToldWhileItWaitsForAPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stealing.New(1)
		gate := make(chan struct{})
		p.Go(func() { <-gate })
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.Each(ctx, 10, func(int) { t.Error("an index started") }) }()
		synctest.Wait()
		cancel()
		synctest.Wait()
		select {
		case err := <-done:
			if err != context.Canceled {
				t.Errorf("Each: %v", err)
			}
		default:
			t.Error("Each still waits")
		}
		close(gate)
		p.Close()
	})
}

// A context that ends too late to stop anything is no error.
func TestEachThatHasRunEverythingSucceeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stealing.New(2)
		defer p.Close()
		ctx, cancel := context.WithCancel(t.Context())
		if err := p.Each(ctx, 1, func(int) {
			cancel()
			synctest.Wait()
		}); err != nil {
			t.Errorf("Each: %v", err)
		}
	})
}

func TestCancelStopsEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stealing.New(2)
		var started atomic.Int64
		gate := make(chan struct{})
		done := make(chan error, 1)
		go func() {
			done <- p.Each(t.Context(), 1000, func(int) {
				started.Add(1)
				<-gate
			})
		}()
		synctest.Wait()
		p.Cancel()
		close(gate)
		if err := <-done; err != stealing.ErrCancelled {
			t.Errorf("Each: %v, want ErrCancelled", err)
		}
		if started.Load() != 2 {
			t.Errorf("%d indexes started", started.Load())
		}
		p.Close()
	})
}

func TestEachRaisesThePanicOfItsBody(t *testing.T) {
	for _, limit := range []int{1, 4} {
		p := stealing.New(limit)
		var started atomic.Int64
		got := raised(t, func() {
			p.Each(t.Context(), 100_000, func(i int) {
				if started.Add(1) == 10 {
					explode("the tenth")
				}
			})
		})
		if got.Value != "the tenth" {
			t.Errorf("raised %v", got.Value)
		}
		if n := started.Load(); limit == 1 && n != 10 {
			t.Errorf("%d indexes started", n)
		}
		if err := p.Each(t.Context(), 10, func(int) {}); err != nil {
			t.Errorf("Each afterwards: %v", err)
		}
		if err := p.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
}

func TestEachReportsGoexitAndLosesNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 2
		p := stealing.New(limit)
		if err := p.Each(t.Context(), 10, func(i int) {
			if i == 0 {
				runtime.Goexit()
			}
		}); err != stealing.ErrGoexit {
			t.Errorf("Each: %v, want ErrGoexit", err)
		}
		var m meter
		gate := make(chan struct{})
		for range limit {
			p.Go(func() { m.enter(); <-gate; m.leave() })
		}
		synctest.Wait()
		if m.running.Load() != limit {
			t.Errorf("%d of %d slots are left", m.running.Load(), limit)
		}
		close(gate)
		p.Close()
	})
}

func TestEachMayBeCalledByTasks(t *testing.T) {
	for _, limit := range []int{1, 2, 4} {
		p := stealing.New(limit, stealing.Queue(1))
		var ran atomic.Int64
		finishes(t, func() {
			p.Each(t.Context(), 10, func(int) {
				p.Each(t.Context(), 10, func(int) {
					p.Each(t.Context(), 10, func(int) { ran.Add(1) })
				})
			})
		})
		if ran.Load() != 1000 {
			t.Errorf("limit %d: %d of 1000 ran", limit, ran.Load())
		}
		p.Close()
	}
}

func TestMapReturnsResultsInOrder(t *testing.T) {
	p := stealing.New(4)
	defer p.Close()
	for _, n := range []int{0, 1, 1000} {
		got, err := stealing.Map(t.Context(), p, n, func(_ context.Context, i int) (int, error) { return 3 * i, nil })
		if err != nil || len(got) != n {
			t.Fatalf("%d results, %v", len(got), err)
		}
		for i := range got {
			if got[i] != 3*i {
				t.Errorf("result %d is %d", i, got[i])
			}
		}
	}
}

func TestTheFirstErrorStopsMap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stealing.New(2)
		defer p.Close()
		var started atomic.Int64
		_, err := stealing.Map(t.Context(), p, 1000, func(ctx context.Context, i int) (int, error) {
			if started.Add(1) == 2 {
				return 0, io.EOF
			}
			<-ctx.Done()
			return 0, errors.New("late")
		})
		if err != io.EOF || started.Load() != 2 {
			t.Errorf("Map: %v after %d starts", err, started.Load())
		}
	})
}

func TestABodyThatDoesNotReturnEndsTheContextOfMap(t *testing.T) {
	for name, end := range map[string]func(){
		"a panic": func() { panic("broken") },
		"Goexit":  func() { runtime.Goexit() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := stealing.New(2)
				var raised any
				var err error
				func() {
					defer func() { raised = recover() }()
					_, err = stealing.Map(t.Context(), p, 2, func(ctx context.Context, i int) (int, error) {
						if i == 0 {
							end()
						}
						<-ctx.Done() // whom only the other index can end
						return 0, nil
					})
				}()
				if raised == nil && !errors.Is(err, stealing.ErrGoexit) {
					t.Errorf("Map returns %v and raises %v", err, raised)
				}
				p.Close()
			})
		})
	}
}
