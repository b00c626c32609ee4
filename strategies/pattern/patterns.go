package pattern

import (
	"errors"

	"github.com/poolbench/poolbench/strategies"
)

// The three ways to get results back. Each is written once, over any
// func that submits, so that it is the same for every strategy:
//
//	results, err := pattern.Collect(n, func(i int) *pattern.Future[string] {
//		return pattern.Submit(pool, tasks[i])
//	}, pool.Close)

// WaitEach submits n tasks and reads each result before it submits the next.
// It is the classic mistake, here to be measured: however many workers the
// pool has, one task runs at a time.
//
// The results are in order; the error joins those of all tasks.
func WaitEach[T any](n int, submit func(i int) *Future[T]) ([]T, error) {
	results := make([]T, n)
	var errs []error
	for i := range n {
		var err error
		if results[i], err = submit(i).Result(); err != nil {
			errs = append(errs, err)
		}
	}
	return results, errors.Join(errs...)
}

// Collect submits n tasks, keeps their futures in order, closes the pool and
// then reads every result at once. It needs a pool of its own: closePool is
// that pool's Close.
//
// The results are in order; the error joins those of all tasks and of closing.
// A task that the pool gave up, because it was cancelled, has [ErrNotRun].
func Collect[T any](n int, submit func(i int) *Future[T], closePool func() error) ([]T, error) {
	futures := make([]*Future[T], n)
	for i := range futures {
		futures[i] = submit(i)
	}
	var errs []error
	if err := closePool(); err != nil {
		errs = append(errs, err)
	}
	results := make([]T, n)
	for i, f := range futures {
		// Close waits for every task that runs, so that one which has not
		// ended by now was given up. An end counts once.
		var none T
		f.complete(none, ErrNotRun)
		var err error
		if results[i], err = f.Result(); err != nil {
			errs = append(errs, err)
		}
	}
	return results, errors.Join(errs...)
}

// Callback submits funcs made by [Bind] and returns when the last is handed
// over: no result is waited for, each goes to its callback. The error is the
// first refusal; the funcs from that one on were not submitted.
//
// Cost: none but the pool's own. Bind's closures can be made beforehand and
// submitted again.
func Callback(p strategies.Pool, bound ...func()) error {
	for _, f := range bound {
		if err := p.Go(f); err != nil {
			return err
		}
	}
	return nil
}

// Bind makes of a task and a callback the one func that a pool runs. done is
// called in the goroutine that ran the task, with [ErrAborted] if the task
// panicked or called runtime.Goexit; it must be safe to call concurrently with
// the callbacks of other tasks.
//
// Cost: one allocation, and about two nanoseconds a run.
func Bind[T any](task func() (T, error), done func(T, error)) func() {
	return func() {
		err := ErrAborted // until the task returns
		var value T
		defer func() { done(value, err) }()
		value, err = task()
	}
}
