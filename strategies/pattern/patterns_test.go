//go:build go1.25

package pattern_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/pattern"
)

func TestWaitEachRunsOneTaskAtATime(t *testing.T) {
	const n = 50
	var pool spawning // which would run all of them at once
	var running, most atomic.Int32
	var order []int // unguarded: a race if two tasks overlap
	results, err := pattern.WaitEach(n, func(i int) *pattern.Future[int] {
		return pattern.Submit(&pool, func() (int, error) {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			order = append(order, i)
			return i * i, nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := pool.Close(); err != nil {
		t.Fatal(err)
	}
	if most.Load() != 1 || len(order) != n || !slices.IsSorted(order) {
		t.Errorf("%d tasks at once, in the order %v; want one at a time, in order", most.Load(), order)
	}
	for i, got := range results {
		if got != i*i {
			t.Errorf("result %d is %d, want %d", i, got, i*i)
		}
	}
}

func TestWaitEachWaitsBeforeItSubmitsTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var pool spawning
		submitted := 0
		gates := []chan struct{}{make(chan struct{}), make(chan struct{})}
		var waiting sync.WaitGroup
		waiting.Go(func() {
			_, err := pattern.WaitEach(len(gates), func(i int) *pattern.Future[int] {
				submitted++
				return pattern.Submit(&pool, func() (int, error) { <-gates[i]; return i, nil })
			})
			if err != nil {
				t.Error(err)
			}
		})
		for i, gate := range gates {
			synctest.Wait()
			if submitted != i+1 {
				t.Errorf("%d tasks submitted while task %d runs, want %d", submitted, i, i+1)
			}
			close(gate)
		}
		waiting.Wait()
	})
}

func TestCollectSubmitsEverythingClosesAndOnlyThenReads(t *testing.T) {
	// This pool runs nothing before Close: reading a result earlier would hang,
	// which the bubble turns into a failure.
	synctest.Test(t, func(t *testing.T) {
		const n = 20
		var pool postponing
		closed := 0
		results, err := pattern.Collect(n, func(i int) *pattern.Future[int] {
			if closed > 0 {
				t.Errorf("task %d submitted after Close", i)
			}
			return pattern.Submit(&pool, func() (int, error) { return i * i, nil })
		}, func() error {
			closed++
			if len(pool.accepted) != n {
				t.Errorf("closed after %d of %d tasks", len(pool.accepted), n)
			}
			return pool.Close()
		})
		if err != nil || closed != 1 {
			t.Errorf("error %v, closed %d times; want none, once", err, closed)
		}
		for i, got := range results {
			if got != i*i {
				t.Errorf("result %d is %d, want %d", i, got, i*i)
			}
		}
	})
}

func TestCollectReportsThatClosingFailed(t *testing.T) {
	broken, unclosed := errors.New("broken"), errors.New("unclosed")
	results, err := pattern.Collect(2, func(i int) *pattern.Future[int] {
		return pattern.Submit(inline{}, func() (int, error) {
			if i == 0 {
				return 0, broken
			}
			return 7, nil
		})
	}, func() error { return unclosed })
	if !errors.Is(err, broken) || !errors.Is(err, unclosed) || !slices.Equal(results, []int{0, 7}) {
		t.Errorf("got %v, %v; want the results and both errors", results, err)
	}
}

func TestPatternsOfNoTasksReturnNothing(t *testing.T) {
	none := func(i int) *pattern.Future[int] {
		t.Errorf("task %d submitted", i)
		return nil
	}
	if got, err := pattern.WaitEach(0, none); len(got) != 0 || err != nil {
		t.Errorf("WaitEach: %v, %v", got, err)
	}
	if got, err := pattern.Collect(0, none, inline{}.Close); len(got) != 0 || err != nil {
		t.Errorf("Collect: %v, %v", got, err)
	}
	if err := pattern.Callback(inline{}); err != nil {
		t.Errorf("Callback: %v", err)
	}
}

// An outcome is what becomes of one task.
type outcome int

const (
	succeeds outcome = iota
	fails
	panics
)

func TestPatternsKeepTheOrderAndJoinEveryError(t *testing.T) {
	const most = 5
	try := func(tasks []outcome, accepted int) {
		failures := make([]error, len(tasks))
		wantResults := make([]int, len(tasks))
		var wantErrs []error
		for i, outcome := range tasks {
			failures[i] = fmt.Errorf("failure %d", i)
			switch {
			case i >= accepted:
				wantErrs = append(wantErrs, errRefused)
			case outcome == succeeds:
				wantResults[i] = i + 1
			case outcome == fails:
				wantResults[i] = -i
				wantErrs = append(wantErrs, failures[i])
			case outcome == panics:
				wantErrs = append(wantErrs, pattern.ErrAborted)
			}
		}
		check := func(pattern string, results []int, err error) {
			if !slices.Equal(results, wantResults) {
				t.Errorf("%s of %v with %d accepted: results %v, want %v", pattern, tasks, accepted, results, wantResults)
			}
			if want := errors.Join(wantErrs...); fmt.Sprint(err) != fmt.Sprint(want) {
				t.Errorf("%s of %v with %d accepted: error\n%v\nwant\n%v", pattern, tasks, accepted, err, want)
			}
			for _, want := range wantErrs {
				if !errors.Is(err, want) {
					t.Errorf("%s of %v with %d accepted: the error does not wrap %v", pattern, tasks, accepted, want)
				}
			}
		}
		submit := func(pool strategies.Pool) func(i int) *pattern.Future[int] {
			return func(i int) *pattern.Future[int] {
				return pattern.Submit(pool, func() (int, error) {
					switch tasks[i] {
					case fails:
						return -i, failures[i]
					case panics:
						panic("boom")
					}
					return i + 1, nil
				})
			}
		}

		pool := &refusing{Pool: new(spawning), accepts: accepted}
		results, err := pattern.WaitEach(len(tasks), submit(pool))
		check("WaitEach", results, err)
		if err := pool.Close(); err != nil {
			t.Error(err)
		}

		pool = &refusing{Pool: new(spawning), accepts: accepted}
		results, err = pattern.Collect(len(tasks), submit(pool), pool.Close)
		check("Collect", results, err)
	}
	var all func(tasks []outcome)
	all = func(tasks []outcome) {
		for accepted := range len(tasks) + 2 {
			try(tasks, accepted)
		}
		for o := succeeds; o <= panics && len(tasks) < most; o++ {
			all(append(tasks, o))
		}
	}
	all(nil)
}

func TestCallbackHandsEachResultToItsOwnCallbackOnce(t *testing.T) {
	const n = 100
	broken := errors.New("broken")
	var calls [n]atomic.Int32
	var bound []func()
	for i := range n {
		bound = append(bound, pattern.Bind(
			func() (int, error) { return i * i, broken },
			func(got int, err error) {
				calls[i].Add(1)
				if got != i*i || err != broken {
					t.Errorf("callback %d got %d, %v", i, got, err)
				}
			}))
	}
	var pool spawning
	for round := range 2 { // funcs can be submitted again
		if err := pattern.Callback(&pool, bound...); err != nil {
			t.Fatal(err)
		}
		if err := pool.Close(); err != nil {
			t.Fatal(err)
		}
		for i := range calls {
			if got := calls[i].Load(); int(got) != round+1 {
				t.Errorf("callback %d called %d times in %d rounds", i, got, round+1)
			}
		}
	}
}

func TestCallbackDoesNotWaitForResults(t *testing.T) {
	var pool postponing
	ran := false
	err := pattern.Callback(&pool, pattern.Bind(func() (int, error) { ran = true; return 7, nil }, func(int, error) {}))
	if err != nil || ran {
		t.Errorf("error %v, ran: %v; want to be back before the task ran", err, ran)
	}
	if err := pool.Close(); err != nil || !ran {
		t.Errorf("error %v, ran: %v; want the task run by Close", err, ran)
	}
}

func TestCallbackStopsAtTheFirstRefusal(t *testing.T) {
	pool := &refusing{Pool: inline{}, accepts: 2}
	var ran []int
	var bound []func()
	for i := range 5 {
		bound = append(bound, func() {
			ran = append(ran, i)
			if i == 1 {
				pool.accepts = 0
			}
		})
	}
	if err := pattern.Callback(pool, bound...); err != errRefused || !slices.Equal(ran, []int{0, 1}) {
		t.Errorf("error %v after tasks %v; want the refusal after 0 and 1", err, ran)
	}
}

func TestBindTellsItsCallbackThatTheTaskDidNotReturn(t *testing.T) {
	for name, end := range endings {
		t.Run(name, func(t *testing.T) {
			var pool spawning
			told := make(chan error, 2)
			err := pattern.Callback(&pool, pattern.Bind(
				func() (int, error) { end(); return 7, nil },
				func(got int, err error) {
					if got != 0 {
						t.Errorf("the callback got %d with its error", got)
					}
					told <- err
				}))
			if err != nil {
				t.Fatal(err)
			}
			if err := pool.Close(); err != nil {
				t.Fatal(err)
			}
			close(told)
			var all []error
			for err := range told {
				all = append(all, err)
			}
			if !slices.Equal(all, []error{pattern.ErrAborted}) {
				t.Errorf("the callback was told %v, want ErrAborted once", all)
			}
		})
	}
}

func TestCallbackAllocatesNothingAndBindOnce(t *testing.T) {
	task := func() (int, error) { return 7, nil }
	sum := 0
	done := func(v int, _ error) { sum += v }
	bound := []func(){pattern.Bind(task, done), pattern.Bind(task, done)}
	if got := testing.AllocsPerRun(100, func() {
		if err := pattern.Callback(inline{}, bound...); err != nil {
			t.Error(err)
		}
	}); got != 0 {
		t.Errorf("Callback: %v allocations, documented are none", got)
	}
	if sum == 0 {
		t.Error("the callbacks were not called")
	}
	if got := testing.AllocsPerRun(100, func() { bound[0] = pattern.Bind(task, done) }); got != 1 {
		t.Errorf("Bind: %v allocations, documented is 1", got)
	}
}

func TestCollectTellsWhichTasksACancelledPoolGaveUp(t *testing.T) {
	p := new(cancelled)
	results, err := pattern.Collect(3, func(i int) *pattern.Future[int] {
		return pattern.Submit(p, func() (int, error) { return i + 1, nil })
	}, p.Close)
	if !slices.Equal(results, []int{1, 0, 0}) {
		t.Errorf("results are %v, want that of the first task only", results)
	}
	if !errors.Is(err, pattern.ErrNotRun) || strings.Count(err.Error(), pattern.ErrNotRun.Error()) != 2 {
		t.Errorf("got %v, want ErrNotRun twice", err)
	}
}

// cancelled accepts every task and gives up all but the first.
type cancelled struct{ accepted int }

func (p *cancelled) Go(task func()) error {
	if p.accepted++; p.accepted == 1 {
		task()
	}
	return nil
}

func (p *cancelled) Close() error { return nil }
