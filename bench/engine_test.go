package bench

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

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
)

// eachWay calls f with every pattern and lifetime, and one and more submitters.
func eachWay(f func(w Workload)) {
	for _, pattern := range []Pattern{WaitEach, Collect, Callback} {
		for _, lifetime := range []Lifetime{Fresh, Kept} {
			if pattern == Collect && lifetime == Kept {
				continue // it closes its pool
			}
			for _, submitters := range []int{1, 7} {
				for _, measure := range []Measure{Fanout, Latency} {
					w := small(Workload{Measure: measure, Pattern: pattern, Pool: lifetime, Submitters: submitters})
					if measure == Latency && (pattern != Callback || submitters != 1) {
						continue
					}
					f(w)
				}
			}
		}
	}
}

func TestEveryPatternAndLifetimeDoesEveryTaskOnce(t *testing.T) {
	for _, s := range []*strategies.Strategy{plain, queue, other} {
		eachWay(func(w Workload) {
			c := w.of(s.Name)
			t.Run(c.Name(), func(t *testing.T) {
				defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
				side, err := openSide(c, s, 1, 1)
				if err != nil {
					t.Fatal(err)
				}
				for range 3 {
					turn, err := side.Turn()
					if err != nil {
						t.Fatal(err)
					}
					if turn.Ops != side.repeat*smallBatch || turn.Wall <= 0 {
						t.Errorf("turn %+v of %d batches", turn, side.repeat)
					}
				}
				if err := side.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestAPoolIsOpenedAsOftenAsItsLifetimeSays(t *testing.T) {
	for lifetime, want := range map[Lifetime]int64{Kept: 1, Fresh: 5} {
		var opened, closed atomic.Int64
		s := declared("counting", func(limit int) (strategies.Pool, error) {
			if limit != 4 {
				t.Errorf("opened with limit %d", limit)
			}
			opened.Add(1)
			return &inline{closed: func() error { closed.Add(1); return nil }}, nil
		})
		e, err := newEngine(small(Workload{Pattern: Callback, Pool: lifetime}).of(s.Name), s)
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
	remote := declared("remote", nil)
	var barrier func()
	local := declared("local", func(int) (strategies.Pool, error) { return &meeting{meet: func() { barrier() }}, nil })
	remote.OpenRemote = func(int) (strategies.RemotePool, error) {
		return &remoteMeeting{crossing: new(crossing), meet: func() { barrier() }}, nil
	}
	for _, s := range []*strategies.Strategy{local, remote} {
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
			w := small(Workload{Pattern: Callback, Pool: Kept, Submitters: submitters})
			e, err := newEngine(w.of(s.Name), s)
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
			if err := <-ended; err != nil || b.check(e.runsHere()) != nil {
				t.Errorf("%v, %v", err, b.check(e.runsHere()))
			}
		})
	}
}

// meeting makes whoever submits wait for the others.
type meeting struct {
	spawning
	meet func()
}

func (p *meeting) Go(task func()) error { p.meet(); return p.spawning.Go(task) }

type remoteMeeting struct {
	*crossing
	meet func()
}

func (p *remoteMeeting) Submit(job strategies.Job, done func(strategies.Result, error)) error {
	p.meet()
	return p.crossing.Submit(job, done)
}

func TestTheLoopDoesEveryTaskItself(t *testing.T) {
	side, err := openSide(small(Workload{Pattern: Callback, Pool: Kept}).of(Loop), nil, 1, 1)
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
	more := mapping("more", honest)
	more.Map = func(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
		yield(0)
		return mapping("", honest).Map(limit, n, task, yield)
	}
	twice := strategies.Idiom{Name: "twice", Map: func(_, n int, task func(int) (uint64, error), yield func(uint64)) error {
		for i := range n {
			task(i)
			result, _ := task(i)
			yield(result)
		}
		return nil
	}}
	backwards := mapping("backwards", honest)
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
		{mapping("slice", honest), ""},
		{backwards, ""}, // the order is the library's affair
		{mapping("wrong", func(i int, result uint64) uint64 { return result + uint64(i/39) }), "are wrong"},
		{none, "0 results of 40 tasks"},
		{more, "41 results of 40 tasks"},
		{twice, "ran 2 times"},
		{failing, "broken"},
	} {
		s := declared("library", nil)
		s.Idioms = []strategies.Idiom{row.idiom}
		c := small(Workload{Pattern: Native, Pool: Fresh}).of(s.Name)
		c.Idiom = row.idiom.Name
		side, err := openSide(c, s, 1, 1)
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

func TestACellThatCannotBeOpenedSaysWhy(t *testing.T) {
	shut := declared("shut", func(int) (strategies.Pool, error) { return nil, errors.New("no licence") })
	kept := small(Workload{Pattern: Callback, Pool: Kept})
	for name, row := range map[string]struct {
		cell func(c *Cell)
		want string
	}{
		"a pool that does not open":       {func(*Cell) {}, "open a pool of 4: no licence"},
		"nor for a batch":                 {func(c *Cell) { c.Pool = Fresh }, "open a pool of 4: no licence"},
		"work that there is none of":      {func(c *Cell) { c.Work = "rest" }, `no work "rest"`},
		"a grain that is none":            {func(c *Cell) { c.Work = "spin" }, "work spin: grain"},
		"an idiom that the library lacks": {func(c *Cell) { c.Pattern, c.Idiom = Native, "stream" }, `strategy shut has no idiom "stream"`},
	} {
		c := kept.of("shut")
		row.cell(&c)
		if _, err := openCell(c, cast{strategy: shut}, hostSpec{Calibration: 1}); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", name, err, row.want)
		}
	}
	if _, err := openCell(kept.of("unheard"), cast{}, hostSpec{}); err == nil || !strings.Contains(err.Error(), `no strategy "unheard"`) {
		t.Errorf("a strategy that there is none of: %v", err)
	}
}

func TestAPoolThatRefusesIsClosedBeforeTheBatchIsGivenUp(t *testing.T) {
	for _, pattern := range []Pattern{WaitEach, Collect, Callback} {
		closed := 0
		s := declared("refusing", func(int) (strategies.Pool, error) {
			return &inline{
				see:    func(int, func()) error { return errors.New("no more room") },
				closed: func() error { closed++; return nil },
			}, nil
		})
		_, err := openSide(small(Workload{Pattern: pattern, Pool: Fresh}).of(s.Name), s, 1, 1)
		if err == nil || !strings.Contains(err.Error(), "no more room") || closed != 1 {
			t.Errorf("%s: %v, closed %d times", pattern, err, closed)
		}
	}
}

func TestLatencyIsFromSubmitToDone(t *testing.T) {
	s := declared("slow", func(int) (strategies.Pool, error) { return new(spawning), nil })
	w := small(Workload{Measure: Latency, Pattern: Callback, Pool: Kept})
	w.Work, w.Grain = "sleep", "1ms"
	side, err := openSide(w.of(s.Name), s, 1, 1)
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
	s := declared("inline", func(int) (strategies.Pool, error) { return new(inline), nil })
	w := small(Workload{Pattern: Callback, Pool: Kept})
	w.Tasks = 10_000
	side, err := openSide(w.of(s.Name), s, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer side.Close()
	if got := side.steady[results.AllocsPerTask]; got > 0.01 {
		t.Errorf("%v allocations a task where nothing is allocated", got)
	}
	w.Work, w.Grain = "alloc", "1KiB"
	garbage, err := openSide(w.of(s.Name), s, 1, 1)
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

func ExampleFailure() {
	f := Failure{burst(work.Noop, "", 1000, 64, 1).of("ants"), errors.New("hung")}
	fmt.Println(f)
	// Output: Fanout/pattern=callback/pool=kept/work=noop/grain=0/tasks=1000/limit=64/submitters=1/strategy=ants: hung
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
				s := declared("losing", func(int) (strategies.Pool, error) {
					return &inline{see: c.lose, closed: func() error {
						t.Error("a pool was closed that would wait for what it has lost")
						return nil
					}}, nil
				})
				start := time.Now()
				_, err := openSide(small(Workload{Pattern: Callback, Pool: Kept, Submitters: 1}).of(s.Name), s, 1, 1)
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
		s := declared("slow", func(int) (strategies.Pool, error) {
			var tasks sync.WaitGroup
			return &inline{see: func(n int, task func()) error {
				inBatch := (n-1)%smallBatch + 1
				at := time.Duration(inBatch) * batchPatience * 2 / 3
				tasks.Go(func() { time.Sleep(at); task() })
				return nil
			}, closed: func() error { tasks.Wait(); return nil }}, nil
		})
		side, err := openSide(small(Workload{Pattern: Callback, Pool: Kept, Submitters: 1}).of(s.Name), s, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := side.Close(); err != nil {
			t.Error(err)
		}
	})
}
