package fanout

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/pattern"
	"github.com/poolbench/poolbench/strategies/remote"
)

// pools runs batches on pools of one sort, whose futures hold an R: on one
// that is kept, or on a fresh one for each batch.
type pools[P io.Closer, R any] struct {
	workload workload.Fanout
	open     func(limit int) (P, error)
	kept     P // the zero value where pools are fresh

	futures func(pool P, b *batch) func(i int) *pattern.Future[R] // that submit a task
	take    func(b *batch, results []R) error
	submit  func(pool P, b *batch, from, to int) error // by callback
}

// opened opens the pool that is kept, if one is.
func (p *pools[P, R]) opened() (err error) {
	if p.workload.Pool == workload.Kept {
		p.kept, err = p.fresh()
	}
	return err
}

func (p *pools[P, R]) fresh() (P, error) {
	pool, err := p.open(p.workload.Limit)
	if err != nil {
		err = fmt.Errorf("open a pool of %d: %w", p.workload.Limit, err)
	}
	return pool, err
}

// Close closes the pool that is kept.
func (p *pools[P, R]) Close() error {
	if p.workload.Pool != workload.Kept {
		return nil
	}
	return p.kept.Close()
}

func (p *pools[P, R]) run(b *batch) (submitted time.Duration, err error) {
	switch p.workload.Pattern {
	case workload.WaitEach:
		return 0, p.use(func(pool P) error {
			results, err := pattern.WaitEach(len(b.records), p.futures(pool, b))
			return errors.Join(err, p.take(b, results))
		})
	case workload.Collect:
		pool, err := p.fresh()
		if err != nil {
			return 0, err
		}
		results, err := pattern.Collect(len(b.records), p.futures(pool, b), pool.Close)
		return 0, errors.Join(err, p.take(b, results))
	}
	start := time.Now()
	b.pending.Store(int64(len(b.records)))
	err = p.use(func(pool P) error {
		err := p.hand(pool, b)
		submitted = time.Since(start)
		return err
	})
	if err == nil {
		err = b.settle(p.workload.Pool != workload.Kept)
	}
	return submitted, err
}

// use calls f with a batch's pool and, when it is the batch's own, closes it.
func (p *pools[P, R]) use(f func(pool P) error) error {
	if p.workload.Pool == workload.Kept {
		return f(p.kept)
	}
	pool, err := p.fresh()
	if err != nil {
		return err
	}
	return errors.Join(f(pool), pool.Close())
}

// hand submits the tasks from as many goroutines as the workload says, each
// with its part of them, and returns when all have.
func (p *pools[P, R]) hand(pool P, b *batch) error {
	n, submitters := len(b.records), p.workload.Submitters
	if submitters == 1 {
		return p.submit(pool, b, 0, n)
	}
	errs := make([]error, submitters)
	var all sync.WaitGroup
	for k := range submitters {
		all.Go(func() { errs[k] = p.submit(pool, b, k*n/submitters, (k+1)*n/submitters) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// local runs a batch on a pool of this process.
type local struct {
	here
	pools[strategies.Pool, uint64]
}

func newLocal(open func(limit int) (strategies.Pool, error), w workload.Fanout) (*local, error) {
	l := &local{pools: pools[strategies.Pool, uint64]{
		workload: w, open: open,
		futures: func(pool strategies.Pool, b *batch) func(i int) *pattern.Future[uint64] {
			return func(i int) *pattern.Future[uint64] { return pattern.Submit(pool, b.tasks[i]) }
		},
		take: func(b *batch, results []uint64) error {
			for i, result := range results {
				b.records[i].finish(result, nil)
			}
			return nil
		},
		submit: submitTasks,
	}}
	return l, l.opened()
}

// insisting opens pools that submit a task again as long as it is rejected,
// because every task of a batch must run.
func insisting(open func(limit int) (strategies.Pool, error)) func(limit int) (strategies.Pool, error) {
	return func(limit int) (strategies.Pool, error) {
		pool, err := open(limit)
		if err != nil {
			return nil, err
		}
		return insistent{pool}, nil
	}
}

type insistent struct{ strategies.Pool }

// Go gives up with the last error when nothing was accepted for too long: the pool
// may refuse for another reason.
func (p insistent) Go(task func()) error {
	err := p.Pool.Go(task)
	for start := time.Now(); err != nil && time.Since(start) < batchPatience; {
		runtime.Gosched()
		err = p.Pool.Go(task)
	}
	return err
}

func submitTasks(pool strategies.Pool, b *batch, from, to int) error {
	if b.stamps == nil {
		return pattern.Callback(pool, b.bound[from:to]...)
	}
	for i := from; i < to; i++ {
		b.stamps.submitted[i] = time.Now()
		if err := pool.Go(b.bound[i]); err != nil {
			return err
		}
	}
	return nil
}

// elsewhere runs a batch on a pool of other processes.
type elsewhere struct {
	pools[remote.Pool, remote.Result]
}

func newRemote(open func(limit int) (remote.Pool, error), w workload.Fanout) (*elsewhere, error) {
	r := &elsewhere{pools[remote.Pool, remote.Result]{
		workload: w, open: open,
		futures: func(pool remote.Pool, b *batch) func(i int) *pattern.Future[remote.Result] {
			return func(i int) *pattern.Future[remote.Result] {
				return pattern.SubmitJob(pool, b.records[i].task.Job())
			}
		},
		take: func(b *batch, results []remote.Result) error {
			for i, result := range results {
				sum, err := work.Checksum(result)
				if err != nil {
					return fmt.Errorf("task %d: %w", i, err)
				}
				b.records[i].finish(sum, nil)
			}
			return nil
		},
		submit: submitJobs,
	}}
	return r, r.opened()
}

func submitJobs(pool remote.Pool, b *batch, from, to int) error {
	for i := from; i < to; i++ {
		if b.stamps != nil {
			b.stamps.submitted[i] = time.Now()
		}
		if err := pool.Submit(b.records[i].task.Job(), func(result remote.Result, err error) {
			var sum uint64
			if err == nil {
				sum, err = work.Checksum(result)
			}
			b.called(i, sum, err)
		}); err != nil {
			return err
		}
	}
	return nil
}

func (r *elsewhere) elsewhere() (bool, []int) {
	if owner, ok := r.kept.(remote.ProcessOwner); ok {
		return true, owner.PIDs()
	}
	return true, nil
}
