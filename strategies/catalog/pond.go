package catalog

import (
	"context"
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
Do not use it when memory must stay bounded without further options, or when a
panic must be noticed: what a task given to Go panics with is only counted.`,
	URL:    "https://pkg.go.dev/github.com/alitto/pond/v2#readme-submitting-tasks-to-a-pool-with-limited-concurrency",
	Module: "github.com/alitto/pond/v2",
	Open:   limited(func(limit int) (strategies.Pool, error) { return openPond(limit), nil }),
	Traits: strategies.Traits{
		Full:   strategies.FullQueues,
		Panic:  strategies.PanicSwallowed, // recovered and added to FailedTasks
		Cancel: strategies.CancelRuns,     // only Submit wraps a task in a look at the context; Go's tasks are run
		Purge:  time.Nanosecond,           // a worker ends as soon as the queue is empty
	},
	Idioms: []strategies.Idiom{{
		Name:   "resultgroup",
		Doc:    "ResultPool.NewGroup: Wait returns what the tasks returned, in order",
		Map:    pondResultGroup,
		Errors: strategies.ErrorsFirst,
	}},
}

type pondPool struct {
	pool   pond.Pool
	cancel context.CancelFunc // of the pool's context
}

func openPond(limit int) *pondPool {
	ctx, cancel := context.WithCancel(context.Background())
	return &pondPool{pool: pond.NewPool(limit, pond.WithContext(ctx)), cancel: cancel}
}

func (p *pondPool) Go(task func()) error { return p.pool.Go(task) }

func (p *pondPool) Close() error {
	p.pool.StopAndWait()
	return nil
}

// Resize is the pool's own.
func (p *pondPool) Resize(limit int) { p.pool.Resize(limit) }

// Cancel cancels the pool's context, which is the way to stop a pool at once.
func (p *pondPool) Cancel() { p.cancel() }

// Cancelled is the pool's CanceledTasks.
func (p *pondPool) Cancelled() int { return int(p.pool.CanceledTasks()) }

func pondResultGroup(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
	pool := pond.NewResultPool[uint64](limit)
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
}
