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

// mayCloseWhileSubmitting reports whether the pool may be closed while somebody
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
	sh, err := tr.open(limit)
	if err != nil {
		return err
	}
	g := tr.gate()
	if err := keepBusy(sh, g); err != nil {
		return err
	}
	before := sh.accepted.Load()
	closing := async(sh.shut)
	if before > 0 && tr.happens(closing.returned) {
		return tr.fail("Close to wait for them", "Close %s while %d were running", closing.outcome, sh.running())
	}
	g.open()
	if !tr.comes(sh.ended, closing.returned) {
		return tr.fail("Close to return once they have ended", "Close waits although %d of %d have ended", sh.ended(), before)
	}
	if o := closing.outcome; !o.clean() {
		return tr.fail("Close to return nil", "Close %s", o)
	}
	if ended := sh.ended(); ended < before {
		return tr.fail("every accepted task to have ended when Close returns", "%d of %d had", ended, before)
	}
	tr.doing("with limit %d, waiting for the submits that were under way when Close was called", limit)
	if err := sh.crewReturns(); err != nil {
		return err
	}
	if tr.traits.Closed == strategies.ClosedReusable {
		if err := sh.closeCleanly(); err != nil {
			return err
		}
	}
	accepted := sh.accepted.Load()
	if tr.mayBeLate() {
		tr.reaches(sh.ended, accepted)
	}
	if ended := sh.ended(); accepted != ended {
		return tr.fail("every accepted task to run", "%d accepted, %d run", accepted, ended)
	}
	return nil
}

// keepBusy gives the pool tasks that wait: as many as it takes at once, and
// some more if it may be closed while somebody waits in Go.
func keepBusy(sh *shift, g *gate) error {
	if !sh.mayCloseWhileSubmitting() {
		sh.doing("with limit %d, closing while %d tasks run", sh.limit, sh.limit)
		if sh.traits.Capacity == strategies.CapacityNone {
			return nil // a task runs only while somebody is in Go
		}
		return sh.hold(g)
	}
	const more = 3
	sh.doing("with limit %d, closing while %d tasks wait and %d more are being submitted", sh.limit, sh.limit, more)
	for range sh.limit + more {
		sh.crew.Go(func() { sh.submit(g.wait) })
	}
	if !sh.reaches(sh.running, 1) {
		return sh.fail("some tasks to run", "none does")
	}
	sh.settled(func() int64 { return sh.started() + sh.submitted.Load() })
	return nil
}

// closeTwice closes a pool that was used and one that was not, twice each.
func closeTwice(tr *trial) error {
	for _, tasks := range []int{0, 5} {
		sh, err := tr.open(2)
		if err != nil {
			return err
		}
		tr.doing("closing a pool after %d tasks", tasks)
		for range tasks {
			sh.insist(runtime.Gosched)
		}
		if err := sh.closeCleanly(); err != nil {
			return err
		}
		tr.doing("closing a pool a second time after %d tasks", tasks)
		if _, err := sh.closeReturns(); err != nil {
			return err
		}
		if ended := sh.ended(); ended != int64(tasks) {
			return tr.fail(fmt.Sprintf("%d tasks to run", tasks), "%d", ended)
		}
	}
	return nil
}
