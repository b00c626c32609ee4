// Package mine is a pool of somebody else, in a module of its own.
package mine

import (
	"sync"

	"github.com/poolbench/poolbench/strategies"
)

// Strategy declares the pool.
var Strategy = &strategies.Strategy{
	Name: "mine",
	Doc: `a goroutine per task, with places to wait for

Use it to see how a pool is declared.
Do not use it for anything else.`,
	URL:  "https://example.com/mine",
	Open: func(limit int) (strategies.Pool, error) { return &pool{places: make(chan struct{}, limit)}, nil },
	Traits: strategies.Traits{ // what it does not promise
		Panic:  strategies.PanicCrashes,
		Nested: strategies.NestedDeadlocks,
		Race:   strategies.RaceUndefined,
		Closed: strategies.ClosedReusable,
	},
}

type pool struct {
	places chan struct{}
	tasks  sync.WaitGroup
}

func (p *pool) Go(task func()) error {
	p.tasks.Add(1)
	p.places <- struct{}{}
	go func() {
		defer func() { <-p.places; p.tasks.Done() }()
		task()
	}()
	return nil
}

func (p *pool) Close() error {
	p.tasks.Wait()
	return nil
}
