package fanout

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/poolbench/poolbench/bench/internal/fakes"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/remote"
)

// smallBatch is how many tasks a batch of these tests has.
const smallBatch = 40

// small is a workload that takes no time.
func small(pattern workload.Pattern, pool workload.Lifetime) workload.Fanout {
	return workload.Fanout{Pattern: pattern, Pool: pool, Work: work.Noop.Name, Tasks: smallBatch, Limit: 4, Submitters: 1}
}

// openSide opens a side for its inner parts.
func openSide(s *strategies.Strategy, w workload.Fanout, o Options) (*side, error) {
	o.Seed, o.Calibration = 1, 1
	opened, err := Open(s, w, o)
	if err != nil {
		return nil, err
	}
	return opened.(*side), nil
}

// eachWay calls f with every pattern and lifetime, and one and more submitters.
func eachWay(f func(w workload.Fanout, o Options)) {
	for _, pattern := range []workload.Pattern{workload.WaitEach, workload.Collect, workload.Callback} {
		for _, lifetime := range []workload.Lifetime{workload.Fresh, workload.Kept} {
			if pattern == workload.Collect && lifetime == workload.Kept {
				continue // it closes its pool
			}
			for _, submitters := range []int{1, 7} {
				for _, latency := range []bool{false, true} {
					w := small(pattern, lifetime)
					w.Submitters = submitters
					if latency && (pattern != workload.Callback || submitters != 1) {
						continue
					}
					f(w, Options{Latency: latency})
				}
			}
		}
	}
}

