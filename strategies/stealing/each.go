package stealing

import (
	"context"
	"iter"
)

// Each calls body once for every index from 0 to n-1, as tasks of the pool,
// and returns when the last call has returned. It is the fastest way to run
// many short tasks when their number is known: an index costs one atomic
// addition, and a call of Each two allocations and a submit.
//
// If ctx ends or the pool is cancelled, no further index starts, and Each
// returns why, unless every index has run. If body panics, no further index
// starts either, and Each panics with a [*Panic] that holds the first one's
// value and stack. If body calls runtime.Goexit, Each returns [ErrGoexit].
//
// A task may call Each on its own pool: it lends its slot while it waits.
func (p *Pool) Each(ctx context.Context, n int, body func(i int)) error {
	for base, size := range parts(n) {
		part := body
		if base > 0 {
			part = func(i int) { body(base + i) }
		}
		if err := newLoop(p, size, part).await(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Map calls f once for every index from 0 to n-1, as Each does, and returns
// the results in the order of the indexes. The first error, by time, keeps
// further indexes from starting, ends the context that f is called with, and
// is returned; the results are then those there are. A panic and runtime.Goexit
// end that context too.
func Map[T any](ctx context.Context, p *Pool, n int, f func(ctx context.Context, i int) (T, error)) ([]T, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	results := make([]T, max(0, n))
	for base, size := range parts(n) {
		var l *loop
		l = newLoop(p, size, func(i int) {
			result, err := f(ctx, base+i)
			if err != nil {
				l.halt(&l.failure, err)
				cancel(err)
				return
			}
			results[base+i] = result
		})
		l.broken = cancel
		if err := l.await(ctx); err != nil {
			return results, err
		}
	}
	return results, nil
}

// parts splits n indexes into as few loops as can hold them.
func parts(n int) iter.Seq2[int, int] {
	return func(yield func(base, size int) bool) {
		for base := 0; base < n; base += maxSpan {
			if !yield(base, min(n-base, maxSpan)) || n-base <= maxSpan { // or base would overflow where int has 32 bits
				return
			}
		}
	}
}
