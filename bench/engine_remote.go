package bench

import (
	"errors"
	"fmt"
	"time"

	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
)

// remote runs a batch on a pool of other processes.
type remote struct {
	cell Cell
	open func(limit int) (strategies.RemotePool, error)
	kept strategies.RemotePool // nil when every batch opens its own
}

func openRemote(c Cell, s *strategies.Strategy) (*remote, error) {
	r := &remote{cell: c, open: s.OpenRemote}
	if c.Pool == Kept {
		var err error
		if r.kept, err = s.OpenRemote(c.Limit); err != nil {
			return nil, fmt.Errorf("open a pool of %d processes: %w", c.Limit, err)
		}
	}
	return r, nil
}

func (r *remote) Close() error {
	if r.kept == nil {
		return nil
	}
	return r.kept.Close()
}

func (*remote) runsHere() uint32 { return 0 }

// pids returns the processes that work for the pool, as far as they are known.
func (r *remote) pids() []int {
	if owner, ok := r.kept.(strategies.ProcessOwner); ok {
		return owner.PIDs()
	}
	return nil
}

func (r *remote) run(b *batch) (time.Duration, error) {
	start := time.Now()
	pool := r.kept
	if pool == nil {
		var err error
		if pool, err = r.open(r.cell.Limit); err != nil {
			return 0, fmt.Errorf("open a pool of %d processes: %w", r.cell.Limit, err)
		}
	}
	submit := func(i int) *strategies.Future[strategies.Result] {
		return strategies.SubmitJob(pool, b.records[i].task.Job())
	}
	switch r.cell.Pattern {
	case WaitEach:
		results, err := strategies.WaitEach(len(b.records), submit)
		return 0, errors.Join(err, b.takeRemote(results), r.closeFresh(pool))
	case Collect:
		results, err := strategies.Collect(len(b.records), submit, pool.Close)
		return 0, errors.Join(err, b.takeRemote(results))
	}
	b.pending.Store(int64(len(b.records)))
	if err := r.submit(pool, b); err != nil {
		return 0, errors.Join(err, r.closeFresh(pool))
	}
	submitted := time.Since(start)
	err := r.closeFresh(pool)
	if err == nil {
		err = b.settle(r.kept == nil)
	}
	return submitted, err
}

// submit hands the jobs over from as many goroutines as the cell says.
func (r *remote) submit(pool strategies.RemotePool, b *batch) error {
	part := func(from, to int) error {
		for i := from; i < to; i++ {
			if b.stamps != nil {
				b.stamps.submitted[i] = time.Now()
			}
			if err := pool.Submit(b.records[i].task.Job(), func(result strategies.Result, err error) {
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
	if r.cell.Submitters == 1 {
		return part(0, len(b.records))
	}
	return share(len(b.records), r.cell.Submitters, part)
}

func (r *remote) closeFresh(pool strategies.RemotePool) error {
	if r.kept != nil {
		return nil
	}
	return pool.Close()
}

// takeRemote records remote results that came as a slice.
func (b *batch) takeRemote(results []strategies.Result) error {
	for i, result := range results {
		sum, err := work.Checksum(result)
		if err != nil {
			return fmt.Errorf("task %d: %w", i, err)
		}
		b.records[i].finish(sum, nil)
	}
	return nil
}
