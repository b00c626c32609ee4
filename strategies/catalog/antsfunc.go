package catalog

import (
	"fmt"

	"github.com/panjf2000/ants/v2"

	"github.com/poolbench/poolbench/strategies"
)

// AntsFunc is github.com/panjf2000/ants' pool of one function.
var AntsFunc = &strategies.Strategy{
	Name: "antsfunc",
	Doc: `panjf2000/ants: a pool whose workers all call one function, fed arguments

Use it as ants, when all tasks are one function with different arguments: none
of them needs a closure.
Do not use it when tasks differ, for then the closure comes back as the argument,
and see ants for panics and nested submits.`,
	URL:     "https://pkg.go.dev/github.com/panjf2000/ants/v2#PoolWithFuncGeneric",
	Module:  "github.com/panjf2000/ants/v2",
	Open:    openAnts(newAntsFunc),
	Traits:  antsTraits,
	Options: antsOptions(newAntsFunc, antsTraits),
}

func newAntsFunc(limit int, options ...ants.Option) (strategies.Pool, error) {
	pool, err := ants.NewPoolWithFuncGeneric(limit, func(task func()) { task() }, options...)
	if err != nil {
		return nil, fmt.Errorf("open an ants pool of one function and %d workers: %w", limit, err)
	}
	return antsFunc{pool}, nil
}

type antsFunc struct {
	pool *ants.PoolWithFuncGeneric[func()]
}

func (p antsFunc) Go(task func()) error { return p.pool.Invoke(task) }

func (p antsFunc) Close() error { return releaseAnts(p.pool) }

// Resize is Tune.
func (p antsFunc) Resize(limit int) { p.pool.Tune(limit) }
