package stdlib

import (
	"context"
	"errors"
	"sync"

	"github.com/poolbench/poolbench/strategies"
)

// Semaphore starts a goroutine for every task as soon as a channel has a place.
var Semaphore = &strategies.Strategy{
	Name: "semaphore",
	Doc: `a goroutine per task behind a channel that holds limit places

Use it to limit goroutines without a library: it is five lines, and full means
that the submitter waits, so that memory stays bounded.
Do not use it when a task submits to its own pool, which can deadlock, or when
a panic must not end the process.`,
	URL: "https://go.dev/doc/effective_go#channels",
	Open: limited(func(limit int) (strategies.Pool, error) {
		return &semaphorePool{places: make(chan struct{}, limit)}, nil
	}),
	Traits: strategies.Traits{
		Panic:  strategies.PanicCrashes,
		Nested: strategies.NestedDeadlocks,
		Race:   strategies.RaceUndefined, // sync.WaitGroup: the first Add must happen before Wait
		Closed: strategies.ClosedReusable,
	},
}

type semaphorePool struct {
	places chan struct{}
	tasks  sync.WaitGroup
}

// Go counts the task before it waits for a place, so that Close waits for
// submitters that are blocked here.
func (p *semaphorePool) Go(task func()) error {
	p.tasks.Add(1)
	p.places <- struct{}{}
	go func() {
		defer func() { <-p.places; p.tasks.Done() }()
		task()
	}()
	return nil
}

// TryGo and GoContext are the same send in a select.
func (p *semaphorePool) TryGo(task func()) error {
	select {
	case p.places <- struct{}{}:
		p.start(task)
		return nil
	default:
		return errFull
	}
}

func (p *semaphorePool) GoContext(ctx context.Context, task func()) error {
	p.tasks.Add(1)
	defer p.tasks.Done()
	select {
	case p.places <- struct{}{}:
		p.start(task)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// start runs a task that has a place.
func (p *semaphorePool) start(task func()) {
	p.tasks.Add(1)
	go func() {
		defer func() { <-p.places; p.tasks.Done() }()
		task()
	}()
}

var errFull = errors.New("as many tasks are running as the limit allows: submit again later")

func (p *semaphorePool) Close() error {
	p.tasks.Wait()
	return nil
}
