package catalog

import (
	"fmt"

	"github.com/panjf2000/ants/v2"

	"github.com/poolbench/poolbench/strategies"
)

// AntsMulti is github.com/panjf2000/ants' row of pools.
var AntsMulti = &strategies.Strategy{
	Name: "antsmulti",
	Doc: `panjf2000/ants: a row of smaller pools, each with its own lock

Use it when so many goroutines submit at once that the lock of one ants pool is
what they wait for, and there are many more tasks than places.
Do not use it when a free place must be used: pools are taken in turn, and a task
waits behind a full one while its neighbour is idle.`,
	URL:     "https://pkg.go.dev/github.com/panjf2000/ants/v2#MultiPool",
	Module:  "github.com/panjf2000/ants/v2",
	Open:    openAnts(newAntsMulti),
	Traits:  antsMultiTraits,
	Options: antsOptions(newAntsMulti, antsMultiTraits),
}

// antsMultiTraits are those of its pools, but that round robin does not ask who
// is free.
var antsMultiTraits = func() strategies.Traits {
	t := antsTraits
	t.Capacity, t.Resize = strategies.CapacitySplit, strategies.ResizeExact // it has no Resize
	return t
}()

func newAntsMulti(limit int, options ...ants.Option) (strategies.Pool, error) {
	pools := antsPools(limit)
	pool, err := ants.NewMultiPool(pools, limit/pools, ants.RoundRobin, options...)
	if err != nil {
		return nil, fmt.Errorf("open %d ants pools of %d: %w", pools, limit/pools, err)
	}
	return antsMulti{pool}, nil
}

// antsPools returns how many pools share the limit. They are all of one size,
// so the number is a divisor; the one at or below the square root gives the
// lock and the places equal weight.
func antsPools(limit int) int {
	pools := 1
	for n := 2; n*n <= limit; n++ {
		if limit%n == 0 {
			pools = n
		}
	}
	return pools
}

// antsMulti is no Resizer: MultiPool.Tune sets the limit of each pool, and so
// reaches multiples of their number only.
type antsMulti struct{ pool *ants.MultiPool }

func (p antsMulti) Go(task func()) error { return p.pool.Submit(task) }

func (p antsMulti) Close() error { return releaseAnts(p.pool) }
