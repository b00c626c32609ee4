package catalog

import (
	"context"
	"fmt"
	"time"

	"github.com/alitto/pond/v2"

	"github.com/poolbench/poolbench/strategies"
)

// Pond is github.com/alitto/pond's pool, submitted to without a future.
var Pond = &strategies.Strategy{
	Name: "pond",
	Doc: `alitto/pond: workers that come and go with the load, fed by Go

Use it when submitters must never wait and the queue may grow, when the limit
changes while the program runs, or for tasks that submit tasks.
Do not use it when memory must stay bounded without an option, or when a panic
must be noticed: what a task given to Go panics with is only counted.`,
	URL:    "https://pkg.go.dev/github.com/alitto/pond/v2#readme-submitting-tasks-to-a-pool-with-limited-concurrency",
	Module: "github.com/alitto/pond/v2",
	Open:   limited(func(limit int) (strategies.Pool, error) { return openPond(limit), nil }),
	Traits: pondTraits,
	Idioms: []strategies.Idiom{pondResultGroup()},
	Options: []strategies.Option{
		{
			Name: "queuesize",
			Doc: `pond with WithQueueSize(limit): as many tasks wait as there are workers, then Go waits

Use it when the submitter can wait, so that memory stays bounded.
Do not use it when tasks submit tasks: with the queue full, they wait for one
another.`,
			Open: limited(func(limit int) (strategies.Pool, error) {
				return openBoundedPond(limit), nil
			}),
			Traits: strategies.Traits{
				Full:   strategies.FullBuffers,
				Panic:  strategies.PanicSwallowed,
				Nested: strategies.NestedDeadlocks,
				Purge:  pondPurge,
			},
			Idioms: []strategies.Idiom{pondResultGroup(pond.WithQueueSize(1))},
		},
		{
			Name: "nonblocking",
			Doc: `pond with WithQueueSize(limit) and WithNonBlocking(true): when the queue is full, Go returns ErrQueueFull

Use it when a submitter has something better to do than to wait, such as to turn
a request away.
Do not use it when every task must be run: the submitter keeps what is rejected.`,
			Open: limited(func(limit int) (strategies.Pool, error) {
				return openBoundedPond(limit, pond.WithNonBlocking(true)), nil
			}),
			Traits: strategies.Traits{
				Full:  strategies.FullBuffersThenRejects,
				Panic: strategies.PanicSwallowed,
				Purge: pondPurge,
			},
		},
		{
			Name: "context",
			Doc: `pond with WithContext: to cancel the context is to stop the pool

Use it when submitters must be turned away at once from some moment on.
Do not use it to drop what is queued: what was given to Go runs all the same,
unless it waits in a subpool. Submit, with a future, drops it: see pondsubmit.`,
			Open: limited(func(limit int) (strategies.Pool, error) { return openPondContext(limit), nil }),
			Traits: strategies.Traits{
				Full:   strategies.FullQueues,
				Panic:  strategies.PanicSwallowed,
				Cancel: strategies.CancelRuns, // only Submit wraps a task in a look at the context; Go's tasks are run
				// A subpool keeps a queue of its own and hands its parent as many tasks
				// as its limit allows. Those wait there like the parent's own and are
				// run; the next that it hands over the cancelled parent refuses.
				Parts: strategies.PartsHanded,
				Purge: pondPurge,
			},
			Idioms: []strategies.Idiom{pondResultGroup(pond.WithContext(context.Background()))},
		},
	},
}

// pondPurge says that a worker ends as soon as the queue is empty.
const pondPurge = time.Nanosecond

var pondTraits = strategies.Traits{
	Full:  strategies.FullQueues,
	Panic: strategies.PanicSwallowed, // recovered and added to FailedTasks
	Purge: pondPurge,
}

// pondTasks is a subpool, and what all pools have in common.
type pondTasks struct{ pool pond.Pool }

func (p pondTasks) Go(task func()) error { return p.pool.Go(task) }

func (p pondTasks) Close() error {
	p.pool.StopAndWait()
	return nil
}

// pondBounded is a pool with a bounded queue. It has no Divide: a subpool takes no
// notice when its parent refuses a task, and a worker that hands over the next task
// of a subpool waits for room that only it could make.
type pondBounded struct{ pondTasks }

func openBoundedPond(limit int, options ...pond.Option) pondBounded {
	return pondBounded{pondTasks{pond.NewPool(limit, append(options, pond.WithQueueSize(limit))...)}}
}

// Resize is the pool's own.
func (p pondBounded) Resize(limit int) { p.pool.Resize(limit) }

// pondPool is a pool with an endless queue.
type pondPool struct{ pondBounded }

func openPond(limit int, options ...pond.Option) pondPool {
	return pondPool{pondBounded{pondTasks{pond.NewPool(limit, options...)}}}
}

// Divide is NewSubpool.
func (p pondPool) Divide(limit int) (strategies.Pool, error) {
	part, err := p.subpool(limit)
	if err != nil {
		return nil, err
	}
	return part, nil
}

// subpool refuses a limit before the library sees it: one would panic, and 0 be
// taken for that of the whole.
func (p pondPool) subpool(limit int) (pondTasks, error) {
	if most := p.pool.MaxConcurrency(); limit < 1 || limit > most {
		return pondTasks{}, fmt.Errorf("divide a pond pool of %d: the limit of a part must be from 1 to %d, not %d", most, most, limit)
	}
	return pondTasks{p.pool.NewSubpool(limit)}, nil
}

// pondContext is a pool with a context that can be cancelled.
type pondContext struct {
	pondPool
	cancel context.CancelFunc
}

func openPondContext(limit int) pondContext {
	ctx, cancel := context.WithCancel(context.Background())
	return pondContext{openPond(limit, pond.WithContext(ctx)), cancel}
}

// Cancel cancels the pool's context, which is the way to stop a pool at once.
func (p pondContext) Cancel() { p.cancel() }

// Cancelled is the pool's CanceledTasks, which counts those of its subpools. Asked
// for in this way, releases before it was there can be compared with later ones.
func (p pondContext) Cancelled() int {
	if counts, ok := p.pool.(interface{ CanceledTasks() uint64 }); ok {
		return int(counts.CanceledTasks())
	}
	return 0
}

// pondResultGroup is the idiom of a pool with those options.
func pondResultGroup(options ...pond.Option) strategies.Idiom {
	return strategies.Idiom{
		Name:   "resultgroup",
		Doc:    "ResultPool.NewGroup: Wait returns what the tasks returned, in order",
		Errors: strategies.ErrorsFirst,
		Map: func(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
			pool := pond.NewResultPool[uint64](limit, options...)
			defer pool.StopAndWait()
			group := pool.NewGroup()
			for i := range n {
				group.SubmitErr(func() (uint64, error) { return task(i) })
			}
			results, err := group.Wait()
			if err != nil {
				return err
			}
			for _, result := range results {
				yield(result)
			}
			return nil
		},
	}
}
