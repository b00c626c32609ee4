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
Do not use it when memory must stay bounded without further options, or when a
panic must be noticed: what a task given to Go panics with is only counted.`,
	URL:    "https://pkg.go.dev/github.com/alitto/pond/v2#readme-submitting-tasks-to-a-pool-with-limited-concurrency",
	Module: "github.com/alitto/pond/v2",
	Open:   limited(func(limit int) (strategies.Pool, error) { return openPond(limit), nil }),
	Traits: strategies.Traits{
		Full:   strategies.FullQueues,
		Panic:  strategies.PanicSwallowed, // recovered and added to FailedTasks
		Cancel: strategies.CancelRuns,     // only Submit wraps a task in a look at the context; Go's tasks are run
		// A subpool keeps a queue of its own and hands its parent as many tasks
		// as its limit allows. Those wait there like the parent's own and are
		// run; the next that it hands over the cancelled parent refuses.
		Parts: strategies.PartsHanded,
		Purge: time.Nanosecond, // a worker ends as soon as the queue is empty
	},
	Idioms: []strategies.Idiom{{
		Name:   "resultgroup",
		Doc:    "ResultPool.NewGroup: Wait returns what the tasks returned, in order",
		Map:    pondResultGroup,
		Errors: strategies.ErrorsFirst,
	}},
}

// pondTasks is a pool or a subpool.
type pondTasks struct{ pool pond.Pool }

func (p pondTasks) Go(task func()) error { return p.pool.Go(task) }

func (p pondTasks) Close() error {
	p.pool.StopAndWait()
	return nil
}

type pondPool struct {
	pondTasks
	cancel context.CancelFunc // of the pool's context
}

func openPond(limit int) *pondPool {
	ctx, cancel := context.WithCancel(context.Background())
	return &pondPool{pondTasks{pond.NewPool(limit, pond.WithContext(ctx))}, cancel}
}

// Resize is the pool's own.
func (p *pondPool) Resize(limit int) { p.pool.Resize(limit) }

// Cancel cancels the pool's context, which is the way to stop a pool at once.
func (p *pondPool) Cancel() { p.cancel() }

// Cancelled is the pool's CanceledTasks, which counts those of its subpools. Asked
// for in this way, releases before it was there can be compared with later ones.
func (p *pondPool) Cancelled() int {
	if counts, ok := p.pool.(interface{ CanceledTasks() uint64 }); ok {
		return int(counts.CanceledTasks())
	}
	return 0
}

// Divide is NewSubpool.
func (p *pondPool) Divide(limit int) (strategies.Pool, error) {
	part, err := p.subpool(limit)
	if err != nil {
		return nil, err
	}
	return part, nil
}

// subpool refuses a limit before the library sees it: one would panic, and 0 be
// taken for that of the whole.
func (p *pondPool) subpool(limit int) (pondTasks, error) {
	if most := p.pool.MaxConcurrency(); limit < 1 || limit > most {
		return pondTasks{}, fmt.Errorf("divide a pond pool of %d: the limit of a part must be from 1 to %d, not %d", most, most, limit)
	}
	return pondTasks{p.pool.NewSubpool(limit)}, nil
}

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
