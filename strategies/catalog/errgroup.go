package catalog

import (
	"golang.org/x/sync/errgroup"

	"github.com/poolbench/poolbench/strategies"
)

// Errgroup is golang.org/x/sync/errgroup with a limit.
var Errgroup = &strategies.Strategy{
	Name: "errgroup",
	Doc: `golang.org/x/sync/errgroup with SetLimit

Use it for a batch of tasks that can fail, when the first error is enough and
should cancel the rest through a context.
Do not use it as a pool that lives on: a group is for one batch. A panic ends
the process, and a task that submits to its own group can deadlock.`,
	URL:    "https://pkg.go.dev/golang.org/x/sync/errgroup",
	Module: "golang.org/x/sync",
	Open: limited(func(limit int) (strategies.Pool, error) {
		p := new(errgroupPool)
		p.group.SetLimit(limit)
		return p, nil
	}),
	Traits: strategies.Traits{
		Panic:  strategies.PanicCrashes,
		Nested: strategies.NestedDeadlocks,
		Race:   strategies.RaceUndefined,   // the first call to Go must happen before Wait
		Closed: strategies.ClosedUndefined, // a group should not be reused for different tasks
	},
	Idioms: []strategies.Idiom{{
		Name:      "slice",
		Doc:       "Group.Go with each task writing its own element of a slice",
		Map:       errgroupSlice,
		Errors:    strategies.ErrorsFirst,
		Continues: true, // even with a context tasks start; WithContext leaves it to them to look
	}},
}

type errgroupPool struct{ group errgroup.Group }

func (p *errgroupPool) Go(task func()) error {
	p.group.Go(func() error {
		task()
		return nil
	})
	return nil
}

// TryGo is the group's own.
func (p *errgroupPool) TryGo(task func()) error {
	started := p.group.TryGo(func() error {
		task()
		return nil
	})
	if !started {
		return errFull
	}
	return nil
}

func (p *errgroupPool) Close() error { return p.group.Wait() }

// errgroupSlice is the package's example of parallel tasks.
func errgroupSlice(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
	var group errgroup.Group
	group.SetLimit(limit)
	results := make([]uint64, n)
	for i := range n {
		group.Go(func() (err error) {
			results[i], err = task(i)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, result := range results {
		yield(result)
	}
	return nil
}
