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
Do not use it without options when the program must learn of a panic, which is
only logged, or when a task submits to its own pool, which can deadlock.`,
	URL:     "https://pkg.go.dev/github.com/panjf2000/ants/v2#Pool",
	Module:  "github.com/panjf2000/ants/v2",
	Open:    openAnts(newAnts),
	Traits:  antsTraits,
	Options: antsOptions(newAnts, antsTraits),
}

func newAnts(limit int, options ...ants.Option) (strategies.Pool, error) {
	pool, err := ants.NewPool(limit, options...)
	if err != nil {
		return nil, fmt.Errorf("open an ants pool of %d: %w", limit, err)
	}
	return antsPool{pool}, nil
}

var antsTraits = strategies.Traits{
	Panic:  strategies.PanicLogged,
	Nested: strategies.NestedDeadlocks,
	// Submit looks whether the pool is closed and then starts a worker. When
	// ReleaseContext comes in between and no worker runs, it returns first. And
	// a worker that leaves signals without the lock, so that a submitter who has
	// found the pool full and does not wait yet misses it: the last worker of a
	// closed pool may leave one behind forever.
	Race:   strategies.RaceHangs,
	Resize: strategies.ResizeLate, // Tune leaves idle workers of the old limit in the queue, and they are taken
	Purge:  time.Second,           // ants.DefaultCleanIntervalTime
}

// antsOpener opens one of the pools of ants.
type antsOpener func(limit int, options ...ants.Option) (strategies.Pool, error)

// openAnts returns the Open of a strategy.
func openAnts(open antsOpener, options ...ants.Option) func(limit int) (strategies.Pool, error) {
	return limited(func(limit int) (strategies.Pool, error) { return open(limit, options...) })
}

// antsOptions are the options that change what a pool of ants guarantees. The
// traits are those without an option.
func antsOptions(open antsOpener, traits strategies.Traits) []strategies.Option {
	nonblocking, few, handled := traits, traits, traits
	nonblocking.Full = strategies.FullRejects
	nonblocking.Nested = strategies.NestedSafe // Submit returns ErrPoolOverload where it would wait
	nonblocking.Race = strategies.RaceLate     // no submitter waits in Submit, and so none is left behind there
	few.Full = strategies.FullBlocksThenRejects
	handled.Panic = strategies.PanicHandled
	return []strategies.Option{
		{
			Name: "nonblocking",
			Doc: `ants with WithNonblocking(true): Submit to a full pool returns ErrPoolOverload

Use it when a submitter has something better to do than to wait, such as to turn
a request away, or when tasks submit tasks.
Do not use it when every task must be run: the submitter keeps what is rejected.`,
			Traits: nonblocking,
			Open:   openAnts(open, ants.WithNonblocking(true)),
		},
		{
			Name: "maxblocking",
			Doc: `ants with WithMaxBlockingTasks(limit): as many submitters wait, any further one is rejected

Use it when some waiting is acceptable and an endless crowd of waiting
goroutines is not.
Do not use it when every task must be run, or when tasks submit tasks, which can
still deadlock.`,
			Traits: few,
			Open: limited(func(limit int) (strategies.Pool, error) {
				return open(limit, ants.WithMaxBlockingTasks(limit))
			}),
		},
		{
			Name: "panichandler",
			Doc: `ants with WithPanicHandler: a func of the program gets the value of every panic

Use it when the program must learn of panics, to count them or to end.
Do not use it to learn which task it was: the handler gets nothing but the value.`,
			Traits: handled,
			Open: limited(func(limit int) (strategies.Pool, error) {
				n := &antsNotifier{handle: func(any) {}}
				pool, err := open(limit, ants.WithPanicHandler(func(value any) { n.handle(value) }))
				if err != nil {
					return nil, err
				}
				return n.of(pool), nil
			}),
		},
	}
}

type antsPool struct{ pool *ants.Pool }

func (p antsPool) Go(task func()) error { return p.pool.Submit(task) }

func (p antsPool) Close() error { return releaseAnts(p.pool) }

// Resize is Tune.
func (p antsPool) Resize(limit int) { p.pool.Tune(limit) }

// An antsNotifier is a pool of ants whose panic handler can be set after it was
// opened.
type antsNotifier struct {
	strategies.Pool
	handle func(value any)
}

func (n *antsNotifier) OnPanic(handle func(value any)) { n.handle = handle }

// of returns the notifier for a pool, with its Resize where it has one.
func (n *antsNotifier) of(pool strategies.Pool) strategies.Pool {
	n.Pool = pool
	if resizer, ok := pool.(strategies.Resizer); ok {
		return struct {
			*antsNotifier
			strategies.Resizer
		}{n, resizer}
	}
	return n
}

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
