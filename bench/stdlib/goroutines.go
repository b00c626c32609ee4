package stdlib

import (
	"sync"

	"github.com/poolbench/poolbench/strategies"
)

// Goroutines starts a goroutine for every task and limits nothing.
var Goroutines = &strategies.Strategy{
	Name: "goroutines",
	Doc: `one goroutine per task, without a limit

Use it when something else bounds the number of tasks, and when a task needs
nothing that is scarce. It is what Go programs do by default.
Do not use it when tasks can arrive faster than they end: nothing pushes back,
and every task that waits holds a goroutine and its stack.`,
	URL:  "https://pkg.go.dev/sync#WaitGroup.Go",
	Open: limited(func(int) (strategies.Pool, error) { return new(goroutines), nil }),
	Traits: strategies.Traits{
		Limit:  strategies.LimitNone,
		Full:   strategies.FullQueues, // in the scheduler
		Panic:  strategies.PanicCrashes,
		Race:   strategies.RaceUndefined, // sync.WaitGroup: the first Go must happen before Wait
		Closed: strategies.ClosedReusable,
	},
}

type goroutines struct{ tasks sync.WaitGroup }

func (p *goroutines) Go(task func()) error {
	p.tasks.Go(task)
	return nil
}

func (p *goroutines) Close() error {
	p.tasks.Wait()
	return nil
}
