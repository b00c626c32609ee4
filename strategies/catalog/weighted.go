package catalog

import (
	"context"

	"golang.org/x/sync/semaphore"

	"github.com/poolbench/poolbench/strategies"
)

// Weighted starts a goroutine for every task as soon as golang.org/x/sync's
// weighted semaphore has a place.
var Weighted = &strategies.Strategy{
	Name: "weighted",
	Doc: `a goroutine per task behind golang.org/x/sync/semaphore

Use it when tasks need different shares of something, when a submitter must be
able to give up waiting, or when waiting submitters must be served in order.
Do not use it for tasks that all weigh the same: a channel does the same with
less to learn, and a task that submits to its own pool can deadlock either way.`,
	URL:    "https://pkg.go.dev/golang.org/x/sync/semaphore",
	Module: "golang.org/x/sync",
	Open: limited(func(limit int) (strategies.Pool, error) {
		return &weighted{places: semaphore.NewWeighted(int64(limit)), limit: int64(limit)}, nil
	}),
	Traits: strategies.Traits{
		Panic:  strategies.PanicCrashes,
		Nested: strategies.NestedDeadlocks,
		Closed: strategies.ClosedReusable,
	},
}

type weighted struct {
	places *semaphore.Weighted
	limit  int64
}

func (p *weighted) Go(task func()) error { return p.GoContext(context.Background(), task) }

// GoContext is Acquire with a context.
func (p *weighted) GoContext(ctx context.Context, task func()) error {
	if err := p.places.Acquire(ctx, 1); err != nil {
		return err
	}
	go p.run(task)
	return nil
}

// TryGo is TryAcquire.
func (p *weighted) TryGo(task func()) error {
	if !p.places.TryAcquire(1) {
		return errFull
	}
	go p.run(task)
	return nil
}

func (p *weighted) run(task func()) {
	defer p.places.Release(1)
	task()
}

// Close takes every place, as the package's worker pool example does. Those
// who wait for a place came first and are served first.
func (p *weighted) Close() error {
	if err := p.places.Acquire(context.Background(), p.limit); err != nil {
		return err
	}
	p.places.Release(p.limit)
	return nil
}
