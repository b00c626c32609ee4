package catalog_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/stealing"
	"github.com/poolbench/poolbench/strategies/strategytest"
)

var (
	_ strategies.Pool         = (*stealing.Pool)(nil)
	_ strategies.Canceler     = (*stealing.Pool)(nil)
	_ strategies.Resizer      = (*stealing.Pool)(nil)
	_ strategies.TrySubmitter = (*stealing.Pool)(nil)
)

// wholeStealing declares everything that the package stealing documents, of
// which the catalog measures a part. It is here, not with the pool, because the
// pool's module requires no other.
var wholeStealing = &strategies.Strategy{
	Name: "stealingwhole",
	Doc:  "the own pool\n\nwith every idiom that its documentation names",
	URL:  "https://pkg.go.dev/github.com/poolbench/poolbench/strategies/stealing",
	Open: func(limit int) (strategies.Pool, error) { return stealing.New(limit), nil },
	Traits: strategies.Traits{
		Full:  strategies.FullBuffers,
		Purge: time.Second,
	},
	Idioms: []strategies.Idiom{
		{Name: "map", Doc: "Map", Map: byMap, Errors: strategies.ErrorsFirst},
		{Name: "each", Doc: "Each, into a slice", Map: byEach, Errors: strategies.ErrorsJoined, Continues: true},
		{Name: "group", Doc: "Group with AllErrors", Map: byGroup(stealing.AllErrors), Errors: strategies.ErrorsJoined, Continues: true},
		{Name: "firsterror", Doc: "Group with FirstError", Map: byGroup(stealing.FirstError), Errors: strategies.ErrorsFirst},
		{Name: "callback", Doc: "Future.OnDone", Map: byCallback, Errors: strategies.ErrorsNone, Unordered: true, Streams: true, Continues: true},
	},
}

func TestStealingKeepsEverythingItDocuments(t *testing.T) {
	if err := strategies.Validate(wholeStealing); err != nil {
		t.Fatal(err)
	}
	strategytest.Run(t, wholeStealing)
}

func yieldAll(results []uint64, err error, yield func(uint64)) error {
	if err != nil {
		return err
	}
	for _, result := range results {
		yield(result)
	}
	return nil
}

func byMap(limit, n int, task func(i int) (uint64, error), yield func(uint64)) error {
	p := stealing.New(limit)
	defer p.Close()
	results, err := stealing.Map(context.Background(), p, n,
		func(_ context.Context, i int) (uint64, error) { return task(i) })
	return yieldAll(results, err, yield)
}

func byEach(limit, n int, task func(i int) (uint64, error), yield func(uint64)) error {
	p := stealing.New(limit)
	defer p.Close()
	results, errs := make([]uint64, n), make([]error, n)
	err := p.Each(context.Background(), n, func(i int) { results[i], errs[i] = task(i) })
	return yieldAll(results, errors.Join(append(errs, err)...), yield)
}

func byGroup(errs stealing.Errors) func(limit, n int, task func(i int) (uint64, error), yield func(uint64)) error {
	return func(limit, n int, task func(i int) (uint64, error), yield func(uint64)) error {
		p := stealing.New(limit)
		defer p.Close()
		g := stealing.NewGroup[uint64](context.Background(), p, errs)
		for i := range n {
			g.Go(func(context.Context) (uint64, error) { return task(i) })
		}
		results, err := g.Wait()
		return yieldAll(results, err, yield)
	}
}

func byCallback(limit, n int, task func(i int) (uint64, error), yield func(uint64)) error {
	p := stealing.New(limit)
	turn := make(chan struct{}, 1) // one callback at a time
	for i := range n {
		stealing.Submit(p, func() (uint64, error) { return task(i) }).OnDone(func(result uint64, err error) {
			if err == nil {
				turn <- struct{}{}
				yield(result)
				<-turn
			}
		})
	}
	return p.Close()
}
