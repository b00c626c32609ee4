package bench

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
)

// spawning starts a goroutine for each task.
type spawning struct{ tasks sync.WaitGroup }

func (p *spawning) Go(task func()) error { p.tasks.Go(task); return nil }
func (p *spawning) Close() error         { p.tasks.Wait(); return nil }

// inline runs each task in its caller, once it has seen it.
type inline struct {
	see    func(n int, task func()) error // n counts tasks from 1; nil: runs it
	tasks  int
	closed func() error
}

func (p *inline) Go(task func()) error {
	p.tasks++
	if p.see != nil {
		return p.see(p.tasks, task)
	}
	task()
	return nil
}

func (p *inline) Close() error {
	if p.closed != nil {
		return p.closed()
	}
	return nil
}

// crossing is a remote pool whose other process is this one.
type crossing struct {
	jobs  sync.WaitGroup
	spoil func(strategies.Result) strategies.Result
}

func (p *crossing) Submit(job strategies.Job, done func(strategies.Result, error)) error {
	p.jobs.Go(func() {
		result, err := work.JobKinds[0].Run(job.Args)
		if p.spoil != nil {
			result = p.spoil(result)
		}
		done(result, err)
	})
	return nil
}

func (p *crossing) Close() error { p.jobs.Wait(); return nil }

func declared(name string, open func(limit int) (strategies.Pool, error)) *strategies.Strategy {
	return &strategies.Strategy{
		Name: name, Doc: "a pool of these tests\n\nUse it in tests only.", URL: "https://pkg.go.dev/testing", Open: open,
	}
}

// mapping is an idiom that runs tasks in goroutines and yields in order.
func mapping(name string, twist func(i int, result uint64) uint64) strategies.Idiom {
	return strategies.Idiom{
		Name: name, Doc: "a loop of these tests",
		Map: func(_, n int, task func(int) (uint64, error), yield func(uint64)) error {
			results, errs := make([]uint64, n), make([]error, n)
			var all sync.WaitGroup
			for i := range n {
				all.Go(func() { results[i], errs[i] = task(i) })
			}
			all.Wait()
			for i, result := range results {
				yield(twist(i, result))
			}
			return errors.Join(errs...)
		},
	}
}

func honest(_ int, result uint64) uint64 { return result }

// The strategies that do what they promise.
var (
	plain = declared(Reference, func(int) (strategies.Pool, error) { return new(spawning), nil })
	queue = &strategies.Strategy{
		Name: "queue", Doc: "a pool of these tests\n\nUse it in tests only.", URL: "https://pkg.go.dev/testing",
		Open:   func(limit int) (strategies.Pool, error) { return openQueue(limit), nil },
		Idioms: []strategies.Idiom{mapping("slice", honest)},
	}
	other = &strategies.Strategy{
		Name: "crossing", Doc: "a remote pool of these tests\n\nUse it in tests only.", URL: "https://pkg.go.dev/testing",
		OpenRemote: func(int) (strategies.RemotePool, error) { return new(crossing), nil },
	}
	talker = afterwards("talker", func(n int, task func()) error {
		fmt.Println("a task is done")
		task()
		return nil
	})
	quiet = []*strategies.Strategy{plain, queue, other}
	sound = append(slices.Clone(quiet), talker)
)

// workers take tasks from one channel.
type workers struct {
	tasks chan func()
	all   sync.WaitGroup
}

func openQueue(limit int) *workers {
	p := &workers{tasks: make(chan func())}
	for range limit {
		p.all.Go(func() {
			for task := range p.tasks {
				task()
			}
		})
	}
	return p
}

func (p *workers) Go(task func()) error { p.tasks <- task; return nil }
func (p *workers) Close() error         { close(p.tasks); p.all.Wait(); return nil }

// warmedUp is how many tasks a side has seen after its first batches, which
// are not timed: from then on the strategies below misbehave.
const warmedUp = 2 * smallBatch

// smallBatch is how many tasks a batch of these tests has.
const smallBatch = 40

// afterwards is a strategy that is good at first.
func afterwards(name string, see func(n int, task func()) error) *strategies.Strategy {
	return declared(name, func(int) (strategies.Pool, error) {
		return &inline{see: func(n int, task func()) error {
			if n <= warmedUp {
				task()
				return nil
			}
			return see(n, task)
		}}, nil
	})
}

// The strategies that do not, with what is said of them.
var broken = []struct {
	*strategies.Strategy
	want string
}{
	{afterwards("dies", func(int, func()) error { fmt.Fprintln(os.Stderr, "last words"); os.Exit(3); return nil }), "last words"},
	{afterwards("panics", func(int, func()) error { go panic("out of tasks"); select {} }), "out of tasks"},
	{afterwards("hangs", func(int, func()) error { time.Sleep(time.Hour); return nil }), "hung"},
	{afterwards("loses", func(n int, task func()) error {
		if n%7 != 0 {
			task()
		}
		return nil
	}), ""},
	{afterwards("doubles", func(_ int, task func()) error { task(); task(); return nil }), "ran 2 times"},
	{afterwards("refuses", func(int, func()) error { return errors.New("no more room") }), "no more room"},
	{declared("shut", func(int) (strategies.Pool, error) { return nil, errors.New("no licence") }), "no licence"},
	{declared("rattles", func(int) (strategies.Pool, error) {
		return &inline{closed: func() error { return errors.New("it does not close") }}, nil
	}), "it does not close"},
	{lying(), "are wrong"},
}

// lying is a strategy of another process that answers what it pleases.
func lying() *strategies.Strategy {
	return &strategies.Strategy{
		Name: "lies", Doc: "a pool of these tests\n\nUse it in tests only.", URL: "https://pkg.go.dev/testing",
		OpenRemote: func(int) (strategies.RemotePool, error) {
			var jobs atomic.Int64
			return &crossing{spoil: func(r strategies.Result) strategies.Result {
				if jobs.Add(1) > warmedUp {
					r[0] ^= 1 << (jobs.Load() % 8)
				}
				return r
			}}, nil
		},
	}
}

// hosted is every strategy that cells of these tests may name.
var hosted = func() []*strategies.Strategy {
	all := append(slices.Clone(sound), crashing, raising)
	for _, b := range broken {
		all = append(all, b.Strategy)
	}
	return all
}()

// small is a workload that takes no time.
func small(w Workload) Workload {
	w.Work, w.Grain, w.Tasks, w.Limit, w.Submitters = work.Noop.Name, "", smallBatch, 4, max(1, w.Submitters)
	return w
}
