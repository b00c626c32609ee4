package strategytest

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// A collector collects what an idiom yields.
type collector struct {
	mu      sync.Mutex
	yielded []uint64
	busy    atomic.Int32
	overlap atomic.Bool // two yields at once
}

func (y *collector) yield(result uint64) {
	if y.busy.Add(1) > 1 {
		y.overlap.Store(true)
	}
	y.mu.Lock()
	y.yielded = append(y.yielded, result)
	y.mu.Unlock()
	runtime.Gosched() // for another call to be seen
	y.busy.Add(-1)
}

func (y *collector) count() int64 {
	y.mu.Lock()
	defer y.mu.Unlock()
	return int64(len(y.yielded))
}

// result is what task i returns: no two alike, and none in the order of the
// inputs by chance.
func result(i int) uint64 { return uint64(i+1) * 0x9e3779b97f4a7c15 }

// mapsAll proves that each result is yielded exactly once.
func mapsAll(tr *trial, idiom strategies.Idiom) error {
	for _, n := range []int{0, 1, 200} {
		tr.doing("idiom %q: with limit 3, mapping %d tasks", idiom.Name, n)
		y := new(collector)
		var ended atomic.Int64
		o := call(func() error {
			return idiom.Map(3, n, func(i int) (uint64, error) {
				defer ended.Add(1)
				return result(i), nil
			}, y.yield)
		})
		if !o.clean() {
			return tr.fail("Map to return nil", "Map %s", o)
		}
		if ended.Load() != int64(n) {
			return tr.fail(fmt.Sprintf("%d tasks to have ended when Map returns", n), "%d", ended.Load())
		}
		if y.overlap.Load() {
			return tr.fail("yield never to be called concurrently", "two calls at once")
		}
		got := slices.Clone(y.yielded)
		want := make([]uint64, n)
		for i := range want {
			want[i] = result(i)
		}
		if idiom.Unordered {
			slices.Sort(got)
			slices.Sort(want)
		}
		if !slices.Equal(got, want) {
			return tr.fail(fmt.Sprintf("each of the %d results once%s", n, map[bool]string{false: ", in the order of the inputs"}[idiom.Unordered]),
				"%d results, not those", len(got))
		}
	}
	return nil
}

// mapsInOrder holds back the first task, and then the last, to see in which
// order results come, and when the first does.
func mapsInOrder(tr *trial, idiom strategies.Idiom) error {
	const n = 6
	for _, held := range []int{0, n - 1} {
		tr.doing("idiom %q: with limit %d, mapping %d tasks while task %d waits for the others", idiom.Name, n, n, held)
		y, g := new(collector), tr.gate()
		var ended atomic.Int64
		mapping := async(func() error {
			return idiom.Map(n, n, func(i int) (uint64, error) {
				if i == held {
					g.wait()
				}
				defer ended.Add(1)
				return result(i), nil
			}, y.yield)
		})
		if !tr.reaches(ended.Load, n-1) {
			return tr.fail("the others to end", "%d did", ended.Load())
		}
		early := idiom.Streams && (held != 0 || idiom.Unordered)
		if early && !tr.reaches(y.count, 1) {
			return tr.fail("results while a task still runs (Idiom.Streams)", "none")
		}
		if early := tr.settled(y.count); early > 0 && !idiom.Streams {
			return tr.fail("no result before the last task has ended (Idiom.Streams: false)", "%d", early)
		}
		if mapping.returned() {
			return tr.fail("Map to wait for the last task", "Map %s while it was running", mapping.outcome)
		}
		g.open()
		if o := mapping.wait(); !o.clean() {
			return tr.fail("Map to return nil", "Map %s", o)
		}
		if len(y.yielded) != n {
			return tr.fail(fmt.Sprintf("%d results", n), "%d", len(y.yielded))
		}
		if first := y.yielded[0] == result(0); held == 0 && first == idiom.Unordered {
			return tr.fail(fmt.Sprintf("results as declared (Idiom.Unordered: %v)", idiom.Unordered),
				"the result of task 0, which was the last to end, came first: %v", first)
		}
	}
	return nil
}

// returnsErrors proves rule 18.
func returnsErrors(tr *trial) error {
	for _, idiom := range tr.strategy.Idioms {
		if err := failsAsDeclared(tr, idiom); err != nil {
			return err
		}
	}
	return nil
}

// failsAsDeclared has three of four tasks fail, one before the others, and the
// fourth end well after them.
func failsAsDeclared(tr *trial, idiom strategies.Idiom) error {
	const n, first, sound = 4, 2, 0
	tr.doing("idiom %q: with limit %d, mapping %d tasks of which %d fail, task %d first", idiom.Name, n, n, n-1, first)
	var started atomic.Int64
	failed, end := tr.gate(), tr.gate()
	mapping := async(func() error {
		return idiom.Map(n, n, func(i int) (uint64, error) {
			started.Add(1)
			switch i {
			case sound:
				end.wait()
				return result(i), nil
			case first:
				// All must be under way, for the first error may keep
				// others from starting.
				holds(tr.Stall, func() bool { return started.Load() == n || tr.traits.Capacity == strategies.CapacitySequential })
				defer failed.open()
			default:
				failed.wait()
				time.Sleep(tr.Settle) // the library has noted the first error by then
			}
			return 0, errTask(i)
		}, func(uint64) {})
	})
	if tr.happens(mapping.returned) {
		return tr.fail("Map to wait for the tasks that still run", "Map %s", mapping.outcome)
	}
	end.open()
	o := mapping.wait()
	if o.panicked != nil || o.exited {
		return tr.fail("Map to return", "Map %s", o)
	}
	for i := range n {
		want := false
		switch idiom.Errors {
		case strategies.ErrorsJoined:
			want = i != sound
		case strategies.ErrorsFirst:
			want = i == first
		}
		if errors.Is(o.err, errTask(i)) != want {
			return tr.fail(fmt.Sprintf("of the errors of tasks 1 to %d: %s (Idiom.Errors)", n-1, idiom.Errors), "Map %s", allLines(o))
		}
	}
	if o.err != nil && idiom.Errors == strategies.ErrorsNone {
		return tr.fail("nil (Idiom.Errors: none)", "Map %s", allLines(o))
	}
	return nil
}

// allLines is like outcome.String for an error that joins several.
func allLines(o outcome) string { return fmt.Sprintf("returned the error %q", fmt.Sprint(o.err)) }
