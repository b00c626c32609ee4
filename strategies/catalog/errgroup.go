package catalog

import (
	"context"

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
		group := new(errgroup.Group)
		group.SetLimit(limit)
		return &errgroupPool{group}, nil
	}),
	Traits: errgroupTraits,
	Idioms: []strategies.Idiom{{
		Name:      "slice",
		Doc:       "Group.Go with each task writing its own element of a slice",
		Map:       errgroupSlice,
		Errors:    strategies.ErrorsFirst,
		Continues: true,
	}},
	Options: []strategies.Option{{
		Name: "context",
		Doc: `errgroup with WithContext, whose tasks look at the group's context before they begin

Use it when the first error makes the rest pointless: what has not begun by then
does nothing.
Do not use it without that look: the group starts every task all the same.`,
		Open: limited(func(limit int) (strategies.Pool, error) {
			group, _ := errgroup.WithContext(context.Background())
			group.SetLimit(limit)
			return &errgroupPool{group}, nil
		}),
		Traits: errgroupTraits,
		Idioms: []strategies.Idiom{{
			Name:   "slice",
			Doc:    "errgroup.WithContext, and Group.Go with each task writing its own element of a slice",
			Map:    errgroupContextSlice,
			Errors: strategies.ErrorsFirst,
		}},
	}},
}

var errgroupTraits = strategies.Traits{
	Panic:  strategies.PanicCrashes,
	Nested: strategies.NestedDeadlocks,
	Race:   strategies.RaceUndefined,   // the first call to Go must happen before Wait
	Closed: strategies.ClosedUndefined, // a group should not be reused for different tasks
}

type errgroupPool struct{ group *errgroup.Group }

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
	return errgroupMap(new(errgroup.Group), limit, n, task, yield)
}

// errgroupContextSlice is the package's example of a pipeline, in which tasks look
// at the context.
func errgroupContextSlice(limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
	group, ctx := errgroup.WithContext(context.Background())
	return errgroupMap(group, limit, n, func(i int) (uint64, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return task(i)
	}, yield)
}

func errgroupMap(group *errgroup.Group, limit, n int, task func(int) (uint64, error), yield func(uint64)) error {
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
