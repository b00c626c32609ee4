package catalog

import (
	"context"
	"time"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/stealing"
)

// Stealing is this module's own pool.
var Stealing = &strategies.Strategy{
	Name: "stealing",
	Doc: `poolbench's own pool: workers that grab tasks in batches and steal from one another

Use it when tasks are short and many, from one submitter or from many, and when
the limit, a panic or a cancelled queue must not be left to chance.
Do not use it when tasks are few and long: plain goroutines are as fast, and
simpler.`,
	URL:    "https://pkg.go.dev/github.com/poolbench/poolbench/strategies/stealing",
	Open:   limited(func(limit int) (strategies.Pool, error) { return stealing.New(limit), nil }),
	Traits: stealingTraits,
	Idioms: []strategies.Idiom{{
		Name:   "map",
		Doc:    "stealing.Map: tasks are indexes, claimed in ranges",
		Map:    stealingMap,
		Errors: strategies.ErrorsFirst,
	}},
	Options: []strategies.Option{{
		Name: "allerrors",
		Doc: `stealing with a Group of AllErrors: every task runs, and Wait returns all errors

Use it when every error counts, such as to report them together.
Do not use it when the first error makes the rest pointless: Map stops there.`,
		Open:   limited(func(limit int) (strategies.Pool, error) { return stealing.New(limit), nil }),
		Traits: stealingTraits,
		Idioms: []strategies.Idiom{{
			Name:      "group",
			Doc:       "stealing.NewGroup with AllErrors",
			Map:       stealingGroup,
			Errors:    strategies.ErrorsJoined,
			Continues: true,
		}},
	}},
}

var stealingTraits = strategies.Traits{
	Full:  strategies.FullBuffers,
	Purge: time.Second,
}

func stealingGroup(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
	pool := stealing.New(limit)
	defer pool.Close()
	group := stealing.NewGroup[uint64](context.Background(), pool, stealing.AllErrors)
	for i := range n {
		group.Go(func(context.Context) (uint64, error) { return task(i) })
	}
	results, err := group.Wait()
	if err != nil {
		return err
	}
	for _, result := range results {
		yield(result)
	}
	return nil
}

func stealingMap(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
	pool := stealing.New(limit)
	defer pool.Close()
	results, err := stealing.Map(context.Background(), pool, n, func(_ context.Context, i int) (uint64, error) { return task(i) })
	if err != nil {
		return err
	}
	for _, result := range results {
		yield(result)
	}
	return nil
}
