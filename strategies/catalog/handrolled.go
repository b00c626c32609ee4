package catalog

import (
	"context"
	"sync"

	"github.com/poolbench/poolbench/strategies"
)

// Handrolled is the worker pool of the textbooks.
var Handrolled = &strategies.Strategy{
	Name: "handrolled",
	Doc: `the textbook pool: limit workers read a buffered channel of tasks

Use it when a program has one such pool for its whole life and its tasks never
panic: it is twenty lines that everybody can read, and no task costs a goroutine.
Do not use it when tasks are not yours: runtime.Goexit, which t.FailNow calls,
ends a worker for good, what is in the buffer never runs once all have gone, and
to submit after closing panics.`,
	URL: "https://gobyexample.com/worker-pools",
	Open: limited(func(limit int) (strategies.Pool, error) {
		p := &handrolled{tasks: make(chan func(), limit)} // the buffer is as large as textbooks make it
		for range limit {
			p.workers.Go(p.work)
		}
		return p, nil
	}),
	Traits: strategies.Traits{
		Full:   strategies.FullBuffers,
		Panic:  strategies.PanicCrashes,
		Goexit: strategies.GoexitLeaks, // a worker that Goexit ends has no successor
		Nested: strategies.NestedDeadlocks,
		Race:   strategies.RacePanics, // send on closed channel
		Closed: strategies.ClosedPanics,
	},
}

type handrolled struct {
	tasks   chan func()
	workers sync.WaitGroup
	closing sync.Once // a channel can be closed but once
}

func (p *handrolled) work() {
	for task := range p.tasks {
		task()
	}
}

func (p *handrolled) Go(task func()) error {
	p.tasks <- task
	return nil
}

// TryGo and GoContext are the same send in a select.
func (p *handrolled) TryGo(task func()) error {
	select {
	case p.tasks <- task:
		return nil
	default:
		return errFull
	}
}

func (p *handrolled) GoContext(ctx context.Context, task func()) error {
	select {
	case p.tasks <- task:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *handrolled) Close() error {
	p.closing.Do(func() { close(p.tasks) })
	p.workers.Wait()
	return nil
}
