package bench

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// An engine runs batches in one way. run returns when the last task is done,
// and how long it took until the last was handed over, 0 if that has no
// meaning.
type engine interface {
	run(b *batch) (submitted time.Duration, err error)
	Close() error

	// runsHere says how often a task runs in this process.
	runsHere() uint32
}

// newEngine opens what runs the cell's batches.
func newEngine(c Cell, s *strategies.Strategy) (engine, error) {
	switch {
	case c.Strategy == Loop:
		return loop{}, nil
	case c.Pattern == Native:
		for _, idiom := range s.Idioms {
			if idiom.Name == c.Idiom {
				return native{idiom: idiom, limit: c.Limit}, nil
			}
		}
		return nil, fmt.Errorf("strategy %s has no idiom %q", s.Name, c.Idiom)
	case s.OpenRemote != nil:
		return openRemote(c, s)
	}
	return openLocal(c, s)
}

// loop does the tasks one after the other with no pool at all.
type loop struct{}

func (loop) run(b *batch) (time.Duration, error) {
	for i := range b.records {
		r := &b.records[i]
		result, err := r.run()
		r.finish(result, err)
	}
	return 0, nil
}

func (loop) Close() error     { return nil }
func (loop) runsHere() uint32 { return 1 }

// native lets the library map the tasks in its own way.
type native struct {
	idiom strategies.Idiom
	limit int
}

func (n native) run(b *batch) (time.Duration, error) {
	yielded := 0
	err := n.idiom.Map(n.limit, len(b.records),
		func(i int) (uint64, error) { return b.records[i].run() },
		func(result uint64) {
			if yielded < len(b.records) {
				b.records[yielded].finish(result, nil)
			}
			yielded++
		})
	if err == nil && yielded != len(b.records) {
		err = fmt.Errorf("%d results of %d tasks", yielded, len(b.records))
	}
	return 0, err
}

func (native) Close() error     { return nil }
func (native) runsHere() uint32 { return 1 }

// local runs a batch on a pool of this process.
type local struct {
	supply[strategies.Pool]
	cell Cell
}

func openLocal(c Cell, s *strategies.Strategy) (*local, error) {
	pools, err := newSupply(c, s.Open)
	return &local{pools, c}, err
}

func (*local) runsHere() uint32 { return 1 }

func (l *local) run(b *batch) (time.Duration, error) {
	submitTo := func(pool strategies.Pool) func(i int) *strategies.Future[uint64] {
		return func(i int) *strategies.Future[uint64] { return strategies.Submit(pool, b.tasks[i]) }
	}
	switch l.cell.Pattern {
	case WaitEach:
		return 0, l.use(func(pool strategies.Pool) error {
			results, err := strategies.WaitEach(len(b.tasks), submitTo(pool))
			b.take(results)
			return err
		})
	case Collect:
		return 0, l.collect(func(pool strategies.Pool) error {
			results, err := strategies.Collect(len(b.tasks), submitTo(pool), pool.Close)
			b.take(results)
			return err
		})
	}
	return l.callback(b, func(pool strategies.Pool) error { return l.submit(pool, b) })
}

// submit hands the tasks over from as many goroutines as the cell says.
func (l *local) submit(pool strategies.Pool, b *batch) error {
	switch {
	case b.stamps != nil:
		for i, task := range b.bound {
			b.stamps.submitted[i] = time.Now()
			if err := pool.Go(task); err != nil {
				return err
			}
		}
		return nil
	case l.cell.Submitters == 1:
		return strategies.Callback(pool, b.bound...)
	}
	return share(len(b.bound), l.cell.Submitters, func(from, to int) error {
		return strategies.Callback(pool, b.bound[from:to]...)
	})
}

// share calls submit from that many goroutines, each with its part of n tasks,
// and returns when all have.
func share(n, submitters int, submit func(from, to int) error) error {
	errs := make([]error, submitters)
	var all sync.WaitGroup
	for k := range submitters {
		all.Go(func() { errs[k] = submit(k*n/submitters, (k+1)*n/submitters) })
	}
	all.Wait()
	return errors.Join(errs...)
}