func TestEveryPatternAndLifetimeDoesEveryTaskOnce(t *testing.T) {
	for _, s := range []*strategies.Strategy{fakes.Plain, fakes.Queue, fakes.Remote} {
		eachWay(func(w workload.Fanout, o Options) {
			t.Run(fmt.Sprintf("%s/latency=%v/strategy=%s", w.Keys(), o.Latency, s.Name), func(t *testing.T) {
				defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
				side, err := openSide(s, w, o)
				if err != nil {
					t.Fatal(err)
				}
				for range 3 {
					turn, err := side.Turn()
					if err != nil {
						t.Fatal(err)
					}
					if turn.Ops != side.batches*smallBatch || turn.Wall <= 0 {
						t.Errorf("turn %+v of %d batches", turn, side.batches)
					}
				}
				if err := side.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestATurnHasAsManyBatchesAsAreAskedFor(t *testing.T) {
	side, err := openSide(fakes.Plain, small(workload.Callback, workload.Kept), Options{Batches: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer side.Close()
	if turn, err := side.Turn(); err != nil || turn.Ops != 3*smallBatch {
		t.Errorf("a turn of %d tasks, %v; want three batches of %d", turn.Ops, err, smallBatch)
	}
}

func TestAPoolIsOpenedAsOftenAsItsLifetimeSays(t *testing.T) {
	for lifetime, want := range map[workload.Lifetime]int64{workload.Kept: 1, workload.Fresh: 5} {
		var opened, closed atomic.Int64
		s := fakes.Declared("counting", func(limit int) (strategies.Pool, error) {
			if limit != 4 {
				t.Errorf("opened with limit %d", limit)
			}
			opened.Add(1)
			return &fakes.Inline{Closed: func() error { closed.Add(1); return nil }}, nil
		})
		e, err := newEngine(s, small(workload.Callback, lifetime))
		if err != nil {
			t.Fatal(err)
		}
		b := newBatch(work.Noop, 0, smallBatch, 1, false)
		for range 5 {
			b.renew()
			if _, err := e.run(b); err != nil || b.check(1) != nil {
				t.Errorf("%v, %v", err, b.check(1))
			}
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		if opened.Load() != want || closed.Load() != want {
			t.Errorf("%s: opened %d times and closed %d times, want %d", lifetime, opened.Load(), closed.Load(), want)
		}
	}
}

// Each of several submitters hands over its own share, at the same time as the
// others: none can, before all have begun.
func TestSubmittersSubmitAtTheSameTime(t *testing.T) {
	const submitters = 5
	away := fakes.Declared("remote", nil)
	var barrier func()
	local := fakes.Declared("local", func(int) (strategies.Pool, error) { return &meeting{meet: func() { barrier() }}, nil })
	away.OpenRemote = func(int) (remote.Pool, error) {
		return &remoteMeeting{Crossing: new(fakes.Crossing), meet: func() { barrier() }}, nil
	}
	for _, s := range []*strategies.Strategy{local, away} {
		t.Run(s.Name, func(t *testing.T) {
			var here atomic.Int64
			all := make(chan struct{})
			barrier = func() {
				if here.Add(1) == submitters {
					close(all)
				}
				select {
				case <-all:
				case <-time.After(10 * time.Second):
				}
			}
			w := small(workload.Callback, workload.Kept)
			w.Submitters = submitters
			e, err := newEngine(s, w)
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			b := newBatch(work.Noop, 0, w.Tasks, 1, false)
			b.renew()
			ended := make(chan error, 1)
			go func() { _, err := e.run(b); ended <- err }()
			select {
			case <-all:
			case <-time.After(5 * time.Second):
				t.Fatalf("%d of %d submitters submit at once", here.Load(), submitters)
			}
			runs := uint32(1)
			if s == away {
				runs = 0
			}
			if err := <-ended; err != nil || b.check(runs) != nil {
				t.Errorf("%v, %v", err, b.check(runs))
			}
		})
	}
}

// meeting makes each submitter wait for the others.
type meeting struct {
	fakes.Spawning
	meet func()
}

func (p *meeting) Go(task func()) error { p.meet(); return p.Spawning.Go(task) }

type remoteMeeting struct {
	*fakes.Crossing
	meet func()
}

func (p *remoteMeeting) Submit(job remote.Job, done func(remote.Result, error)) error {
	p.meet()
	return p.Crossing.Submit(job, done)
}

func TestTheLoopDoesEveryTaskItself(t *testing.T) {
	side, err := openSide(nil, small(workload.Callback, workload.Kept), Options{})
	if err != nil {
		t.Fatal(err)
	}
	turn, err := side.Turn()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := turn.Values[results.SubmitNs]; ok {
		t.Errorf("a loop hands nothing over: %v", turn.Values)
	}
	if err := side.Close(); err != nil {
		t.Error(err)
	}
}

func TestIdiomsAreCheckedLikePools(t *testing.T) {
	broken := errors.New("broken")
	none := strategies.Idiom{Name: "none", Map: func(int, int, func(int) (uint64, error), func(uint64)) error { return nil }}
	failing := strategies.Idiom{Name: "failing", Map: func(int, int, func(int) (uint64, error), func(uint64)) error { return broken }}
	more := fakes.Mapping("more", fakes.Honest)
	more.Map = func(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
		yield(0)
		return fakes.Mapping("", fakes.Honest).Map(limit, n, task, yield)
	}
	twice := strategies.Idiom{Name: "twice", Map: func(_, n int, task func(int) (uint64, error), yield func(uint64)) error {
		for i := range n {
			task(i)
			result, _ := task(i)
			yield(result)
		}
		return nil
	}}
	backwards := fakes.Mapping("backwards", fakes.Honest)
	backwards.Map = func(_, n int, task func(int) (uint64, error), yield func(uint64)) error {
		for i := range n {
			result, _ := task(n - 1 - i)
			yield(result)
		}
		return nil
	}
	for _, row := range []struct {
		idiom strategies.Idiom
		want  string
	}{
		{fakes.Mapping("slice", fakes.Honest), ""},
		{backwards, ""}, // the order is the library's affair
		{fakes.Mapping("wrong", func(i int, result uint64) uint64 { return result + uint64(i/39) }), "are wrong"},
		{none, "0 results of 40 tasks"},
		{more, "41 results of 40 tasks"},
		{twice, "ran 2 times"},
		{failing, "broken"},
	} {
		s := fakes.Declared("library", nil)
		s.Idioms = []strategies.Idiom{row.idiom}
		w := small(workload.Native, workload.Fresh)
		w.Idiom = row.idiom.Name
		side, err := openSide(s, w, Options{})
		switch {
		case row.want == "" && err != nil:
			t.Errorf("%s: %v", row.idiom.Name, err)
		case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)):
			t.Errorf("%s: %v, want %q", row.idiom.Name, err, row.want)
		}
		if err == nil {
			side.Close()
		}
	}
}

func TestAPoolThatRefusesIsClosedBeforeTheBatchIsGivenUp(t *testing.T) {
	for _, pattern := range []workload.Pattern{workload.WaitEach, workload.Collect, workload.Callback} {
		closed := 0
		s := fakes.Declared("refusing", func(int) (strategies.Pool, error) {
			return &fakes.Inline{
				See:    func(int, func()) error { return errors.New("no more room") },
				Closed: func() error { closed++; return nil },
			}, nil
		})
		_, err := openSide(s, small(pattern, workload.Fresh), Options{})
		if err == nil || !strings.Contains(err.Error(), "no more room") || closed != 1 {
			t.Errorf("%s: %v, closed %d times", pattern, err, closed)
		}
	}
}

func TestWhatAPoolRejectsIsSubmittedAgain(t *testing.T) {
	for _, pattern := range []workload.Pattern{workload.WaitEach, workload.Collect, workload.Callback} {
		rejecting := fakes.Declared("rejecting", func(int) (strategies.Pool, error) {
			return &fakes.Inline{See: func(n int, task func()) error {
				if n%3 > 0 {
					return errors.New("full")
				}
				task()
				return nil
			}}, nil
		})
		if _, err := openSide(rejecting, small(pattern, workload.Fresh), Options{}); err == nil || !strings.Contains(err.Error(), "full") {
			t.Errorf("%s: a pool that does not declare to reject: %v", pattern, err)
		}
		for _, full := range []strategies.Full{strategies.FullRejects, strategies.FullBuffersThenRejects, strategies.FullBlocksThenRejects} {
			rejecting.Traits.Full = full
			side, err := openSide(rejecting, small(pattern, workload.Fresh), Options{})
			if err != nil {
				t.Errorf("%s, %s: %v", pattern, full, err)
				continue
			}
			if err := side.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestLatencyIsFromSubmitToDone(t *testing.T) {
	s := fakes.Declared("slow", func(int) (strategies.Pool, error) { return new(fakes.Spawning), nil })
	w := small(workload.Callback, workload.Kept)
	w.Work, w.Grain = "sleep", "1ms"
	side, err := openSide(s, w, Options{Latency: true})
	if err != nil {
		t.Fatal(err)
	}
	defer side.Close()
	turn, err := side.Turn()
	if err != nil {
		t.Fatal(err)
	}
	p50, p99 := turn.Values[results.DoneP50], turn.Values[results.DoneP99]
	if p50 < 1e6 || p99 < p50 {
		t.Errorf("tasks that sleep 1 ms are done after %v ns, the slowest after %v", p50, p99)
	}
	for i, done := range side.batch.stamps.done {
		if done.Before(side.batch.stamps.submitted[i]) {
			t.Errorf("task %d was done before it was submitted", i)
		}
	}
}

func TestAllocationsAreThoseOfTheStrategy(t *testing.T) {
	s := fakes.Declared("inline", func(int) (strategies.Pool, error) { return new(fakes.Inline), nil })
	w := small(workload.Callback, workload.Kept)
	w.Tasks = 10_000
	side, err := openSide(s, w, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer side.Close()
	if got := side.steady[results.AllocsPerTask]; got > 0.01 {
		t.Errorf("%v allocations a task where nothing is allocated", got)
	}
	w.Work, w.Grain = "alloc", "1KiB"
	garbage, err := openSide(s, w, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer garbage.Close()
	if got := garbage.steady[results.BPerTask]; got < 1024 || got > 1100 {
		t.Errorf("%v bytes a task that allocates 1024", got)
	}
}

func TestPeaksAreSeen(t *testing.T) {
	const goroutines = 500
	gate := make(chan struct{})
	var running, ended sync.WaitGroup
	running.Add(goroutines)
	for range goroutines {
		ended.Go(func() { running.Done(); <-gate })
	}
	running.Wait()
	p := startPeaks()
	p.stop()
	close(gate)
	ended.Wait()
	if p.goroutines < goroutines {
		t.Errorf("a peak of %v goroutines, there were %d", p.goroutines, goroutines)
	}
	if p.stack < goroutines*2048 {
		t.Errorf("a peak of %v bytes of stack in %d goroutines of 2 KiB", p.stack, goroutines)
	}
}

func TestABatchWhoseTaskThePoolLosesIsGivenUp(t *testing.T) {
	for _, c := range []struct {
		what string
		lose func(n int, task func()) error
	}{
		{"the last", func(n int, task func()) error {
			if n < smallBatch {
				task()
			}
			return nil
		}},
		{"all", func(int, func()) error { return nil }},
	} {
		t.Run(c.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := fakes.Declared("losing", func(int) (strategies.Pool, error) {
					return &fakes.Inline{See: c.lose, Closed: func() error {
						t.Error("a pool was closed that would wait for what it has lost")
						return nil
					}}, nil
				})
				start := time.Now()
				_, err := openSide(s, small(workload.Callback, workload.Kept), Options{})
				if err == nil || !strings.Contains(err.Error(), "never ran") {
					t.Errorf("error %v, want one that says so", err)
				}
				if took := time.Since(start); took < batchPatience || took > 3*batchPatience {
					t.Errorf("given up after %v, with a patience of %v", took, batchPatience)
				}
			})
		})
	}
}

func TestABatchThatIsSlowIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fakes.Declared("slow", func(int) (strategies.Pool, error) {
			var tasks sync.WaitGroup
			return &fakes.Inline{See: func(n int, task func()) error {
				inBatch := (n-1)%smallBatch + 1
				at := time.Duration(inBatch) * batchPatience * 2 / 3
				tasks.Go(func() { time.Sleep(at); task() })
				return nil
			}, Closed: func() error { tasks.Wait(); return nil }}, nil
		})
		side, err := openSide(s, small(workload.Callback, workload.Kept), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := side.Close(); err != nil {
			t.Error(err)
		}
	})
}
