package bench

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/poolbench/poolbench/bench/internal/fakes"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/remote"
)

// The strategies that do what they say.
var (
	plain, queue, other = fakes.Plain, fakes.Queue, fakes.Remote

	talker = afterwards("talker", func(n int, task func()) error {
		fmt.Println("a task is done")
		task()
		return nil
	})
	quiet = []*strategies.Strategy{plain, queue, other}
	sound = append(slices.Clone(quiet), talker)
)

// warmedUp is how many tasks a side has seen after its first batches, which
// are not timed: from then on the strategies below misbehave.
const warmedUp = 2 * smallBatch

// smallBatch is how many tasks a batch of these tests has.
const smallBatch = 40

// afterwards is a strategy that is good at first.
func afterwards(name string, see func(n int, task func()) error) *strategies.Strategy {
	return fakes.Declared(name, func(int) (strategies.Pool, error) {
		return &fakes.Inline{See: func(n int, task func()) error {
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
	{fakes.Declared("shut", func(int) (strategies.Pool, error) { return nil, errors.New("no licence") }), "no licence"},
	{fakes.Declared("rattles", func(int) (strategies.Pool, error) {
		return &fakes.Inline{Closed: func() error { return errors.New("it does not close") }}, nil
	}), "it does not close"},
	{lying(), "are wrong"},
}

// lying is a strategy of another process that answers what it pleases.
func lying() *strategies.Strategy {
	return &strategies.Strategy{
		Name: "lies", Doc: "a pool of these tests\n\nUse it in tests only.", URL: "https://pkg.go.dev/testing",
		OpenRemote: func(int) (remote.Pool, error) {
			var jobs atomic.Int64
			return &fakes.Crossing{Spoil: func(r remote.Result) remote.Result {
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

// small is a fan-out that takes no time.
func small(pool workload.Lifetime) Cell {
	return Cell{Measure: Fanout, Fanout: workload.Fanout{
		Pattern: workload.Callback, Pool: pool, Work: work.Noop.Name, Tasks: smallBatch, Limit: 4, Submitters: 1,
	}}
}
