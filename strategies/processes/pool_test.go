//go:build go1.25

package processes

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/poolbench/poolbench/strategies/pattern"
	"github.com/poolbench/poolbench/strategies/remote"
)

func TestAJobComesBackAsWhatItMadeOfItsArguments(t *testing.T) {
	p := open(t, 2)
	for _, size := range []int{0, 1, 4096, firstRead - 1, firstRead, firstRead + 1, 3 << 20} {
		args := bytes.Repeat([]byte{'a', 0, 0xff}, size/3+1)[:size]
		result, err := do(t, p, remote.Job{Kind: "echo", Args: args})
		if err != nil || !bytes.Equal(result, args) {
			t.Errorf("%d bytes came back as %d, error %v", size, len(result), err)
		}
	}
}

func TestEveryJobIsDoneExactlyOnceAndInTheRightPlace(t *testing.T) {
	const submitters, each = 8, 250
	p := open(t, 3)
	var times [submitters * each]atomic.Int32
	var wrong atomic.Int32
	var submitting sync.WaitGroup
	for s := range submitters {
		submitting.Go(func() {
			for i := range each {
				id := s*each + i
				args := strconv.AppendInt(nil, int64(id), 10)
				if err := p.Submit(remote.Job{Kind: "echo", Args: args}, func(r remote.Result, err error) {
					times[id].Add(1)
					if err != nil || !bytes.Equal(r, args) {
						wrong.Add(1)
					}
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	submitting.Wait()
	within(t, "Close", func() { p.Close() })
	for id := range times {
		if n := times[id].Load(); n != 1 {
			t.Errorf("job %d was done %d times", id, n)
		}
	}
	if n := wrong.Load(); n > 0 {
		t.Errorf("%d jobs got the result of another", n)
	}
}

func TestAWorkerHasOneJobAtATimeAndTheRestWaitInOrder(t *testing.T) {
	p := open(t, 2)
	g := newGate(t)
	var heldJobs counter
	for range 2 {
		if err := p.Submit(g.job(), heldJobs.count); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := g.arrival(), g.arrival(); a == b {
		t.Errorf("both jobs run in process %d", a)
	}
	var queue sync.WaitGroup
	var results [500]int
	var early atomic.Int32
	for i := range results {
		queue.Add(1)
		if err := p.Submit(remote.Job{Kind: "nth"}, func(r remote.Result, _ error) {
			defer queue.Done()
			early.Add(1)
			results[i], _ = strconv.Atoi(string(r))
		}); err != nil {
			t.Fatal(err)
		}
	}
	if n := early.Load(); n > 0 {
		t.Errorf("%d jobs were done while every worker was held", n)
	}
	g.held[0].Close() // one worker goes on, and the other stays held
	within(t, "the queue", queue.Wait)
	for i, nth := range results {
		if nth != i+1 {
			t.Fatalf("job %d ran as number %d", i+1, nth)
		}
	}
}

func TestEachWorkerIsAProcessOfItsOwn(t *testing.T) {
	const limit = 3
	p := open(t, limit)
	pids := p.PIDs()
	if len(pids) != limit {
		t.Fatalf("a pool of %d has the processes %v", limit, pids)
	}
	result, err := do(t, p, remote.Job{Kind: "pid"})
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(string(result))
	if err != nil || pid == os.Getpid() || (pid != pids[0] && pid != pids[1] && pid != pids[2]) {
		t.Errorf("a job ran in process %s, the workers are %v and this is %d", result, pids, os.Getpid())
	}
}

func TestTheSurroundingsOfAJob(t *testing.T) {
	p := open(t, 1)
	for _, c := range []struct{ what, kind, args, want string }{
		{"GOMAXPROCS", "cpus", "", "1"},
		{"a kind that sets it for itself", "take cpus", "", ""},
		{"GOMAXPROCS after that", "cpus", "", "1"},
		{"standard input", "input", "", ""},
		{"the variable that makes workers", "variable", "", ""},
		{"what it prints", "print", "a job of these tests may print to standard error", ""},
	} {
		result, err := do(t, p, remote.Job{Kind: c.kind, Args: []byte(c.args)})
		if err != nil || string(result) != c.want {
			t.Errorf("%s: %q, error %v; want %q", c.what, result, err, c.want)
		}
	}
}

func TestAJobThatFailsLeavesTheWorkerAlive(t *testing.T) {
	for _, c := range []struct {
		kind    string
		aborted bool
		says    []string
	}{
		{"fail", false, []string{`"fail"`, "out of paper"}},
		{"panic", true, []string{`"panic"`, "out of paper", "goroutine ", "main_test.go"}},
		{"terrible", true, []string{`"terrible"`, "nil pointer"}},
		{"dreadful", true, []string{`"dreadful"`, "so it is", "main_test.go"}},
		{"goexit", true, []string{`"goexit"`, "runtime.Goexit"}},
		{"huge", false, []string{`"huge"`, strconv.Itoa(largestFrame - answerOverhead)}},
	} {
		t.Run(c.kind, func(t *testing.T) {
			p := open(t, 1)
			before := p.PIDs()
			for range 3 {
				result, err := do(t, p, remote.Job{Kind: c.kind, Args: []byte("out of paper")})
				if err == nil || result != nil {
					t.Fatalf("result %q, error %v", result, err)
				}
				for _, say := range c.says {
					if !strings.Contains(err.Error(), say) {
						t.Errorf("the error does not say %q: %v", say, err)
					}
				}
				if got := errors.Is(err, pattern.ErrAborted); got != c.aborted {
					t.Errorf("errors.Is(err, ErrAborted) is %v: %v", got, err)
				}
			}
			if _, err := do(t, p, remote.Job{Kind: "echo"}); err != nil {
				t.Error(err)
			}
			if after := p.PIDs(); fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("the workers were %v and are %v", before, after)
			}
		})
	}
}

func TestSubmitRefusesWhatNoWorkerCouldDo(t *testing.T) {
	p := open(t, 1)
	never := func(remote.Result, error) { t.Error("done was called for a job that was refused") }
	if err := p.Submit(remote.Job{Kind: "juggle"}, never); err == nil || !strings.Contains(err.Error(), `"juggle"`) {
		t.Errorf("an unknown kind: %v", err)
	}
	if err := p.Submit(remote.Job{Kind: "echo"}, nil); err == nil || !strings.Contains(err.Error(), "done is nil") {
		t.Errorf("no func to take the result: %v", err)
	}
	huge := remote.Job{Kind: "echo", Args: make([]byte, largestFrame)}
	if err := p.Submit(huge, never); err == nil || !strings.Contains(err.Error(), strconv.Itoa(largestFrame)) {
		t.Errorf("arguments larger than a frame: %v", err)
	}
}

func TestADoneMayBeSlowOrEndItsGoroutine(t *testing.T) {
	p := open(t, 1)
	stuck := make(chan struct{})
	if err := p.Submit(remote.Job{Kind: "echo"}, func(remote.Result, error) { <-stuck }); err != nil {
		t.Fatal(err)
	}
	if err := p.Submit(remote.Job{Kind: "echo"}, func(remote.Result, error) { runtime.Goexit() }); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err := do(t, p, remote.Job{Kind: "echo"}); err != nil {
			t.Error(err)
		}
	}
	close(stuck)
	within(t, "Close", func() { p.Close() })
}

func TestADoneMaySubmit(t *testing.T) {
	p := open(t, 1)
	got := make(chan error, 1)
	if err := p.Submit(remote.Job{Kind: "echo"}, func(remote.Result, error) {
		if err := p.Submit(remote.Job{Kind: "echo"}, func(_ remote.Result, err error) { got <- err }); err != nil {
			got <- err
		}
	}); err != nil {
		t.Fatal(err)
	}
	within(t, "the second job", func() {
		if err := <-got; err != nil {
			t.Error(err)
		}
	})
}

func TestAfterCloseSubmitIsRefusedAndCloseReturnsAgain(t *testing.T) {
	p := open(t, 2)
	var jobs counter
	for range 100 {
		if err := p.Submit(remote.Job{Kind: "echo"}, jobs.count); err != nil {
			t.Fatal(err)
		}
	}
	var closing sync.WaitGroup
	for range 3 {
		closing.Go(func() {
			if err := p.Close(); err != nil {
				t.Error(err)
			}
			if n := jobs.done.Load(); n != 100 {
				t.Errorf("Close returned after %d of 100 jobs", n)
			}
		})
	}
	within(t, "Close", closing.Wait)
	if err := p.Submit(remote.Job{Kind: "echo"}, jobs.count); !errors.Is(err, ErrClosed) {
		t.Errorf("Submit after Close: %v", err)
	}
}

func TestASubmitThatRacesCloseIsDoneOrRefused(t *testing.T) {
	const submitters, most = 4, 1000 // Close waits for what is queued: there must be an end of it
	for range 10 {
		p := open(t, 1)
		var accepted atomic.Int64
		var jobs counter
		var submitting sync.WaitGroup
		first := make(chan struct{}, submitters)
		for range submitters {
			submitting.Go(func() {
				for range most {
					err := p.Submit(remote.Job{Kind: "echo"}, jobs.count)
					if errors.Is(err, ErrClosed) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					accepted.Add(1)
					select {
					case first <- struct{}{}:
					default:
					}
				}
			})
		}
		<-first
		within(t, "Close", func() { p.Close() })
		submitting.Wait()
		if jobs.done.Load() != accepted.Load() || jobs.failed.Load() > 0 {
			t.Fatalf("%d jobs were accepted, %d done, %d of them with an error", accepted.Load(), jobs.done.Load(), jobs.failed.Load())
		}
	}
}
