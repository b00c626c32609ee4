//go:build go1.25

package stealing_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/poolbench/poolbench/strategies/stealing"
)

func TestAGroupReturnsResultsInTheOrderOfItsTasks(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 9, 1000} {
		p := stealing.New(4, stealing.Queue(10))
		g := stealing.NewGroup[int](t.Context(), p, stealing.FirstError)
		var want []int
		for i := range n {
			g.Go(func(context.Context) (int, error) { return i * i, nil })
			want = append(want, i*i)
		}
		got, err := g.Wait()
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%d tasks: %v, %v", n, got, err)
		}
		p.Close()
	}
}

func TestTheFirstErrorStopsAGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stealing.New(2)
		g := stealing.NewGroup[int](t.Context(), p, stealing.FirstError)
		gate := make(chan struct{})
		var started, saw atomic.Int64
		g.Go(func(ctx context.Context) (int, error) {
			<-ctx.Done()
			saw.Add(1)
			return 5, io.ErrNoProgress
		})
		g.Go(func(context.Context) (int, error) { <-gate; return 6, io.EOF })
		synctest.Wait() // both run
		for range 100 {
			g.Go(func(context.Context) (int, error) { started.Add(1); return 7, nil })
		}
		synctest.Wait()
		close(gate)
		results, err := g.Wait()
		if err != io.EOF {
			t.Errorf("Wait: %v, want the first error", err)
		}
		if started.Load() != 0 || saw.Load() != 1 {
			t.Errorf("%d tasks started after the error; the running task saw the end of its context %d times", started.Load(), saw.Load())
		}
		if len(results) != 102 || results[0] != 5 || results[1] != 6 || results[2] != 0 {
			t.Errorf("results %v", results)
		}
		if n := p.Cancelled(); n != 0 {
			t.Errorf("%d tasks cancelled in a pool that was not", n)
		}
		p.Close()
	})
}

func TestAllErrorsAreJoinedInTheOrderOfTheTasks(t *testing.T) {
	p := stealing.New(4)
	defer p.Close()
	g := stealing.NewGroup[int](t.Context(), p, stealing.AllErrors)
	for i := range 6 {
		g.Go(func(context.Context) (int, error) {
			if i%2 == 1 {
				return 0, fmt.Errorf("error %d", i)
			}
			return i, nil
		})
	}
	g.Go(func(context.Context) (int, error) { runtime.Goexit(); return 1, nil })
	results, err := g.Wait()
	if want := "error 1\nerror 3\nerror 5\n" + stealing.ErrGoexit.Error(); err == nil || err.Error() != want {
		t.Errorf("Wait: %v, want %s", err, want)
	}
	if want := []int{0, 0, 2, 0, 4, 0, 0}; !slices.Equal(results, want) {
		t.Errorf("results %v, want %v", results, want)
	}
}

// The queue of the pool may be long and its tasks may be slow: a group whose
// context has ended does not wait for its turn.
func TestAGroupWhoseContextEndsIsDoneAtOnce(t *testing.T) {
	for _, errs := range []stealing.Errors{stealing.FirstError, stealing.AllErrors} {
		synctest.Test(t, func(t *testing.T) {
			p := stealing.New(1, stealing.Queue(5))
			gate := make(chan struct{})
			p.Go(func() { <-gate })
			ctx, cancel := context.WithCancelCause(t.Context())
			g := stealing.NewGroup[int](ctx, p, errs)
			done := make(chan error, 1)
			go func() {
				for range 10 { // and the last ones wait for room
					g.Go(func(context.Context) (int, error) { t.Error("a task started"); return 1, nil })
				}
				_, err := g.Wait()
				done <- err
			}()
			synctest.Wait()
			cancel(io.ErrUnexpectedEOF)
			synctest.Wait()
			select {
			case err := <-done:
				if !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("Wait: %v, want the cause", err)
				}
			default:
				t.Error("Wait still waits")
			}
			close(gate)
			p.Close()
		})
	}
}

func TestAGroupRaisesAPanicInItsWaiterAndNotInClose(t *testing.T) {
	for _, errs := range []stealing.Errors{stealing.FirstError, stealing.AllErrors} {
		p := stealing.New(1)
		g := stealing.NewGroup[int](t.Context(), p, errs)
		g.Go(func(context.Context) (int, error) { explode(io.EOF); return 0, nil })
		for range 10 {
			g.Go(func(ctx context.Context) (int, error) { return 1, nil })
		}
		if got := raised(t, func() { g.Wait() }); got.Value != io.EOF {
			t.Errorf("Wait raised %v", got.Value)
		}
		if err := p.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
}

func TestAClosedPoolRefusesAGroup(t *testing.T) {
	p := stealing.New(1)
	p.Close()
	g := stealing.NewGroup[int](t.Context(), p, stealing.FirstError)
	g.Go(one)
	if _, err := g.Wait(); err != stealing.ErrClosed {
		t.Errorf("Wait: %v, want ErrClosed", err)
	}
}

func TestGroupsMayNestAtLimitOne(t *testing.T) {
	p := stealing.New(1, stealing.Queue(1))
	defer p.Close()
	var sum func(ctx context.Context, depth int) (int, error)
	sum = func(ctx context.Context, depth int) (int, error) {
		if depth == 0 {
			return 1, nil
		}
		g := stealing.NewGroup[int](ctx, p, stealing.FirstError)
		for range 3 {
			g.Go(func(ctx context.Context) (int, error) { return sum(ctx, depth-1) })
		}
		total := 0
		results, err := g.Wait()
		for _, r := range results {
			total += r
		}
		return total, err
	}
	finishes(t, func() {
		if got, err := sum(t.Context(), 6); got != 729 || err != nil {
			t.Errorf("%d, %v", got, err)
		}
	})
}
