package strategytest

import (
	"fmt"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// wakesFromIdle proves rule 15. If workers leave, several pools are idle at the
// same time, because a stall may be a matter of chance.
func wakesFromIdle(tr *trial) error {
	pools := 1
	if tr.traits.Purge > 0 {
		pools = 4
	}
	var poolRuns []*poolRun
	for range pools {
		pr, err := tr.open(2)
		if err != nil {
			return err
		}
		tr.doing("with limit 2, filling a pool")
		g := tr.gate()
		if err := pr.hold(g); err != nil {
			return err
		}
		g.open()
		if err := pr.submittersReturn(); err != nil {
			return err
		}
		poolRuns = append(poolRuns, pr)
	}
	leaves, err := watchWorker(tr)
	if err != nil {
		return err
	}
	tr.pause()
	if err := leaves(); err != nil {
		return err
	}
	stalled := 0
	for _, pr := range poolRuns {
		stalls, err := submitAfterPause(pr)
		if err != nil {
			return err
		}
		if stalls {
			stalled++
		}
	}
	if tr.traits.Idle == strategies.IdleStalls && stalled == 0 {
		tr.doing("with limit 2, submitting one task after a pause")
		return tr.fail(because("a task that waits for the next submit", "Idle", tr.traits.Idle), "none in %d pools", pools)
	}
	return nil
}

// pause is longer than idle workers stay: a pool that looks every interval for
// workers that have been idle for one finds them after two at the latest.
func (tr *trial) pause() {
	rest := 2*tr.traits.Purge + tr.traits.Purge/4
	for part := time.Duration(0); part < rest; part += tr.Hang / 2 {
		tr.doing("submitting nothing for %v, the purge interval being %v", rest, tr.traits.Purge)
		time.Sleep(min(tr.Hang/2, rest-part))
	}
	time.Sleep(tr.Settle)
}

// submitAfterPause submits one task to an idle pool, and another if the first
// stalls.
func submitAfterPause(pr *poolRun) (stalls bool, err error) {
	pr.doing("with limit 2, submitting one task after a pause")
	before := pr.ended()
	pr.send(1, func() {})
	if pr.traits.Idle == strategies.IdleRuns {
		if !pr.reaches(pr.ended, before+1) {
			return true, pr.fail(because("it to run", "Idle", pr.traits.Idle), "it does not")
		}
	} else if pr.settled(pr.ended) == before {
		stalls = true
		pr.doing("with limit 2, submitting a second task after a pause, the first having stalled")
		pr.send(1, func() {})
		if !pr.reaches(pr.ended, before+2) {
			return true, pr.fail("both to run", "%d did", pr.ended()-before)
		}
	}
	pr.doing("with limit 2, filling a pool again after a pause")
	g := pr.gate()
	if err := pr.hold(g); err != nil {
		return stalls, err
	}
	g.open()
	return stalls, pr.finish()
}

// watchWorker notes which goroutine runs the tasks of a pool with one place. The
// func it returns proves after the pause that the worker has left, if a purge
// interval is declared.
func watchWorker(tr *trial) (leaves func() error, err error) {
	if tr.traits.Purge == 0 || tr.remote() || tr.traits.Capacity == strategies.CapacitySequential {
		return func() error { return nil }, nil
	}
	pr, err := tr.open(1)
	if err != nil {
		return nil, err
	}
	worker := func() (id uint64, err error) {
		tr.doing("with limit 1, submitting a task")
		ended := pr.ended()
		pr.send(1, func() { id = goroutineID() })
		if !tr.reaches(pr.ended, ended+1) {
			return 0, tr.fail("it to run", "it does not")
		}
		pr.submitters.Wait()
		return id, nil
	}
	before, err := worker()
	if err != nil {
		return nil, err
	}
	return func() error {
		if tr.traits.Idle == strategies.IdleStalls {
			return nil // the one task that would show it may wait
		}
		after, err := worker()
		if err != nil {
			return err
		}
		if before == after {
			return tr.fail(fmt.Sprintf("idle workers to leave after %v (Traits.Purge)", tr.traits.Purge), "the same worker after the pause")
		}
		return pr.finish()
	}, nil
}
