package processes

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/poolbench/poolbench/strategies/pattern"
	"github.com/poolbench/poolbench/strategies/proc"
	"github.com/poolbench/poolbench/strategies/remote"
)

// attempts is how many failures in a row make a closed pool give up.
const attempts = 3

func TestAJobWhoseWorkerDiesIsReportedAndTheWorkerReplaced(t *testing.T) {
	for _, c := range []struct {
		how  string
		job  func(*gate) remote.Job
		says string
	}{
		{"exit", func(*gate) remote.Job { return remote.Job{Kind: "exit"} }, "exit status 3"},
		{"kill", (*gate).job, killedBySomethingElse},
		{"text", func(*gate) remote.Job { return remote.Job{Kind: "nonsense", Args: []byte("hello, world\n")} }, errNoFrame.Error()},
		{"another job's number", func(*gate) remote.Job { return remote.Job{Kind: "other"} }, errUnasked.Error()},
		{"outcome", func(*gate) remote.Job {
			return remote.Job{Kind: "nonsense", Args: appendAnswer(nil, 1, outcomes, nil)}
		}, errNoFrame.Error()},
	} {
		t.Run(c.how, func(t *testing.T) {
			p := open(t, 1)
			g := newGate(t)
			for range 2 * attempts { // jobs that kill must not use up the place
				before := p.PIDs()
				died := make(chan error, 1)
				if err := p.Submit(c.job(g), func(_ remote.Result, err error) { died <- err }); err != nil {
					t.Fatal(err)
				}
				after := pattern.SubmitJob(p, remote.Job{Kind: "pid"})
				if c.how == "kill" {
					kill(t, g.arrival())
				}
				within(t, "the job whose worker died", func() {
					if err := <-died; !errors.Is(err, ErrWorkerDied) || !strings.Contains(err.Error(), c.says) {
						t.Errorf("want %q and %q, got: %v", ErrWorkerDied, c.says, err)
					}
				})
				within(t, "the job after it", func() {
					if pid, err := after.Result(); err != nil || fmt.Sprintf("[%s]", pid) == fmt.Sprint(before) {
						t.Errorf("it ran in %s after %v had died, error %v", pid, before, err)
					}
				})
			}
		})
	}
}

func TestAWorkerThatAnswersUnaskedIsReplaced(t *testing.T) {
	p := open(t, 1)
	before := p.PIDs()
	if _, err := do(t, p, remote.Job{Kind: "unasked"}); err != nil {
		t.Errorf("the first of two answers: %v", err)
	}
	replaced(t, p, before)
}

func TestAnIdleWorkerThatDiesIsReplacedBeforeTheNextJob(t *testing.T) {
	p := open(t, 2)
	before := p.PIDs()
	kill(t, before[0])
	replaced(t, p, before)
	for range 10 {
		if _, err := do(t, p, remote.Job{Kind: "echo"}); err != nil {
			t.Error(err)
		}
	}
}

func TestNoJobIsLostOrDoneTwiceWhileWorkersAreKilled(t *testing.T) {
	const jobs = 3000
	p := open(t, 3)
	var done [jobs]int
	var mu sync.Mutex
	var died counter
	var running sync.WaitGroup
	running.Add(jobs)
	for id := range jobs {
		if err := p.Submit(remote.Job{Kind: "echo", Args: make([]byte, id)}, func(r remote.Result, err error) {
			if err == nil && len(r) != id {
				t.Errorf("job %d got %d bytes back", id, len(r))
			}
			if err != nil && !errors.Is(err, ErrWorkerDied) {
				t.Errorf("job %d: %v", id, err)
			}
			died.count(r, err)
			mu.Lock()
			done[id]++
			mu.Unlock()
			running.Done()
		}); err != nil {
			t.Fatal(err)
		}
		if id%200 == 199 {
			if pids := p.PIDs(); len(pids) > 0 {
				kill(t, pids[rand.IntN(len(pids))])
			}
		}
	}
	within(t, "the jobs", running.Wait)
	mu.Lock()
	defer mu.Unlock()
	for id, times := range done {
		if times != 1 {
			t.Errorf("job %d was done %d times", id, times)
		}
	}
	if n := died.failed.Load(); n > jobs/200 {
		t.Errorf("%d workers were killed and %d jobs failed", jobs/200, n)
	}
}

