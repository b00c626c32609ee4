package pattern

import (
	"errors"
	"sync"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/remote"
)

// ErrAborted is the error of a future whose task ended without a result: it
// panicked or called runtime.Goexit. What becomes of the panic itself is the
// pool's Panic trait.
var ErrAborted = errors.New("task ended without a result: it panicked or called runtime.Goexit")

// ErrNotRun is the error of a future whose task was accepted and given up
// before it began, by a pool that was cancelled.
var ErrNotRun = errors.New("task was given up before it began: its pool was cancelled")

// A Future is a result that a pool is still working on. It is made by
// [Submit], and its methods may be called concurrently.
type Future[T any] struct {
	wg    sync.WaitGroup // holds one until the result is there
	mu    sync.Mutex     // guards ended and then
	ended bool
	then  []func(*Future[T])
	value T
	err   error
}

// Submit hands task to the pool and returns its future at once, or as soon as
// the pool lets it. A pool that refuses the task gives a future that holds the
// refusal as its error, so there is one place to look for errors.
//
// The future of a task that the pool gives up never ends by itself, because no
// pool says which tasks it gave up: read the futures of a pool that may be
// cancelled through [Collect].
//
// Cost: two allocations, the future and the func that the pool runs.
func Submit[T any](p strategies.Pool, task func() (T, error)) *Future[T] {
	f := new(Future[T])
	f.wg.Add(1)
	err := p.Go(func() {
		err := ErrAborted // until the task returns
		var value T
		defer func() { f.complete(value, err) }()
		value, err = task()
	})
	if err != nil {
		var none T
		f.complete(none, err)
	}
	return f
}

// SubmitJob hands a job to a remote pool and returns its future, as Submit
// does for a task.
func SubmitJob(p remote.Pool, job remote.Job) *Future[remote.Result] {
	f := new(Future[remote.Result])
	f.wg.Add(1)
	if err := p.Submit(job, f.complete); err != nil {
		f.complete(nil, err)
	}
	return f
}

// Result waits for the task to end and returns what it returned. Called right
// after Submit it makes the program serial: submit everything first.
func (f *Future[T]) Result() (T, error) {
	f.wg.Wait()
	return f.value, f.err
}

// OnDone calls then with the finished future: from the goroutine that ran the
// task when it ends, or at once if it has ended. Those added before the end are
// called in the order in which they were added. then must not block, for it holds a place of
// the pool.
func (f *Future[T]) OnDone(then func(*Future[T])) {
	f.mu.Lock()
	if !f.ended {
		f.then = append(f.then, then)
		f.mu.Unlock()
		return
	}
	f.mu.Unlock()
	then(f)
}

// complete ends the future. The first end counts.
func (f *Future[T]) complete(value T, err error) {
	f.mu.Lock()
	if f.ended {
		f.mu.Unlock()
		return
	}
	f.value, f.err, f.ended = value, err, true
	then := f.then
	f.then = nil
	f.mu.Unlock()
	f.wg.Done()
	for _, call := range then {
		call(f)
	}
}
