//go:build go1.25

package stealing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/poolbench/poolbench/strategies/stealing"
)

// The model of a pool is a bag of tasks and a limit: whenever nothing moves,
// as many tasks run as the limit allows or as there are. The test drives a pool
// through random steps, in virtual time, and after each step compares.

// A unit is a task of the model: one given to Go, TryGo or Submit, or an index
// of a loop.
type unit struct {
	accepted atomic.Bool
	lost     atomic.Bool // given up by Cancel, as far as the model is told
	runs     atomic.Int32
	waits    atomic.Bool  // for its child, and so has lent its slot
	child    *unit        // of a unit that waits
	broken   *atomic.Bool // of a loop: an index ended badly, so that no more start
	ended    atomic.Bool
	end      chan func() // how it is to end, when the test says so; nil to end at once
}

func (u *unit) runsNow() bool { return u.runs.Load() > 0 && !u.ended.Load() && !u.waits.Load() }

// wants reports whether the unit would run if it had a slot.
func (u *unit) wants() bool {
	switch {
	case u.lost.Load() || u.ended.Load() || !u.accepted.Load():
		return false
	case u.broken != nil && u.broken.Load() && u.runs.Load() == 0:
		return false
	case u.waits.Load():
		return u.child.ended.Load() || u.child.lost.Load()
	}
	return true
}

func (u *unit) run() {
	u.runs.Add(1)
	defer u.ended.Store(true)
	if u.end != nil {
		(<-u.end)()
	}
}

// A step is one thing done to a pool.
type step struct {
	do     string
	n      int
	length time.Duration // of tasks that end by themselves
}

func (s step) String() string { return fmt.Sprintf("%s %d (%v)", s.do, s.n, s.length) }

// draw draws one of the steps.
func draw(random *rand.Rand) step {
	do := []string{
		"go", "go", "go", "short", "short", "try", "parent", "each", "finish", "finish", "finish", "panic", "exit", "resize", "pass time", "cancel",
	}
	lengths := []time.Duration{0, 5 * time.Microsecond, time.Millisecond}
	return step{do: do[random.IntN(len(do))], n: 1 + random.IntN(12), length: lengths[random.IntN(len(lengths))]}
}

func TestAPoolBehavesLikeItsModel(t *testing.T) {
	for _, queue := range []int{1, 3, 64, 200} {
		t.Run(fmt.Sprintf("queue %d", queue), func(t *testing.T) {
			for seed := range uint64(100) {
				random := rand.New(rand.NewPCG(seed, uint64(queue)))
				limit := 1 + random.IntN(6)
				todo := make([]step, 1+random.IntN(25))
				for i := range todo {
					todo[i] = draw(random)
				}
				drive := func(todo []step) (wrong string) {
					synctest.Test(t, func(*testing.T) { wrong = newDrive(limit, queue).run(todo) })
					return wrong
				}
				if wrong := drive(todo); wrong != "" {
					t.Fatalf("seed %d, limit %d: %s", seed, limit, shortest(todo, wrong, drive))
				}
			}
		})
	}
}

// shortest leaves out every step without which something is wrong still, and
// returns what.
func shortest(todo []step, wrong string, drive func([]step) string) string {
	for i := 0; i < len(todo); {
		without := slices.Delete(slices.Clone(todo), i, i+1)
		if now := drive(without); now != "" {
			todo, wrong = without, now
		} else {
			i++
		}
	}
	return wrong
}

// A drive is a pool and its model.
type drive struct {
	pool      *stealing.Pool
	limit     int
	queue     int
	most      int  // the highest limit so far
	short     bool // some tasks are short: workers may have drawn more than they run
	cancelled bool
	closing   atomic.Bool
	panics    int

	mu       sync.Mutex
	units    []*unit
	waiting  atomic.Int64 // submitters in Go
	nested   atomic.Int64 // tasks submitted by tasks
	problems []string
	loops    sync.WaitGroup
}

