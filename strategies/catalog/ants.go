package catalog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/panjf2000/ants/v2"

	"github.com/poolbench/poolbench/strategies"
)

// Ants is github.com/panjf2000/ants' pool.
var Ants = &strategies.Strategy{
	Name: "ants",
	Doc: `panjf2000/ants: reused goroutines that leave after a second without work

Use it when tasks come in bursts and need deep stacks, which reused goroutines
have already grown, or when the limit changes while the program runs.
Do not use it when a panic must be noticed, which without a handler of yours is
only logged, or when a task submits to its own pool, which can deadlock.`,
	URL:    "https://pkg.go.dev/github.com/panjf2000/ants/v2#Pool",
	Module: "github.com/panjf2000/ants/v2",
	Open: limited(func(limit int) (strategies.Pool, error) {
		pool, err := ants.NewPool(limit)
		if err != nil {
			return nil, fmt.Errorf("open an ants pool of %d: %w", limit, err)
		}
		return antsPool{pool}, nil
	}),
	Traits: strategies.Traits{
		Panic:  strategies.PanicSwallowed, // written to the pool's logger
		Nested: strategies.NestedDeadlocks,
		Race:   antsRace,
		Resize: strategies.ResizeLate, // Tune leaves idle workers of the old limit in the queue, and they are taken
		Purge:  antsPurge,
	},
}

const (
	antsPurge = time.Second // ants.DefaultCleanIntervalTime

	// Submit looks whether the pool is closed and then starts a worker. When
	// ReleaseContext comes in between and no worker runs, it returns first. And
	// a worker that leaves signals without the lock, so that a submitter who has
	// found the pool full and does not wait yet misses it: the last worker of a
	// closed pool may leave one behind for ever.
	antsRace = strategies.RaceHangs
)

type antsPool struct{ pool *ants.Pool }

func (p antsPool) Go(task func()) error { return p.pool.Submit(task) }

func (p antsPool) Close() error { return releaseAnts(p.pool) }

// Resize is Tune.
func (p antsPool) Resize(limit int) { p.pool.Tune(limit) }

// releaseAnts closes a pool of ants and waits for its workers. Release alone
// returns while tasks run; ReleaseContext waits until every worker has left.
func releaseAnts(pool interface {
	ReleaseContext(context.Context) error
}) error {
	err := pool.ReleaseContext(context.Background())
	if errors.Is(err, ants.ErrPoolClosed) {
		return nil // closed before
	}
	return err
}
