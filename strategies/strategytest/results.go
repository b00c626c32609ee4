package strategytest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/pattern"
	"github.com/poolbench/poolbench/strategies/remote"
)

// returnsResults proves rule 13.
func returnsResults(tr *trial) error {
	for _, proof := range []func(*trial) error{waitsForEach, collects, callsBack, returnsJobs} {
		if err := proof(tr); err != nil {
			return err
		}
	}
	for _, idiom := range tr.strategy.Idioms {
		if err := mapsAll(tr, idiom); err != nil {
			return err
		}
		if tr.traits.Capacity == strategies.CapacitySequential {
			continue // the order is that of the inputs, in any case
		}
		if err := mapsInOrder(tr, idiom); err != nil {
			return err
		}
	}
	return nil
}

// results is how many results the patterns are proved with.
const results = 40

// errTask is the error of a task that fails.
type errTask int

func (e errTask) Error() string { return fmt.Sprintf("task %d fails on purpose", int(e)) }

// A batch is tasks with known results, some of which fail.
type batch struct {
	pr             *poolRun
	running, ended atomic.Int64
	overlapped     atomic.Bool
}

func fails(i int) bool { return i%10 == 3 }

// submit submits task i. A refusal of a full pool that rejects is not the rule's
// affair.
func (b *batch) submit(i int) *pattern.Future[int] {
	return pattern.Submit[int](insistent{b.pr}, func() (int, error) {
		if b.running.Add(1) > 1 {
			b.overlapped.Store(true)
		}
		defer func() { b.running.Add(-1); b.ended.Add(1) }()
		if fails(i) {
			return 0, errTask(i)
		}
		return i * i, nil
	})
}

// check judges what a pattern returned.
func (b *batch) check(got []int, err error) error {
	if n := b.ended.Load(); n != results {
		return b.pr.failAs("exactly-once", "all tasks to have ended when the pattern returns", "%d of %d", n, results)
	}
	for i := range results {
		want := i * i
		if fails(i) {
			want = 0
		}
		if i >= len(got) || got[i] != want {
			return b.pr.fail(fmt.Sprintf("result %d to be %d", i, want), "the results %v, the error %v", got, err)
		}
		if fails(i) != errors.Is(err, errTask(i)) {
			return b.pr.fail("the errors of exactly the tasks that fail, joined", "the error %v", err)
		}
	}
	return nil
}

// insistent is a pool whose Go insists.
type insistent struct{ *poolRun }

func (p insistent) Go(task func()) error {
	o := p.insist(task)
	if o.panicked != nil {
		panic(o.panicked)
	}
	return o.err
}

func (p insistent) Close() error { return p.shut() }

func waitsForEach(tr *trial) error {
	pr, err := tr.open(4)
	if err != nil {
		return err
	}
	tr.doing("pattern.WaitEach over %d tasks with limit 4", results)
	b := &batch{pr: pr}
	if err := b.check(pattern.WaitEach(results, b.submit)); err != nil {
		return err
	}
	if b.overlapped.Load() {
		return tr.fail("one task after the other", "two at once")
	}
	return pr.closeCleanly()
}

func collects(tr *trial) error {
	pr, err := tr.open(4)
	if err != nil {
		return err
	}
	tr.doing("pattern.Collect over %d tasks with limit 4", results)
	b := &batch{pr: pr}
	return b.check(pattern.Collect(results, b.submit, pr.shut))
}

func callsBack(tr *trial) error {
	pr, err := tr.open(4)
	if err != nil {
		return err
	}
	tr.doing("pattern.Callback over %d tasks with limit 4, then Close", results)
	var calls [results]atomic.Int32
	var wrong atomic.Value
	bound := make([]func(), results)
	for i := range bound {
		bound[i] = pattern.Bind(func() (int, error) {
			if fails(i) {
				return 0, errTask(i)
			}
			return i * i, nil
		}, func(got int, err error) {
			calls[i].Add(1)
			if fails(i) != errors.Is(err, errTask(i)) || err == nil && got != i*i {
				wrong.Store(fmt.Sprintf("callback %d got %d and the error %v", i, got, err))
			}
		})
	}
	if err := pattern.Callback(insistent{pr}, bound...); err != nil {
		return tr.fail("Callback to return nil", "the error %v", err)
	}
	if err := pr.closeCleanly(); err != nil {
		return err
	}
	for i := range calls {
		if n := calls[i].Load(); n != 1 {
			return tr.fail("every callback to have been called once when Close returns", "callback %d was called %d times", i, n)
		}
	}
	if w := wrong.Load(); w != nil {
		return tr.fail("every callback to get its task's result", "%s", w)
	}
	return nil
}

// returnsJobs proves that a remote pool returns what a job's kind made.
func returnsJobs(tr *trial) error {
	if !tr.remote() {
		return nil
	}
	pr, err := tr.open(2)
	if err != nil {
		return err
	}
	sizes := []int{0, 1, 100, 64 << 10, 3}
	tr.doing("submitting %d jobs that return their arguments, of %v bytes", len(sizes), sizes)
	pool := pr.native.(remote.Pool)
	got, err := pattern.Collect(len(sizes), func(i int) *pattern.Future[remote.Result] {
		return pattern.SubmitJob(pool, remote.Job{Kind: "strategytestecho", Args: payload(i, sizes[i])})
	}, pr.shut)
	switch {
	case errors.Is(err, pattern.ErrNotRun):
		return tr.failAs("close", "done to have been called for every job when Close returns", "one still to be called")
	case err != nil:
		return tr.fail("no error", "%v", err)
	}
	for i, size := range sizes {
		if want := payload(i, size); !bytes.Equal(got[i], want) {
			return tr.fail(fmt.Sprintf("job %d to return its %d bytes", i, size), "%d other bytes", len(got[i]))
		}
	}
	return nil
}

// payload is n bytes that differ from one job to the next.
func payload(job, n int) []byte {
	return slices.Collect(func(yield func(byte) bool) {
		for i := range n {
			if !yield(byte(i*7 + i>>8 + job)) {
				return
			}
		}
	})
}