func TestCloseDuringAJobReportsTheJobOfAWorkerThatDies(t *testing.T) {
	p := open(t, 1)
	g := newGate(t)
	var jobs counter
	for _, job := range []remote.Job{g.job(), {Kind: "echo"}} {
		if err := p.Submit(job, jobs.count); err != nil {
			t.Fatal(err)
		}
	}
	pid := g.arrival()
	closed := make(chan error, 1)
	go func() { closed <- p.Close() }()
	kill(t, pid)
	within(t, "Close", func() {
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
	if done, failed := jobs.done.Load(), jobs.failed.Load(); done != 2 || failed != 1 {
		t.Errorf("of 2 jobs %d were done, %d with an error; want 2 and 1", done, failed)
	}
}

// lose kills the workers of a pool, each with a job, after the test has seen to
// it that no others start.
func lose(t *testing.T, p *pool, jobs *counter) (end func()) {
	t.Helper()
	g := newGate(t)
	n := len(p.PIDs())
	for range n {
		if err := p.Submit(g.job(), jobs.count); err != nil {
			t.Fatal(err)
		}
	}
	pids := make([]int, n)
	for i := range pids {
		pids[i] = g.arrival()
	}
	end = failStarts(t)
	for _, pid := range pids {
		kill(t, pid)
	}
	return end
}

func TestAPoolHealsWhenWorkersCanStartAgain(t *testing.T) {
	printed := new(lockedBuffer)
	usual, flags := slog.Default(), log.Flags()
	slog.SetDefault(slog.New(slog.NewTextHandler(printed, nil)))
	p := open(t, 2)
	slog.SetDefault(usual)
	log.SetOutput(os.Stderr) // which SetDefault has changed too
	log.SetFlags(flags)
	var lost counter
	end := lose(t, p, &lost)
	waiting := pattern.SubmitJob(p, remote.Job{Kind: "echo", Args: []byte("after all")})
	within(t, "more failures in a row than a closed pool allows", func() {
		for strings.Count(printed.String(), "starting a worker process failed") < 3*attempts {
			time.Sleep(time.Millisecond)
		}
	})
	if pids := p.PIDs(); len(pids) > 0 {
		t.Errorf("the workers are %v", pids)
	}
	end()
	within(t, "the job that waited", func() {
		if result, err := waiting.Result(); err != nil || string(result) != "after all" {
			t.Errorf("%q, %v", result, err)
		}
	})
	within(t, "the places", func() {
		for len(p.PIDs()) < 2 {
			time.Sleep(time.Millisecond)
		}
	})
	for _, want := range []string{"a worker process ended", killedBySomethingElse, "exit status 7", "pause=10ms", "pause=20ms"} {
		if !strings.Contains(printed.String(), want) {
			t.Errorf("the log does not say %q:\n%s", want, printed)
		}
	}
	if n := lost.failed.Load(); n != 2 {
		t.Errorf("%d jobs of workers that were killed failed", n)
	}
}

func TestAClosedPoolWhoseWorkersCannotStartReportsEveryJob(t *testing.T) {
	p := open(t, 2)
	var jobs counter
	lose(t, p, &jobs)
	var last error
	for range 100 {
		if err := p.Submit(remote.Job{Kind: "echo"}, func(r remote.Result, err error) {
			if err != nil {
				p.mu.Lock()
				last = err
				p.mu.Unlock()
			}
			jobs.count(r, err)
		}); err != nil {
			t.Fatal(err)
		}
	}
	within(t, "Close", func() {
		if err := p.Close(); err == nil || !strings.Contains(err.Error(), "exit status 7") {
			t.Errorf("Close does not say why workers were not replaced: %v", err)
		}
	})
	if done, failed := jobs.done.Load(), jobs.failed.Load(); done != 102 || failed != 102 {
		t.Errorf("of 102 jobs %d were done, %d with an error", done, failed)
	}
	if last == nil || !strings.Contains(last.Error(), "exit status 7") {
		t.Errorf("a job that no worker was left for: %v", last)
	}
}

func TestShutdownEndsEverythingWithItsContext(t *testing.T) {
	p := open(t, 1)
	g := newGate(t)
	var jobs counter
	running := pattern.SubmitJob(p, g.job())
	waiting := pattern.SubmitJob(p, remote.Job{Kind: "echo"})
	g.arrival()
	stuck := make(chan struct{})
	defer close(stuck)
	if err := p.Submit(remote.Job{Kind: "echo"}, func(r remote.Result, err error) {
		jobs.count(r, err)
		<-stuck // Shutdown does not wait for it
	}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	enough := errors.New("enough")
	cancel(enough)
	within(t, "Shutdown", func() {
		if err := Stopper(p).Shutdown(ctx); !errors.Is(err, enough) {
			t.Errorf("Shutdown: %v", err)
		}
	})
	within(t, "the jobs", func() {
		if _, err := running.Result(); !errors.Is(err, ErrWorkerDied) {
			t.Errorf("the running job: %v", err)
		}
		if _, err := waiting.Result(); !errors.Is(err, enough) {
			t.Errorf("the waiting job: %v", err)
		}
	})
}

func TestShutdownEndsAWorkerThatIsBeingStarted(t *testing.T) {
	t.Setenv(actVariable, "hang when asked")
	p := open(t, 1)
	var lost counter
	// The next worker hangs before it comes to Hook.
	hanging := os.Getenv(failVariable) + ".hang"
	if err := os.WriteFile(hanging, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(hanging)
	end := lose(t, p, &lost)
	end()
	if err := p.Submit(remote.Job{Kind: "echo"}, lost.count); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	within(t, "Shutdown", func() { _ = p.Shutdown(ctx) })
}

func TestWorkersAreAlikeWhenTheyAreReplacedLater(t *testing.T) {
	p := open(t, 1)
	before, err := do(t, p, remote.Job{Kind: "surroundings"})
	if err != nil {
		t.Fatal(err)
	}
	home, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	defer os.Chdir(home)
	if err := os.Chdir(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PROCESSES_TEST_WORD", "changed")
	pids := p.PIDs()
	kill(t, pids[0])
	replaced(t, p, pids)
	if after, err := do(t, p, remote.Job{Kind: "surroundings"}); err != nil || string(after) != string(before) {
		t.Errorf("the first worker was born into %s, its successor into %s, error %v", before, after, err)
	}
}

func TestOpenEndsWithTheFirstWorkerThatDoesNotStart(t *testing.T) {
	failStarts(t)
	within(t, "Open", func() {
		if _, err := Open(1_000_000); err == nil || !strings.Contains(err.Error(), "after 0 had started") {
			t.Errorf("Open: %v", err)
		}
	})
}

func TestOpenSaysWhyWorkersDoNotStart(t *testing.T) {
	t.Run("exit", func(t *testing.T) {
		t.Setenv(actVariable, "exit")
		files := openFiles(t)
		_, err := Open(2)
		if err == nil || !strings.Contains(err.Error(), "ended before it reached processes.Hook (exit status 7): call it first") {
			t.Errorf("want advice, got: %v", err)
		}
		if now := openFiles(t); now > files {
			t.Errorf("%d files were open before and %d after", files, now)
		}
	})
	t.Run("hang", func(t *testing.T) {
		t.Setenv(actVariable, "hang")
		_, err := start(context.Background(), proc.Here(), 10*time.Millisecond)
		if err == nil || !strings.Contains(err.Error(), "did not reach processes.Hook within 10ms") {
			t.Error(err)
		}
	})
}

// kill kills a worker as the operating system would.
func kill(t *testing.T, pid int) {
	t.Helper()
	process, err := os.FindProcess(pid)
	if err == nil {
		err = process.Kill()
		process.Release()
	}
	if err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("kill worker process %d: %v", pid, err)
	}
}

// replaced waits until the pool has as many workers as before, but others.
func replaced(t *testing.T, p *pool, before []int) {
	t.Helper()
	within(t, "replacing a worker", func() {
		for now := p.PIDs(); len(now) != len(before) || slices.Equal(now, before); now = p.PIDs() {
			time.Sleep(time.Millisecond)
		}
	})
}

// lockedBuffer takes a log.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
