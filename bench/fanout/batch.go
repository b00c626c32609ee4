package fanout

import (
	"fmt"
	"math/bits"
	"slices"
	"sync/atomic"
	"time"

	"github.com/poolbench/poolbench/bench/work"
)

// A batch is the tasks that are submitted and awaited together, with all that
// can be made of them beforehand, so that it is not timed.
type batch struct {
	number  atomic.Uint64 // of the batches so far
	seed    uint64
	records []record
	tasks   []func() (uint64, error)
	bound   []func()      // the same with a callback that records the result
	pending atomic.Int64  // callbacks that have not been called
	ended   chan struct{} // gets a value when the last one has
	overdue chan struct{} // closed when the last one is no longer waited for; nil: it always is
	stamps  *stamps       // when tasks were submitted and done; nil where that is not measured
}

// A record is one task and what came of it. It fills a cache line, so that
// two tasks never contend for one.
type record struct {
	task   work.Task
	result uint64
	runs   uint32
	done   bool
	err    error
	_      [8]byte
}

// newBatch makes n tasks of a kind. With stamped it notes when each is
// submitted and when it is done.
func newBatch(kind *work.Kind, size, n int, seed uint64, stamped bool) *batch {
	b := &batch{
		seed: seed, records: make([]record, n),
		tasks: make([]func() (uint64, error), n), bound: make([]func(), n),
		ended: make(chan struct{}, 1),
	}
	if stamped {
		b.stamps = &stamps{submitted: make([]time.Time, n), done: make([]time.Time, n)}
	}
	for i := range b.records {
		r := &b.records[i]
		r.task = work.Task{Kind: kind, Size: size}
		b.tasks[i] = r.run
		b.bound[i] = b.bind(i)
	}
	return b
}

// bind returns the func that does task i and records the result. It is
// pattern.Bind written out: what the harness itself costs a task must be
// little, and the same for every strategy.
func (b *batch) bind(i int) func() {
	r := &b.records[i]
	if b.stamps == nil {
		return func() {
			result, err := r.run()
			r.finish(result, err)
			if b.pending.Add(-1) == 0 {
				b.ended <- struct{}{}
			}
		}
	}
	return func() {
		result, err := r.run()
		b.called(i, result, err)
	}
}

// called records the result of task i where it comes from elsewhere.
func (b *batch) called(i int, result uint64, err error) {
	b.records[i].finish(result, err)
	if b.stamps != nil {
		b.stamps.done[i] = time.Now()
	}
	if b.pending.Add(-1) == 0 {
		b.ended <- struct{}{}
	}
}

// run does the task and counts that it was done.
func (r *record) run() (uint64, error) {
	r.runs++
	return r.task.Do(), nil
}

func (r *record) finish(result uint64, err error) {
	r.result, r.err, r.done = result, err, true
}

// settle waits for the last callback. In a pool that is closed there is none
// left to wait for.
func (b *batch) settle(closed bool) error {
	if left := b.pending.Load(); closed && left > 0 {
		return fmt.Errorf("%d of %d tasks were accepted and had not run when the pool was closed", left, len(b.records))
	}
	select {
	case <-b.ended:
		return nil
	case <-b.overdue:
		return fmt.Errorf("%d of %d tasks were accepted and never ran: %w", b.pending.Load(), len(b.records), errOverdue)
	}
}

// errOverdue is why a batch is given up that makes no progress.
var errOverdue = fmt.Errorf("timed out: no progress for %v", batchPatience)

// watch lets settle give up once no batch has ended and no task been done for
// as long as patience. Under "go test" no parent process would notice.
func (b *batch) watch(patience time.Duration) (stop func()) {
	b.overdue = make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		check := time.NewTicker(patience)
		defer check.Stop()
		type progress struct {
			number  uint64
			pending int64
		}
		last := progress{}
		for {
			select {
			case <-stopped:
				return
			case <-check.C:
			}
			now := progress{b.number.Load(), b.pending.Load()}
			if now == last {
				close(b.overdue)
				return
			}
			last = now
		}
	}()
	return func() { close(stopped) }
}

// renew gives every task an input that it has not had.
func (b *batch) renew() {
	number := b.number.Add(1)
	for i := range b.records {
		r := &b.records[i]
		r.task.Input = work.Input(b.seed, number, i)
		r.result, r.runs, r.done, r.err = 0, 0, false, nil
	}
}

// check says what is wrong with what became of the tasks, or nil: each must
// have run as often as it should in this process, and the exclusive or of the
// results must be the expected one.
func (b *batch) check(runs uint32) error {
	var got, want uint64
	for i := range b.records {
		r := &b.records[i]
		switch {
		case r.err != nil:
			return fmt.Errorf("task %d of %d failed: %w", i, len(b.records), r.err)
		case r.runs != runs:
			return fmt.Errorf("task %d of %d was accepted once and ran %d times", i, len(b.records), r.runs)
		case !r.done:
			return fmt.Errorf("task %d of %d was accepted and gave no result", i, len(b.records))
		}
		got ^= r.result
		want ^= r.task.Expect()
	}
	if got != want {
		return fmt.Errorf("the results of %d tasks are wrong: their checksum is %016x, want %016x (%d bits differ)",
			len(b.records), got, want, bits.OnesCount64(got^want))
	}
	return nil
}

// stamps are the times that tasks took, for cells that look at each.
type stamps struct {
	submitted, done []time.Time
}

// quantile returns the time within which the share q of the tasks was done.
func (s *stamps) quantile(q float64) float64 {
	took := make([]time.Duration, len(s.done))
	for i := range took {
		took[i] = s.done[i].Sub(s.submitted[i])
	}
	slices.Sort(took)
	return float64(took[min(len(took)-1, int(q*float64(len(took))))])
}
