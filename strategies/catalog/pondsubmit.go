package catalog

import (
	"github.com/alitto/pond/v2"

	"github.com/poolbench/poolbench/strategies"
)

// PondSubmit is github.com/alitto/pond's pool, submitted to with a future.
var PondSubmit = &strategies.Strategy{
	Name: "pondsubmit",
	Doc: `alitto/pond: the same pool, fed by Submit, which makes a future per task

Use it when each task is waited for by itself, when its panic should come back
as an error of its future, or with a context, when a cancelled pool must drop its
queue.
Do not use it when nothing reads the future: its context is paid for all the
same, and Go does without.`,
	URL:    "https://pkg.go.dev/github.com/alitto/pond/v2#readme-submitting-tasks-that-return-errors",
	Module: "github.com/alitto/pond/v2",
	Open:   limited(func(limit int) (strategies.Pool, error) { return pondSubmit{openPond(limit)}, nil }),
	Traits: pondTraits, // behind Pool.Go, a panic is the error of a future that nothing reads
	Options: []strategies.Option{
		{
			Name: "nonblocking",
			Doc: `pond with WithQueueSize(limit) and WithNonBlocking(true): when the queue is full, Submit's future holds ErrQueueFull

Use it when a submitter has something better to do than to wait, such as to turn
a request away.
Do not use it when every task must be run: the submitter keeps what is rejected.`,
			Open: limited(func(limit int) (strategies.Pool, error) {
				return pondSubmitTasks{openBoundedPond(limit, pond.WithNonBlocking(true)).pondTasks}, nil
			}),
			Traits: strategies.Traits{
				Full:  strategies.FullBuffersThenRejects,
				Panic: strategies.PanicSwallowed,
				Purge: pondPurge,
			},
		},
		{
			Name: "context",
			Doc: `pond with WithContext, fed by Submit: to cancel the context is to drop what is queued

Use it when the program may have to end before the queue is empty.
Do not use it to drop single tasks: the context is that of the whole pool.`,
			Open:   limited(func(limit int) (strategies.Pool, error) { return pondSubmitContext{openPondContext(limit)}, nil }),
			Traits: pondTraits,
		},
	},
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

type pondSubmit struct{ pondPool }

func (p pondSubmit) Go(task func()) error { return pondSubmitTasks{p.pondTasks}.Go(task) }

// Divide is NewSubpool.
func (p pondSubmit) Divide(limit int) (strategies.Pool, error) {
	part, err := p.subpool(limit)
	if err != nil {
		return nil, err
	}
	return pondSubmitTasks{part}, nil
}

type pondSubmitContext struct{ pondContext }

func (p pondSubmitContext) Go(task func()) error { return pondSubmit{p.pondPool}.Go(task) }

func (p pondSubmitContext) Divide(limit int) (strategies.Pool, error) {
	return pondSubmit{p.pondPool}.Divide(limit)
}
