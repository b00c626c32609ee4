package strategytest

import (
	"errors"
	"sync/atomic"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/pattern"
)

// cancels proves rule 9.
func cancels(tr *trial) error {
	var proofs []func(*trial) error
	if tr.offers.Cancel {
		proofs = append(proofs, cancelQueue, cancelFutures, cancelAnyTime)
	}
	if tr.offers.Cancel && tr.offers.Divide {
		proofs = append(proofs, cancelParts)
	}
	if tr.traits.Limit == strategies.LimitExact { // or else every task has begun before one fails
		proofs = append(proofs, failFirst)
	}
	for _, proof := range proofs {
		if err := proof(tr); err != nil {
			return err
		}
	}
	return nil
}

// cancelQueue cancels a pool in which one task runs and others wait, as many
// as it takes up to 10,000.
func cancelQueue(tr *trial) error {
	queued := 10_000
	if tr.remote() {
		queued = tr.bottomless()
	}
	pr, err := tr.open(1)
	if err != nil {
		return err
	}
	ran, waited, err := giveUp("with limit 1", pr, pr, pr, queued)
	if err != nil {
		return err
	}
	want, expected := int64(0), "none of them to start"
	if tr.traits.Cancel == strategies.CancelRuns {
		want, expected = waited, "all of them to run"
	}
	if ran != want {
		return tr.fail(because(expected, "Cancel", tr.traits.Cancel), "%d of %d started", ran, waited)
	}
	return nil
}

// giveUp cancels the whole while one task runs in busy and up to queued others
// wait in full. Each of the two is the whole or the same part of it. Of the
// tasks that waited it returns how many ran all the same.
func giveUp(where string, whole, busy, full *poolRun, queued int) (ran, waited int64, err error) {
	tr, all := whole.trial, []*poolRun{whole}
	if full != whole {
		all = []*poolRun{full, whole} // in the order in which they are closed
	}
	tr.doing("%s and a task that runs, cancelling after up to %d more were submitted", where, queued)
	g := tr.gate()
	busy.send(1, g.wait)
	if !tr.reaches(busy.running, 1) {
		return 0, 0, tr.fail("the first task to run", "it does not")
	}
	var waiting, begun atomic.Int64 // tasks accepted before Cancel; those of them that ran
	var cancelled atomic.Bool
	full.submitters.Go(func() {
		ways := full.ways()
		for i := range queued {
			before := new(atomic.Bool)
			if full.by(ways[i%len(ways)].submit, func() {
				if before.Load() {
					begun.Add(1)
				}
			}).clean() && !cancelled.Load() {
				before.Store(true)
				waiting.Add(1)
			}
		}
	})
	tr.settled(full.submitted.Load)
	cancelled.Store(true)
	first := waiting.Load()
	if o := call(func() error { whole.canceler().Cancel(); return nil }); !o.clean() {
		return 0, 0, tr.fail("Cancel to return", "Cancel %s", o)
	}
	if running := total(all, (*poolRun).running); running != 1 {
		return 0, 0, tr.fail("the task that runs to go on", "%d running", running)
	}
	whole.canceler().Cancel()
	g.open()
	tr.doing("%s, waiting for the submits after a cancel with %d tasks waiting", where, first)
	for _, pr := range all {
		if err := pr.submittersReturn(); err != nil {
			return 0, 0, err
		}
	}
	tr.doing("%s, closing after a cancel with %d tasks waiting", where, first)
	for _, pr := range all {
		if _, err := pr.closeReturns(); err != nil {
			return 0, 0, err
		}
	}
	accepted, ended := total(all, func(pr *poolRun) int64 { return pr.accepted.Load() }), total(all, (*poolRun).ended)
	if given := int64(whole.canceler().Cancelled()); accepted != ended+given {
		return 0, 0, tr.failAs("exactly-once", "accepted = run + cancelled", "%d accepted, %d run, %d cancelled", accepted, ended, given)
	}
	return begun.Load(), waiting.Load(), nil
}

// total adds up a count of several poolRuns.
func total(all []*poolRun, count func(*poolRun) int64) (n int64) {
	for _, pr := range all {
		n += count(pr)
	}
	return n
}

// cancelFutures proves that the waiter for a task that is dropped gets an error.
func cancelFutures(tr *trial) error {
	tasks := 1 // as many as a pool without a queue takes while one runs
	if tr.traits.Full == strategies.FullQueues {
		tasks = 50
	}
	whole, err := tr.open(1)
	if err != nil {
		return err
	}
	if err := collectGivenUp("with limit 1", whole, whole, tasks); err != nil || !tr.offers.Divide {
		return err
	}
	if whole, err = tr.open(1); err != nil {
		return err
	}
	part, err := whole.divide(1)
	if err != nil {
		return err
	}
	if err := collectGivenUp("with a part of limit 1", whole, part, tasks); err != nil {
		return err
	}
	_, err = whole.closeReturns()
	return err
}

// collectGivenUp collects from pr, which is the whole or a part of it, while the
// whole is cancelled.
func collectGivenUp(where string, whole, pr *poolRun, tasks int) error {
	tr := whole.trial
	tr.doing("%s, pattern.Collect over %d tasks, cancelling while the first runs", where, tasks)
	g := tr.gate()
	collecting := async(func() error {
		_, err := pattern.Collect(tasks, func(i int) *pattern.Future[int] {
			return pattern.Submit(pr.pool, pr.result(i, g))
		}, func() error {
			tr.reaches(pr.running, 1)
			whole.canceler().Cancel()
			g.open()
			return pr.shut()
		})
		return err
	})
	if !tr.comes(pr.progress, collecting.returned) {
		return tr.fail("Collect to return", "Collect hangs:\n%s", pr.stuck())
	}
	notRun := 0
	if joined, ok := collecting.outcome.err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			if !errors.Is(err, pattern.ErrNotRun) {
				return tr.fail("no error but pattern.ErrNotRun", "%v", err)
			}
			notRun++
		}
	}
	if given := whole.canceler().Cancelled(); notRun != given {
		return tr.fail("pattern.ErrNotRun for every task that was dropped", "%d dropped, %d of them with it", given, notRun)
	}
	return nil
}

// result makes a task for a future. The first waits at the gate.
func (pr *poolRun) result(i int, g *gate) func() (int, error) {
	body := pr.task(func() {
		if i == 0 {
			g.wait()
		}
	})
	return func() (int, error) { body(); return i, nil }
}

// cancelAnyTime cancels an unused pool, an idle one and a closed one.
func cancelAnyTime(tr *trial) error {
	for _, tasks := range []int{0, 3} {
		pr, err := tr.open(2)
		if err != nil {
			return err
		}
		tr.doing("cancelling a pool that has run %d tasks, before and after it is closed", tasks)
		for range tasks {
			pr.insist(func() {})
		}
		if !tr.reaches(pr.ended, int64(tasks)) {
			return tr.fail("all to run", "%d of %d", pr.ended(), tasks)
		}
		cancel := func() error { pr.canceler().Cancel(); return nil }
		if o := call(cancel); !o.clean() {
			return tr.fail("Cancel to return", "Cancel %s", o)
		}
		if _, err := pr.closeReturns(); err != nil {
			return err
		}
		if o := call(cancel); !o.clean() {
			return tr.fail("Cancel to return", "Cancel %s", o)
		}
		if n := pr.canceler().Cancelled(); n != 0 {
			return tr.fail("nothing to be cancelled", "Cancelled returned %d", n)
		}
	}
	return nil
}
