package strategytest

import (
	"fmt"
	"runtime"

	"github.com/poolbench/poolbench/strategies"
)

// closes proves rule 4.
func closes(tr *trial) error {
	for _, limit := range []int{1, 3} {
		if err := closeWaits(tr, limit); err != nil {
			return err
		}
	}
	if err := closeTwice(tr); err != nil {
		return err
	}
	if err := leavesNothing(tr); err != nil || !tr.offers.Divide {
		return err
	}
	if err := partCloses(tr); err != nil {
		return err
	}
	return partsLeaveNothing(tr)
}

// mayCloseWhileSubmitting reports whether the pool may be closed while a submitter
// waits in Go.
func (tr *trial) mayCloseWhileSubmitting() bool {
	switch tr.traits.Race {
	case strategies.RaceError, strategies.RaceLate, strategies.RaceHangs:
		return true
	}
	return false
}

// mayBeLate reports whether a task whose submit races Close may run after it.
func (tr *trial) mayBeLate() bool {
	return tr.traits.Race == strategies.RaceLate || tr.traits.Race == strategies.RaceHangs
}

// closeWaits closes a pool that is full, with more tasks on their way where
// that is allowed, and lets the tasks end only then.
func closeWaits(tr *trial, limit int) error {
	pr, err := tr.open(limit)
	if err != nil {
		return err
	}
	g := tr.gate()
	if err := keepBusy(pr, g); err != nil {
		return err
	}
	before := pr.accepted.Load()
	closing := async(pr.shut)
	if before > 0 && tr.happens(closing.returned) {
		return tr.fail("Close to wait for them", "Close %s while %d were running", closing.outcome, pr.running())
	}
	g.open()
	if !tr.comes(pr.ended, closing.returned) {
		return tr.fail("Close to return once they have ended", "Close waits although %d of %d have ended", pr.ended(), before)
	}
	if o := closing.outcome; !o.clean() {
		return tr.fail("Close to return nil", "Close %s", o)
	}
	if ended := pr.ended(); ended < before {
		return tr.fail("every accepted task to have ended when Close returns", "%d of %d had", ended, before)
	}
	tr.doing("with limit %d, waiting for the submits that were under way when Close was called", limit)
	if err := pr.submittersReturn(); err != nil {
		return err
	}
	if tr.traits.Closed == strategies.ClosedReusable {
		if err := pr.closeCleanly(); err != nil {
			return err
		}
	}
	accepted := pr.accepted.Load()
	if tr.mayBeLate() {
		tr.reaches(pr.ended, accepted)
	}
	if ended := pr.ended(); accepted != ended {
		return tr.failAs("race", "every accepted task to run", "%d accepted, %d run", accepted, ended)
	}
	return nil
}

// keepBusy gives the pool tasks that wait: as many as it takes at once, and
// some more if it may be closed while a submitter waits in Go.
func keepBusy(pr *poolRun, g *gate) error {
	if !pr.mayCloseWhileSubmitting() {
		pr.doing("with limit %d, closing while %d tasks run", pr.limit, pr.limit)
		if pr.traits.Capacity == strategies.CapacitySequential {
			return nil // a task runs only while a submitter is in Go
		}
		return pr.hold(g)
	}
	const more = 3
	pr.doing("with limit %d, closing while %d tasks wait and %d more are being submitted", pr.limit, pr.limit, more)
	for range pr.limit + more {
		pr.submitters.Go(func() { pr.submit(g.wait) })
	}
	if !pr.reaches(pr.running, 1) {
		return pr.failAs("exactly-once", "some tasks to run", "none does")
	}
	pr.settled(func() int64 { return pr.started() + pr.submitted.Load() })
	return nil
}

// closeTwice closes a pool that was used and one that was not, twice each.
func closeTwice(tr *trial) error {
	for _, tasks := range []int{0, 5} {
		pr, err := tr.open(2)
		if err != nil {
			return err
		}
		tr.doing("closing a pool after %d tasks", tasks)
		for range tasks {
			pr.insist(runtime.Gosched)
		}
		if err := pr.closeCleanly(); err != nil {
			return err
		}
		tr.doing("closing a pool a second time after %d tasks", tasks)
		if _, err := pr.closeReturns(); err != nil {
			return err
		}
		if ended := pr.ended(); ended != int64(tasks) {
			return tr.fail(fmt.Sprintf("%d tasks to run", tasks), "%d", ended)
		}
	}
	return nil
}
