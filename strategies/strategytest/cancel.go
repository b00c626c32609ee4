package strategytest

import (
	"errors"
	"sync/atomic"

	"github.com/poolbench/poolbench/strategies"
)

// cancels proves rule 9.
func cancels(tr *trial) error {
	for _, proof := range []func(*trial) error{cancelQueue, cancelFutures, cancelAnyTime} {
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
	sh, err := tr.open(1)
	if err != nil {
		return err
	}
	tr.doing("with limit 1 and a task that runs, cancelling after up to %d more were submitted", queued)
	g := tr.gate()
	sh.send(1, g.wait)
	if !tr.reaches(sh.running, 1) {
		return tr.fail("the first task to run", "it does not")
	}
	var waiting, ran atomic.Int64 // tasks accepted before Cancel; those of them that ran
	var cancelled atomic.Bool
	sh.crew.Go(func() {
		for i := range queued {
			method := sh.pool.Go
			if try := sh.trySubmitter(); try != nil && i%2 == 1 {
				method = try.TryGo
			}
			before := new(atomic.Bool)
			if sh.by(method, func() {
				if before.Load() {
					ran.Add(1)
				}
			}).clean() && !cancelled.Load() {
				before.Store(true)
				waiting.Add(1)
			}
		}
	})
	tr.settled(sh.submitted.Load)
	cancelled.Store(true)
	first := waiting.Load()
	if o := call(func() error { sh.canceler().Cancel(); return nil }); !o.clean() {
		return tr.fail("Cancel to return", "Cancel %s", o)
	}
	if sh.running() != 1 {
		return tr.fail("the task that runs to go on", "%d running", sh.running())
	}
	sh.canceler().Cancel()
	g.open()
	tr.doing("with limit 1, waiting for the submits after a cancel with %d tasks waiting", first)
	if err := sh.crewReturns(); err != nil {
		return err
	}
	tr.doing("with limit 1, closing after a cancel with %d tasks waiting", first)
	if _, err := sh.closeReturns(); err != nil {
		return err
	}
	given := int64(sh.canceler().Cancelled())
	if accepted := sh.accepted.Load(); accepted != sh.ended()+given {
		return tr.fail("accepted = run + cancelled", "%d accepted, %d run, %d cancelled", accepted, sh.ended(), given)
	}
	want, expected := int64(0), "none of them to start"
	if tr.traits.Cancel == strategies.CancelRuns {
		want, expected = waiting.Load(), "all of them to run"
	}
	if ran.Load() != want {
		return tr.fail(because(expected, "Cancel", tr.traits.Cancel), "%d of %d started", ran.Load(), first)
	}
	return nil
}

// cancelFutures proves that whoever waits for a task that is given up is told.
func cancelFutures(tr *trial) error {
	tasks := 1 // as many as a pool without a queue takes while one runs
	if tr.traits.Full == strategies.FullQueues {
		tasks = 50
	}
	sh, err := tr.open(1)
	if err != nil {
		return err
	}
	tr.doing("with limit 1, strategies.Collect over %d tasks, cancelling while the first runs", tasks)
	g := tr.gate()
	collecting := async(func() error {
		_, err := strategies.Collect(tasks, func(i int) *strategies.Future[int] {
			return strategies.Submit(sh.pool, sh.result(i, g))
		}, func() error {
			tr.reaches(sh.running, 1)
			sh.canceler().Cancel()
			g.open()
			return sh.shut()
		})
		return err
	})
	if !tr.comes(sh.progress, collecting.returned) {
		return tr.fail("Collect to return", "Collect hangs:\n%s", sh.stuck())
	}
	notRun := 0
	if joined, ok := collecting.outcome.err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			if !errors.Is(err, strategies.ErrNotRun) {
				return tr.fail("no error but strategies.ErrNotRun", "%v", err)
			}
			notRun++
		}
	}
	if given := sh.canceler().Cancelled(); notRun != given {
		return tr.fail("strategies.ErrNotRun for every task that was given up", "%d given up, %d told so", given, notRun)
	}
	return nil
}

// result makes a task for a future. The first waits at the gate.
func (sh *shift) result(i int, g *gate) func() (int, error) {
	body := sh.task(func() {
		if i == 0 {
			g.wait()
		}
	})
	return func() (int, error) { body(); return i, nil }
}

// cancelAnyTime cancels an unused pool, an idle one and a closed one.
func cancelAnyTime(tr *trial) error {
	for _, tasks := range []int{0, 3} {
		sh, err := tr.open(2)
		if err != nil {
			return err
		}
		tr.doing("cancelling a pool that has run %d tasks, before and after it is closed", tasks)
		for range tasks {
			sh.insist(func() {})
		}
		if !tr.reaches(sh.ended, int64(tasks)) {
			return tr.fail("all to run", "%d of %d", sh.ended(), tasks)
		}
		cancel := func() error { sh.canceler().Cancel(); return nil }
		if o := call(cancel); !o.clean() {
			return tr.fail("Cancel to return", "Cancel %s", o)
		}
		if _, err := sh.closeReturns(); err != nil {
			return err
		}
		if o := call(cancel); !o.clean() {
			return tr.fail("Cancel to return", "Cancel %s", o)
		}
		if n := sh.canceler().Cancelled(); n != 0 {
			return tr.fail("nothing to be cancelled", "Cancelled returned %d", n)
		}
	}
	return nil
}
