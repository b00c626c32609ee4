package catalog

import (
	"time"

	"github.com/alitto/pond/v2"

	"github.com/poolbench/poolbench/strategies"
)

// PondSubmit is github.com/alitto/pond's pool, submitted to with a future.
var PondSubmit = &strategies.Strategy{
	Name: "pondsubmit",
	Doc: `alitto/pond: the same pool, fed by Submit, which makes a future per task

Use it when each task is waited for by itself, when its panic should come back
as an error of its future, or when a cancelled pool must drop its queue.
Do not use it when nobody reads the future: its context is paid for all the
same, and Go does without.`,
	URL:    "https://pkg.go.dev/github.com/alitto/pond/v2#readme-submitting-tasks-that-return-errors",
	Module: "github.com/alitto/pond/v2",
	Open: limited(func(limit int) (strategies.Pool, error) {
		return &pondSubmit{pondPool: openPond(limit)}, nil
	}),
	Traits: strategies.Traits{
		Full:  strategies.FullQueues,
		Panic: strategies.PanicSwallowed, // it is the error of a future that nobody holds behind Pool.Go
		Purge: time.Nanosecond,           // a worker ends as soon as the queue is empty
	},
}

type pondSubmit struct{ *pondPool }

func (p *pondSubmit) Go(task func()) error { return pondSubmitTasks{p.pondTasks}.Go(task) }

// Divide is NewSubpool.
func (p *pondSubmit) Divide(limit int) (strategies.Pool, error) {
	part, err := p.subpool(limit)
	if err != nil {
		return nil, err
	}
	return pondSubmitTasks{part}, nil
}

// pondSubmitTasks is a pool or a subpool that is fed by Submit.
type pondSubmitTasks struct{ pondTasks }

// Go is TrySubmit and not Submit, because it says whether the task was taken.
// With the unbounded queue they are the same: there is nothing to wait for.
func (p pondSubmitTasks) Go(task func()) error {
	if _, accepted := p.pool.TrySubmit(task); !accepted {
		return pond.ErrPoolStopped
	}
	return nil
}
