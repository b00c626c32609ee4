//go:build go1.25

package pattern_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/poolbench/poolbench/strategies/pattern"
	"github.com/poolbench/poolbench/strategies/remote"
)

func TestResultWaitsForTheTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var pool spawning
		gate := make(chan struct{})
		f := pattern.Submit(&pool, func() (string, error) {
			<-gate
			return "done", nil
		})
		var returned atomic.Int32
		var waiting sync.WaitGroup
		for range 3 {
			waiting.Go(func() {
				if got, err := f.Result(); got != "done" || err != nil {
					t.Errorf("Result() = %q, %v", got, err)
				}
				returned.Add(1)
			})
		}
		synctest.Wait()
		if n := returned.Load(); n != 0 {
			t.Errorf("%d of 3 have a result of a task that still runs", n)
		}
		close(gate)
		waiting.Wait()
	})
}

func TestResultGivesValueAndErrorAsTheTaskReturnedThem(t *testing.T) {
	broken := errors.New("broken")
	f := pattern.Submit(inline{}, func() (int, error) { return 7, broken })
	for range 2 {
		if got, err := f.Result(); got != 7 || err != broken {
			t.Errorf("Result() = %v, %v; want 7, broken", got, err)
		}
	}
}

func TestARefusedTaskNeverRunsAndItsFutureHoldsTheRefusal(t *testing.T) {
	ran := false
	f := pattern.Submit(&refusing{Pool: inline{}}, func() (int, error) {
		ran = true
		return 7, nil
	})
	if got, err := f.Result(); got != 0 || err != errRefused {
		t.Errorf("Result() = %v, %v; want 0 and the refusal", got, err)
	}
	called := false
	f.OnDone(func(*pattern.Future[int]) { called = true })
	if ran || !called {
		t.Errorf("ran: %v, callback called: %v; want only the callback", ran, called)
	}
}

// endings are the ways in which a task can end without a result.
var endings = map[string]func(){
	"panic":          func() { panic("boom") },
	"panic(nil)":     func() { panic(nil) },
	"runtime.Goexit": runtime.Goexit,
}

func TestATaskThatDoesNotReturnLeavesErrAborted(t *testing.T) {
	for name, end := range endings {
		t.Run(name, func(t *testing.T) {
			var pool spawning
			told := make(chan error, 1)
			gate := make(chan struct{})
			f := pattern.Submit(&pool, func() (int, error) {
				<-gate
				end()
				return 7, nil
			})
			f.OnDone(func(f *pattern.Future[int]) {
				_, err := f.Result()
				told <- err
			})
			close(gate)
			if got, err := f.Result(); got != 0 || err != pattern.ErrAborted {
				t.Errorf("Result() = %v, %v; want 0, ErrAborted", got, err)
			}
			if err := <-told; err != pattern.ErrAborted {
				t.Errorf("the callback was told %v, want ErrAborted", err)
			}
			if err := pool.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAPanicGoesOnToThePool(t *testing.T) {
	defer func() {
		if got := recover(); got != "boom" {
			t.Errorf("the pool saw %v, want the task's panic", got)
		}
	}()
	pattern.Submit(inline{}, func() (int, error) { panic("boom") })
}

func TestOnDoneCallsInOrderBeforeThePoolHasItsGoroutineBack(t *testing.T) {
	var pool postponing
	f := pattern.Submit(&pool, func() (int, error) { return 7, nil })
	var calls []string
	for i := range 3 {
		f.OnDone(func(same *pattern.Future[int]) {
			got, err := same.Result()
			calls = append(calls, fmt.Sprint(i, same == f, got, err))
		})
	}
	if calls != nil {
		t.Fatalf("%q called before the task ran", calls)
	}
	// This pool runs tasks in Close, so whatever follows them in another
	// goroutine would be missing here, or a data race.
	if err := pool.Close(); err != nil {
		t.Fatal(err)
	}
	if want := []string{"0 true 7 <nil>", "1 true 7 <nil>", "2 true 7 <nil>"}; !slices.Equal(calls, want) {
		t.Errorf("got %q, want %q", calls, want)
	}
}

func TestOnDoneAfterTheEndCallsAtOnce(t *testing.T) {
	f := pattern.Submit(inline{}, func() (int, error) { return 7, nil })
	called := 0
	f.OnDone(func(f *pattern.Future[int]) {
		called++
		f.OnDone(func(*pattern.Future[int]) { called++ }) // also from a callback
	})
	if called != 2 {
		t.Errorf("%d of 2 callbacks called by the time OnDone returned", called)
	}
}

func TestOnDoneMayAddACallbackWhileCallbacksRun(t *testing.T) {
	var pool postponing
	f := pattern.Submit(&pool, func() (int, error) { return 7, nil })
	called := false
	f.OnDone(func(f *pattern.Future[int]) {
		f.OnDone(func(*pattern.Future[int]) { called = true })
	})
	if err := pool.Close(); err != nil {
		t.Fatal(err)
	}
	if !called {
		t.Error("a callback that was added by a callback was not called")
	}
}

func TestOnDoneIsCalledOnceHoweverItRacesTheEnd(t *testing.T) {
	const futures, adders = 200, 4
	var pool spawning
	for range futures {
		var calls atomic.Int32
		gate := make(chan struct{})
		f := pattern.Submit(&pool, func() (int, error) {
			<-gate
			return 7, nil
		})
		var adding sync.WaitGroup
		for range adders {
			adding.Go(func() {
				<-gate
				f.OnDone(func(*pattern.Future[int]) { calls.Add(1) })
			})
		}
		close(gate)
		adding.Wait()
		if err := pool.Close(); err != nil {
			t.Fatal(err)
		}
		if got := calls.Load(); got != adders {
			t.Fatalf("%d of %d callbacks called", got, adders)
		}
	}
}

func TestSubmitJobGivesWhatTheOtherProcessAnswered(t *testing.T) {
	broken := errors.New("broken")
	job := remote.Job{Kind: "upper", Args: []byte("line")}
	for _, row := range []struct {
		name   string
		pool   submitting
		result string
		err    error
	}{
		{"a result", func(job remote.Job, done func(remote.Result, error)) error {
			go done([]byte(strings.ToUpper(string(job.Args))), nil)
			return nil
		}, "LINE", nil},
		{"the reason why there is none", func(_ remote.Job, done func(remote.Result, error)) error {
			go done(nil, broken)
			return nil
		}, "", broken},
		{"a refusal", func(remote.Job, func(remote.Result, error)) error {
			return errRefused
		}, "", errRefused},
	} {
		if got, err := pattern.SubmitJob(row.pool, job).Result(); string(got) != row.result || err != row.err {
			t.Errorf("%s: Result() = %q, %v; want %q, %v", row.name, got, err, row.result, row.err)
		}
	}
}

func TestSubmitCostsTwoAllocations(t *testing.T) {
	task := func() (int, error) { return 7, nil }
	got := testing.AllocsPerRun(100, func() {
		if v, err := pattern.Submit(inline{}, task).Result(); v != 7 || err != nil {
			t.Errorf("Result() = %v, %v", v, err)
		}
	})
	if got != 2 {
		t.Errorf("%v allocations, documented are 2", got)
	}
}