func newDrive(limit, queue int) *drive {
	return &drive{
		pool:  stealing.New(limit, stealing.Queue(queue), stealing.Idle(time.Minute)),
		limit: limit, queue: queue, most: limit,
	}
}

// run does the steps and returns what differed first.
func (d *drive) run(todo []step) string {
	started := 0
	for i, s := range todo {
		d.do(s)
		time.Sleep(time.Second) // what ends by itself ends
		synctest.Wait()
		now := d.started()
		if wrong := d.compare(now - started); wrong != "" {
			d.finishAll()
			return fmt.Sprintf("after step %d of %v: %s", i, todo[:i+1], wrong)
		}
		started = now
	}
	return d.finishAll()
}

func (d *drive) unit(gated bool) *unit {
	u := new(unit)
	if gated {
		u.end = make(chan func(), 1)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.units = append(d.units, u)
	return u
}

func (d *drive) problem(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.problems = append(d.problems, fmt.Sprintf(format, args...))
}

func (d *drive) do(s step) {
	switch s.do {
	case "go":
		for range s.n {
			u := d.unit(true)
			go d.submit(u, u.run)
		}
	case "short":
		d.short = true
		units := make([]*unit, 20*s.n)
		for i := range units {
			units[i] = d.unit(false)
		}
		go func() {
			for _, u := range units {
				d.submit(u, func() {
					u.run()
					time.Sleep(s.length)
				})
			}
		}()
	case "try":
		for range s.n {
			u := d.unit(true)
			switch err := d.pool.TryGo(u.run); {
			case err == nil:
				u.accepted.Store(true)
			case err != stealing.ErrFull && !d.cancelled:
				d.problem("TryGo: %v", err)
			}
		}
	case "parent":
		u, child := d.unit(true), d.unit(true)
		u.child = child
		go d.submit(u, func() { d.raise(u) })
	case "each":
		d.each(s.n)
	case "finish", "panic", "exit":
		d.finish(s)
	case "resize":
		d.limit = s.n
		d.most = max(d.most, s.n)
		d.pool.Resize(s.n)
	case "pass time":
		time.Sleep(time.Duration(s.n) * 10 * time.Second)
	case "cancel":
		if s.n == 1 {
			d.cancelled = true
			d.pool.Cancel()
		}
	}
}

// submit hands u over as task.
func (d *drive) submit(u *unit, task func()) {
	d.waiting.Add(1)
	defer d.waiting.Add(-1)
	switch err := d.pool.Go(task); {
	case err == nil:
		u.accepted.Store(true)
	case err == stealing.ErrCancelled && d.cancelled, err == stealing.ErrClosed && d.closing.Load():
	default:
		d.problem("Go: %v", err)
	}
}

// raise runs a unit that submits a child and waits for it.
func (d *drive) raise(u *unit) {
	u.runs.Add(1)
	defer u.ended.Store(true)
	d.nested.Add(1)
	u.child.accepted.Store(true)
	f := stealing.Submit(d.pool, func() (int, error) { u.child.run(); return 0, nil })
	u.waits.Store(true)
	_, err := f.Result()
	switch err {
	case stealing.ErrCancelled:
		u.child.lost.Store(true)
	case stealing.ErrClosed:
		u.child.accepted.Store(false)
	}
	u.waits.Store(false)
	(<-u.end)()
}

// each runs n units as the indexes of a loop.
func (d *drive) each(n int) {
	units := make([]*unit, n)
	broken := new(atomic.Bool)
	for i := range units {
		units[i] = d.unit(true)
		units[i].broken = broken
		units[i].accepted.Store(true)
	}
	d.loops.Go(func() {
		var err error
		defer func() {
			panicked := recover() != nil
			for _, u := range units {
				if u.runs.Load() == 0 {
					u.lost.Store(true)
					if err == nil && !panicked {
						d.problem("Each returned nil and an index did not run")
					}
				}
			}
		}()
		err = d.pool.Each(context.Background(), n, func(i int) { units[i].run() })
	})
}

// finish ends some of the units that run.
func (d *drive) finish(s step) {
	how := map[string]func(){
		"finish": func() {},
		"panic":  func() { panic("deliberate") },
		"exit":   runtime.Goexit,
	}[s.do]
	for i, u := range d.running() {
		if i == s.n {
			break
		}
		if s.do == "panic" {
			d.panics++
		}
		if s.do != "finish" && u.broken != nil {
			u.broken.Store(true)
		}
		u.end <- how
	}
}

// running returns the units that run until they are told to end.
func (d *drive) running() (units []*unit) {
	for _, u := range d.units {
		if u.end != nil && u.runsNow() && len(u.end) == 0 {
			units = append(units, u)
		}
	}
	return units
}

func (d *drive) started() (n int) {
	for _, u := range d.units {
		n += min(1, int(u.runs.Load()))
	}
	return n
}

// compare says what of the pool differs from the model, after a step in which
// so many units started.
func (d *drive) compare(starts int) string {
	if len(d.problems) > 0 {
		return d.problems[0]
	}
	running, wanting, queued := 0, 0, 0
	for _, u := range d.units {
		switch {
		case u.runs.Load() > 1:
			return "a task ran twice"
		case u.runs.Load() > 0 && !u.accepted.Load():
			return "a task ran that was not accepted"
		}
		if u.runsNow() {
			running++
		}
		if u.wants() {
			wanting++
		}
		if u.accepted.Load() && u.runs.Load() == 0 && !u.lost.Load() && u.broken == nil {
			queued++
		}
	}
	switch {
	case d.cancelled && d.waiting.Load() > 0:
		return fmt.Sprintf("%d submitters wait in a cancelled pool", d.waiting.Load())
	case d.cancelled:
		// Whether a task that has not started was given up, the model cannot
		// know one by one; the sum is compared in the end.
		return ""
	case running > d.limit && starts > 0:
		return fmt.Sprintf("%d tasks run, limit %d, and %d started", running, d.limit, starts)
	case running < min(d.limit, wanting):
		return fmt.Sprintf("%d tasks run, although %d could and the limit is %d", running, wanting, d.limit)
	case d.waiting.Load() > 0 && queued < d.queue:
		return fmt.Sprintf("%d submitters wait, although %d tasks are queued and %d may", d.waiting.Load(), queued, d.queue)
	case !d.short && queued > d.queue+int(d.nested.Load())+d.most:
		// What a task submits may be beyond the bound, and so may what a
		// worker gives back that has lost its slot.
		return fmt.Sprintf("%d tasks are queued, although only %d may", queued, d.queue)
	}
	return ""
}

// finishAll lets everything end, closes the pool and compares the sums.
func (d *drive) finishAll() string {
	closed := make(chan any, 1)
	d.closing.Store(true)
	go func() {
		defer func() { closed <- recover() }()
		d.pool.Close()
	}()
	for {
		synctest.Wait()
		before := d.started()
		for _, u := range d.running() {
			u.end <- func() {}
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if d.started() == before && !slices.ContainsFunc(d.units, (*unit).runsNow) {
			break
		}
	}
	d.loops.Wait()
	raised := <-closed

	accepted, ran := 0, 0
	for _, u := range d.units {
		if u.runs.Load() > 1 {
			return "a task ran twice"
		}
		if u.accepted.Load() && !u.lost.Load() {
			accepted++
		}
		ran += int(u.runs.Load())
	}
	lost := d.pool.Cancelled()
	for _, u := range d.units {
		if u.child != nil && u.child.lost.Load() {
			lost-- // the model has taken it off itself
		}
	}
	switch {
	case accepted != ran+lost:
		return fmt.Sprintf("in the end %d accepted, %d run, %d cancelled", accepted, ran, lost)
	case !d.cancelled && lost != 0:
		return fmt.Sprintf("%d cancelled in a pool that was not", lost)
	case raised != nil && d.panics == 0:
		return fmt.Sprintf("Close raised %v", raised)
	case len(d.problems) > 0:
		return d.problems[0]
	}
	return ""
}
