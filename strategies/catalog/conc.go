package catalog

import (
	"context"
	"sync"

	"github.com/sourcegraph/conc/iter"
	"github.com/sourcegraph/conc/pool"
	"github.com/sourcegraph/conc/stream"

	"github.com/poolbench/poolbench/strategies"
)

// Conc is github.com/sourcegraph/conc's pool.
var Conc = &strategies.Strategy{
	Name: "conc",
	Doc: `sourcegraph/conc: a scoped pool whose Wait re-raises the panics of its tasks

Use it for a batch inside a function: a panic in a task reaches the caller as if
the function itself had panicked, and results, ordered streams and parallel
iterators come with it.
Do not use it as a pool that lives on or that others may still submit to: it
ends with its first Wait, and to submit after that panics. Where several
goroutines submit, tasks that panic can leave one of them waiting forever.`,
	URL:    "https://pkg.go.dev/github.com/sourcegraph/conc/pool",
	Module: "github.com/sourcegraph/conc",
	Open: limited(func(limit int) (strategies.Pool, error) {
		return &concPool{pool: pool.New().WithMaxGoroutines(limit)}, nil
	}),
	Traits: concTraits,
	Idioms: []strategies.Idiom{
		{
			Name:      "resultpool",
			Doc:       "pool.NewWithResults: Wait returns what the tasks returned, in the order they ended",
			Map:       concResultPool,
			Unordered: true,
			Errors:    strategies.ErrorsJoined,
			Continues: true,
		},
		{
			Name:      "stream",
			Doc:       "stream.New: a callback per task, called in the order of submission while tasks run",
			Map:       concStream,
			Streams:   true,
			Errors:    strategies.ErrorsNone,
			Continues: true, // only the task's own callback learns of its error
		},
		{
			Name:      "iter",
			Doc:       "iter.Mapper: a parallel map over a slice",
			Map:       concIter,
			Errors:    strategies.ErrorsJoined,
			Continues: true, // MapErr combines all returned errors
		},
	},
	Options: []strategies.Option{
		{
			Name: "firsterror",
			Doc: `conc with WithErrors and WithFirstError: Wait returns the first error alone

Use it when one error is enough and every task is to run all the same.
Do not use it when the error should stop the rest: see conc+context.`,
			Open: limited(func(limit int) (strategies.Pool, error) {
				p := pool.New().WithErrors().WithFirstError().WithMaxGoroutines(limit)
				return &concErrors{submit: func(task func()) { p.Go(func() error { task(); return nil }) }, wait: p.Wait}, nil
			}),
			Traits: concTraits,
			Idioms: []strategies.Idiom{{
				Name:      "resultpool",
				Doc:       "pool.NewWithResults with WithErrors and WithFirstError",
				Map:       concFirstError,
				Unordered: true,
				Errors:    strategies.ErrorsFirst,
				Continues: true,
			}},
		},
		{
			Name: "context",
			Doc: `conc with WithContext, WithCancelOnError and WithFirstError, whose tasks look at the context before they begin

Use it when the first error makes the rest pointless: what has not begun by then
does nothing.
Do not use it without that look: the pool starts every task all the same.`,
			Open: limited(func(limit int) (strategies.Pool, error) {
				p := pool.New().WithContext(context.Background()).WithCancelOnError().WithFirstError().WithMaxGoroutines(limit)
				return &concErrors{submit: func(task func()) { p.Go(func(context.Context) error { task(); return nil }) }, wait: p.Wait}, nil
			}),
			Traits: concTraits,
			Idioms: []strategies.Idiom{{
				Name:      "resultpool",
				Doc:       "pool.NewWithResults with WithContext, WithCancelOnError and WithFirstError",
				Map:       concContext,
				Unordered: true,
				Errors:    strategies.ErrorsFirst,
			}},
		},
	},
}

var concTraits = strategies.Traits{
	// Of two submitters that wait when a worker dies, one takes its place,
	// starts a worker and waits for it to take the task. The worker takes
	// the other's task; if it dies of that as well, no worker takes the first.
	// That submitter hangs until another task is submitted.
	Slots:  strategies.SlotsMayBlock,
	Goexit: strategies.GoexitMayBlock,
	Nested: strategies.NestedDeadlocks,
	Race:   strategies.RacePanics, // send on closed channel
	Closed: strategies.ClosedPanics,
}

type concPool struct {
	pool    *pool.Pool
	closing sync.Once // a second Wait would close a closed channel
}

func (p *concPool) Go(task func()) error {
	p.pool.Go(task)
	return nil
}

func (p *concPool) Close() error {
	p.closing.Do(p.pool.Wait)
	return nil
}

// concErrors is one of the pools whose tasks return errors.
type concErrors struct {
	submit  func(task func())
	wait    func() error
	closing sync.Once // a second Wait would close a closed channel
}

func (p *concErrors) Go(task func()) error {
	p.submit(task)
	return nil
}

func (p *concErrors) Close() (err error) {
	p.closing.Do(func() { err = p.wait() })
	return err
}

func concResultPool(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
	p := pool.NewWithResults[uint64]().WithErrors().WithMaxGoroutines(limit)
	for i := range n {
		p.Go(func() (uint64, error) { return task(i) })
	}
	results, err := p.Wait()
	for _, result := range results {
		yield(result)
	}
	return err
}

func concFirstError(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
	p := pool.NewWithResults[uint64]().WithErrors().WithFirstError().WithMaxGoroutines(limit)
	for i := range n {
		p.Go(func() (uint64, error) { return task(i) })
	}
	results, err := p.Wait()
	for _, result := range results {
		yield(result)
	}
	return err
}

func concContext(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
	p := pool.NewWithResults[uint64]().WithContext(context.Background()).WithCancelOnError().WithFirstError().WithMaxGoroutines(limit)
	for i := range n {
		p.Go(func(ctx context.Context) (uint64, error) {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			return task(i)
		})
	}
	results, err := p.Wait()
	for _, result := range results {
		yield(result)
	}
	return err
}

func concStream(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
	s := stream.New().WithMaxGoroutines(limit)
	for i := range n {
		s.Go(func() stream.Callback {
			result, err := task(i)
			return func() {
				if err == nil {
					yield(result)
				}
			}
		})
	}
	s.Wait()
	return nil
}

func concIter(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
	inputs := make([]int, n)
	for i := range inputs {
		inputs[i] = i
	}
	mapper := iter.Mapper[int, uint64]{MaxGoroutines: limit}
	results, err := mapper.MapErr(inputs, func(i *int) (uint64, error) { return task(*i) })
	if err != nil {
		return err
	}
	for _, result := range results {
		yield(result)
	}
	return nil
}
