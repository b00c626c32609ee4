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
	supply[strategies.RemotePool]
	cell Cell
}

func openRemote(c Cell, s *strategies.Strategy) (*remote, error) {
	pools, err := newSupply(c, s.OpenRemote)
	return &remote{pools, c}, err
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
	submitTo := func(pool strategies.RemotePool) func(i int) *strategies.Future[strategies.Result] {
		return func(i int) *strategies.Future[strategies.Result] {
			return strategies.SubmitJob(pool, b.records[i].task.Job())
		}
	}
	switch r.cell.Pattern {
	case WaitEach:
		return 0, r.use(func(pool strategies.RemotePool) error {
			results, err := strategies.WaitEach(len(b.records), submitTo(pool))
			return errors.Join(err, b.takeRemote(results))
		})
	case Collect:
		return 0, r.collect(func(pool strategies.RemotePool) error {
			results, err := strategies.Collect(len(b.records), submitTo(pool), pool.Close)
			return errors.Join(err, b.takeRemote(results))
		})
	}
	return r.callback(b, func(pool strategies.RemotePool) error { return r.submit(pool, b) })
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
