package stealing

import (
	"context"
	"sync"
)

// A Future is a result that a pool is still working on. [Submit] makes it. Its
// methods may be called concurrently.
type Future[T any] struct {
	pool *Pool
	task func() (T, error)
	wait sync.WaitGroup // for the end

	mu       sync.Mutex
	ended    bool
	then     []func(T, error)
	value    T
	err      error
	panicked bool // with err, a *Panic
}

// Submit hands task to the pool, as Go does, and returns its future. A task
// that the pool refuses gives a future that holds the refusal as its error, so
// that there is one place to look for errors.
//
// Cost: one allocation more than Go.
func Submit[T any](p *Pool, task func() (T, error)) *Future[T] {
	f := &Future[T]{pool: p, task: task}
	f.wait.Add(1)
	err := errNil
	if task != nil {
		err = p.submit(context.Background(), f)
	}
	if err != nil {
		f.end(err)
	}
	return f
}

// Result waits until the task has ended and returns what it returned. If the
// task panicked, Result panics with a [*Panic], every time. If it has no result
// for another reason, the error is [ErrGoexit], [ErrCancelled] or [ErrClosed].
//
// A task that calls Result for a future of its own pool lends its slot while
// it waits.
func (f *Future[T]) Result() (T, error) {
	f.mu.Lock()
	ended := f.ended
	f.mu.Unlock()
	if !ended {
		f.pool.wait(&f.wait, f.pool.inside())
	}
	if f.panicked {
		panic(f.err)
	}
	return f.value, f.err
}

// OnDone has then called with what Result would return, when the task has
// ended; at once if it has. If the task panicked, the error is its [*Panic].
// Several funcs are called in the order in which they were added.
//
// then runs in the worker that ran the task, or that found the pool cancelled,
// and so it should be short. If it panics there, that is a panic of a task given
// to Go. If the task has ended already, then runs in the caller of OnDone.
func (f *Future[T]) OnDone(then func(T, error)) {
	f.mu.Lock()
	if !f.ended {
		f.then = append(f.then, then)
		f.mu.Unlock()
		return
	}
	f.mu.Unlock()
	then(f.value, f.err)
}

func (f *Future[T]) run() {
	defer func() {
		if f.task != nil {
			v := recover()
			f.panicked = v != nil
			f.end(unreturned(v))
		}
	}()
	f.value, f.err = f.task()
	f.task = nil
	f.end(f.err)
}

func (f *Future[T]) drop() { f.end(ErrCancelled) }

func (f *Future[T]) tasks() int64 { return 1 }

// end makes the result known.
func (f *Future[T]) end(err error) {
	f.mu.Lock()
	f.ended, f.err, f.task = true, err, nil
	then := f.then
	f.then = nil
	f.mu.Unlock()
	f.wait.Done()
	f.callAll(then)
}

// callAll calls every func, even if one before it does not return.
func (f *Future[T]) callAll(then []func(T, error)) {
	if len(then) > 0 {
		defer f.callAll(then[1:])
		then[0](f.value, f.err)
	}
}
