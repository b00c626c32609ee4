package stealing

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// Errors says which errors of its tasks a group returns.
type Errors int

const (
	// FirstError returns the first error to happen, ends the context of the
	// other tasks and keeps those from starting that have not.
	FirstError Errors = iota

	// AllErrors lets every task run and joins their errors in the order of the
	// tasks.
	AllErrors
)

// A Group is a number of tasks that return results and are awaited together.
// [NewGroup] makes it; it is for one Wait. Several groups may share a pool.
type Group[T any] struct {
	pool     *Pool
	ctx      context.Context
	cancel   context.CancelCauseFunc
	unlisten func() bool // to the end of ctx
	errors   Errors
	left     sync.WaitGroup // tasks that have not ended
	skipped  atomic.Bool    // a task did not start because ctx had ended

	mu       sync.Mutex
	tasks    [][]member[T] // in order; what was once appended does not move
	first    error         // to happen
	panicked *Panic
}

// A member is a task of a group, and its result.
type member[T any] struct {
	group   *Group[T]
	task    func(context.Context) (T, error)
	claimed atomic.Bool // it has started, or never will
	value   T
	err     error
}

// NewGroup returns a group of tasks for p. When ctx ends, no further task of
// the group starts, and those that run can see it.
func NewGroup[T any](ctx context.Context, p *Pool, errors Errors) *Group[T] {
	g := &Group[T]{pool: p, errors: errors}
	g.ctx, g.cancel = context.WithCancelCause(ctx)
	g.unlisten = context.AfterFunc(g.ctx, g.giveUp)
	return g
}

// Go hands over a task. Like [Pool.Go] it waits while the queue is full, but
// not longer than the group's context lasts. A refusal is the task's error.
//
// Cost: the group keeps the task until Wait; there is no allocation for each,
// but one for ever more of them, up to 256.
func (g *Group[T]) Go(task func(context.Context) (T, error)) {
	m := g.add(task)
	err := g.ctx.Err()
	if err == nil {
		err = g.pool.submit(g.ctx, m)
	}
	switch {
	case err == nil || !m.claim():
	case g.ctx.Err() != nil:
		m.skip()
	default:
		m.end(err, false)
	}
}

// Wait returns when every task has ended or been given up. The results are in
// the order of Go, with zero values for tasks that have none. The error is
// what [Errors] says; if ctx ended before every task had started, also why.
//
// If a task panicked, the others are treated as after a first error, and Wait
// panics with a [*Panic] that holds the first one's value and stack.
//
// A task that waits for a group of its own pool lends its slot meanwhile.
func (g *Group[T]) Wait() ([]T, error) {
	g.pool.wait(&g.left, g.pool.inside())
	g.unlisten()
	g.mu.Lock()
	defer g.mu.Unlock()
	cause := context.Cause(g.ctx)
	g.cancel(nil)
	if g.panicked != nil {
		panic(g.panicked)
	}

	var results []T
	var errs []error
	for _, slab := range g.tasks {
		for i := range slab {
			m := &slab[i]
			results = append(results, m.value)
			if m.err != nil && g.errors == AllErrors {
				errs = append(errs, m.err)
			}
		}
	}
	if g.errors == FirstError && g.first != nil {
		return results, g.first
	}
	if g.skipped.Load() {
		errs = append(errs, cause)
	}
	return results, errors.Join(errs...)
}

// add appends a task.
func (g *Group[T]) add(task func(context.Context) (T, error)) *member[T] {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.left.Add(1)
	last := len(g.tasks) - 1
	if last < 0 || len(g.tasks[last]) == cap(g.tasks[last]) {
		last++
		const smallest, doublings = 8, 5
		g.tasks = append(g.tasks, make([]member[T], 0, smallest<<min(last, doublings)))
	}
	slab := append(g.tasks[last], member[T]{group: g, task: task})
	g.tasks[last] = slab
	return &slab[len(slab)-1]
}

// giveUp ends every task that has not started, because the context has ended.
func (g *Group[T]) giveUp() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, slab := range g.tasks {
		for i := range slab {
			if m := &slab[i]; m.claim() {
				m.skip()
			}
		}
	}
}

// claim reports true to one caller only: it decides what becomes of the task.
func (m *member[T]) claim() bool {
	return !m.claimed.Load() && m.claimed.CompareAndSwap(false, true)
}

func (m *member[T]) run() {
	switch {
	case !m.claim():
	case m.group.ctx.Err() != nil:
		m.skip()
	default:
		m.work()
	}
}

func (m *member[T]) drop() {
	if m.claim() {
		m.end(ErrCancelled, false)
	}
}

func (m *member[T]) tasks() int64 { return 1 }

// work runs the task and ends it, whatever the task does.
func (m *member[T]) work() {
	returned := false
	defer func() {
		if !returned {
			v := recover()
			m.end(unreturned(v), v != nil)
		}
	}()
	value, err := m.task(m.group.ctx)
	returned = true
	m.value = value
	m.end(err, false)
}

// skip ends a task that was not to start because the context had ended.
func (m *member[T]) skip() {
	m.group.skipped.Store(true)
	m.group.left.Done()
}

// end ends a task with its error or nil, or with the *Panic that it panicked with.
func (m *member[T]) end(err error, panicked bool) {
	g := m.group
	if m.err = err; err != nil {
		g.mu.Lock()
		if panicked {
			g.panicked = g.panicked.plus(err.(*Panic))
		} else if g.first == nil {
			g.first = err
		}
		g.mu.Unlock()
		if panicked || g.errors == FirstError {
			g.cancel(err)
		}
	}
	g.left.Done()
}
