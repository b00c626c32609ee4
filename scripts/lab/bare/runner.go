package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/sourcegraph/conc/iter"

	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/stealing"
)

// A runner runs batches of a cell. run returns when the last task has ended.
type runner interface {
	run() error
	Close() error
}

// newRunner opens what runs the cell's batches.
func newRunner(c Cell, all []*strategies.Strategy, t *tally, calibration work.Calibration) (runner, error) {
	if c.Form == Go {
		task, err := newTask(c.Workload, t, calibration)
		if err != nil {
			return nil, err
		}
		if bare := newBare(c, func(from, to int) {
			for range to - from {
				task()
			}
		}); bare != nil {
			return bare, nil
		}
		s, err := find(c.Strategy, all)
		if err != nil {
			return nil, err
		}
		return newBurst(c, s, t, task)
	}
	body, err := newBody(c.Workload, t, calibration)
	if err != nil {
		return nil, err
	}
	if bare := newBare(c, func(from, to int) {
		for i := from; i < to; i++ {
			body(i)
		}
	}); bare != nil {
		return bare, nil
	}
	switch {
	case c.Form == Map:
		return newMapping(c, all, body)
	case c.Strategy == Iter:
		return iterator{c.Limit, make([]struct{}, c.Tasks), body}, nil
	case c.Strategy == Subject || c.Strategy == Control:
		return newEach(c, body), nil
	}
	return nil, fmt.Errorf("%s has no loop over indexes", c.Strategy)
}

// find returns the strategy of that name.
func find(name string, all []*strategies.Strategy) (*strategies.Strategy, error) {
	if name == Control {
		name = Subject
	}
	for _, s := range all {
		if s.Name == name && s.Open != nil {
			return s, nil
		}
	}
	return nil, fmt.Errorf("there is no strategy %q that runs tasks in this process", name)
}

// A burst hands tasks to a pool.
type burst struct {
	cell  Cell
	open  func(limit int) (strategies.Pool, error)
	kept  strategies.Pool // nil for a fresh pool each time
	tally *tally
	task  func()
	last  func()        // the same, and tells that the end is near
	near  chan struct{} // where it tells
}

func newBurst(c Cell, s *strategies.Strategy, t *tally, task func()) (*burst, error) {
	f := &burst{cell: c, open: s.Open, tally: t, task: task, near: make(chan struct{}, 1)}
	f.last = func() {
		task()
		f.near <- struct{}{}
	}
	if c.Pool == workload.Fresh {
		return f, nil
	}
	var err error
	f.kept, err = s.Open(c.Limit)
	return f, err
}

func (f *burst) run() error {
	if f.kept == nil {
		pool, err := f.open(f.cell.Limit)
		if err != nil {
			return err
		}
		return errors.Join(f.submit(pool, f.task), pool.Close())
	}
	if err := f.submit(f.kept, f.last); err != nil {
		return err
	}
	// The task that was handed over last ends when few others are left. To
	// close the tally sooner would cost all that are still queued.
	<-f.near
	f.tally.await(f.cell.Tasks)
	return nil
}

// submit hands all tasks over, last as the last one.
func (f *burst) submit(pool strategies.Pool, last func()) error {
	n, submitters := f.cell.Tasks, f.cell.Submitters
	if submitters == 1 {
		return submit(pool, n, f.task, last)
	}
	errs := make([]error, submitters)
	var all sync.WaitGroup
	for k := range submitters {
		final := f.task
		if k == submitters-1 {
			final = last
		}
		all.Go(func() { errs[k] = submit(pool, (k+1)*n/submitters-k*n/submitters, f.task, final) })
	}
	all.Wait()
	return errors.Join(errs...)
}

func submit(pool strategies.Pool, n int, task, last func()) error {
	for range n - 1 {
		if err := pool.Go(task); err != nil {
			return err
		}
	}
	return pool.Go(last)
}

func (f *burst) Close() error {
	if f.kept == nil {
		return nil
	}
	return f.kept.Close()
}

// An each hands a loop to a pool of package stealing.
type each struct {
	cell Cell
	kept *stealing.Pool // nil for a fresh pool each time
	body func(int)
}

func newEach(c Cell, body func(int)) *each {
	e := &each{cell: c, body: body}
	if c.Pool == workload.Kept {
		e.kept = stealing.New(c.Limit)
	}
	return e
}

func (e *each) run() error {
	if e.kept != nil {
		return e.kept.Each(context.Background(), e.cell.Tasks, e.body)
	}
	pool := stealing.New(e.cell.Limit)
	return errors.Join(pool.Each(context.Background(), e.cell.Tasks, e.body), pool.Close())
}

func (e *each) Close() error {
	if e.kept == nil {
		return nil
	}
	return e.kept.Close()
}

// An iterator is conc's loop over a slice. It starts its goroutines anew each
// time.
type iterator struct {
	limit int
	items []struct{}
	body  func(int)
}

func (i iterator) run() error {
	iter.Iterator[struct{}]{MaxGoroutines: i.limit}.ForEachIdx(i.items, func(k int, _ *struct{}) { i.body(k) })
	return nil
}

func (iterator) Close() error { return nil }

// A mapping is a library's own way to n results, as the catalog has it.
type mapping struct {
	idiom strategies.Idiom
	cell  Cell
	body  func(int)
}

// idioms are the ways in which these strategies map an index to a result.
var idioms = map[string]string{Subject: "map", Control: "map", Iter: "iter"}

func newMapping(c Cell, all []*strategies.Strategy, body func(int)) (*mapping, error) {
	s, err := find(c.Strategy, all)
	if err != nil {
		return nil, err
	}
	for _, idiom := range s.Idioms {
		if idiom.Name == idioms[c.Strategy] {
			return &mapping{idiom, c, body}, nil
		}
	}
	return nil, fmt.Errorf("%s has no idiom %q", c.Strategy, idioms[c.Strategy])
}

func (m *mapping) run() error {
	next := uint64(0)
	err := m.idiom.Map(m.cell.Limit, m.cell.Tasks, func(i int) (uint64, error) {
		m.body(i)
		return uint64(i), nil
	}, func(result uint64) {
		if result == next {
			next++
		}
	})
	if err == nil && next != uint64(m.cell.Tasks) {
		err = fmt.Errorf("of %d results the first %d are right", m.cell.Tasks, next)
	}
	return err
}

func (*mapping) Close() error { return nil }

// newBare returns the runner for a cell that needs no pool, or nil.
func newBare(c Cell, do func(from, to int)) runner {
	switch c.Strategy {
	case Loop:
		return loop{c.Tasks, do}
	case Halves:
		return halves{c.Tasks, do}
	}
	return nil
}

// loop does the tasks one after the other.
type loop struct {
	n  int
	do func(from, to int)
}

func (l loop) run() error {
	l.do(0, l.n)
	return nil
}

func (loop) Close() error { return nil }

// halves does them in two goroutines. Nothing is handed over but one half.
type halves struct {
	n  int
	do func(from, to int)
}

func (h halves) run() error {
	var other sync.WaitGroup
	other.Go(func() { h.do(h.n/2, h.n) })
	h.do(0, h.n/2)
	other.Wait()
	return nil
}

func (halves) Close() error { return nil }
