package strategytest

import (
	"fmt"
	"runtime"

	"github.com/poolbench/poolbench/strategies"
)

// What is derived from a pool is proved by the rules that hold the pool itself:
// partKeepsLimits by rule 2, partCloses and partsLeaveNothing by rule 4, and
// cancelParts by rule 9.

// partKeepsLimits asks for parts that cannot be, and then overloads a part, and
// with it another, and with both the whole.
func partKeepsLimits(tr *trial) error {
	const limit, each = 3, 2
	whole, err := tr.open(limit)
	if err != nil {
		return err
	}
	var parts [2]*poolRun
	for i := range parts {
		if parts[i], err = whole.divide(each); err != nil {
			return err
		}
	}
	for _, other := range []int{0, limit + 1} {
		tr.doing("making a part with limit %d of a pool with limit %d", other, limit)
		if o := call(func() error { _, err := whole.divider().Divide(other); return err }); o.clean() || o.panicked != nil || o.exited {
			return tr.fail("Divide to return an error", "Divide %s", o)
		}
	}
	g := tr.gate()
	running := func() int64 { return total([]*poolRun{parts[0], parts[1], whole}, (*poolRun).running) }
	for _, pr := range []*poolRun{parts[0], parts[1], whole} {
		tr.doing("with two parts of limit %d in a whole of limit %d, submitting %d tasks that wait to one after the other, and then to the whole",
			each, limit, limit+3)
		pr.send(limit+3, g.wait)
		if !tr.reaches(running, 1) {
			return tr.fail("some to run", "none does")
		}
		if now := tr.settled(running); now > limit {
			return tr.fail(fmt.Sprintf("at most %d to run at once", limit), "%d", now)
		}
		for i, part := range parts {
			if now := part.running(); now > each {
				return tr.fail(fmt.Sprintf("at most %d of a part to run at once", each), "%d of part %d", now, i+1)
			}
		}
	}
	g.open()
	for _, pr := range []*poolRun{parts[0], parts[1], whole} {
		tr.doing("with two parts of limit %d in a whole of limit %d, closing a pool of limit %d that was overloaded", each, limit, pr.limit)
		if err := pr.finish(); err != nil {
			return err
		}
	}
	return nil
}

// partCloses closes a part whose tasks run while one of the whole does, and
// then uses the whole.
func partCloses(tr *trial) error {
	const limit, each = 3, 2
	whole, err := tr.open(limit)
	if err != nil {
		return err
	}
	part, err := whole.divide(each)
	if err != nil {
		return err
	}
	ours, theirs := tr.gate(), tr.gate()
	tr.doing("with a task that runs in a whole of limit %d", limit)
	whole.send(1, theirs.wait)
	if !tr.reaches(whole.running, 1) {
		return tr.fail("it to run", "it does not")
	}
	if err := keepBusy(part, ours); err != nil {
		return err
	}
	tr.doing("closing a busy part of limit %d of a whole of limit %d in which another task runs", each, limit)
	before := part.accepted.Load()
	closing := async(part.shut)
	if before > 0 && tr.happens(closing.returned) {
		return tr.fail("Close of the part to wait for its tasks", "Close %s while %d were running", closing.outcome, part.running())
	}
	ours.open()
	if !tr.comes(part.progress, closing.returned) {
		return tr.fail("Close of the part to return once its tasks have ended", "Close waits although %d of %d have ended", part.ended(), before)
	}
	if o := closing.outcome; !o.clean() {
		return tr.fail("Close of the part to return nil", "Close %s", o)
	}
	if ended := part.ended(); ended < before {
		return tr.fail("every accepted task of the part to have ended when its Close returns", "%d of %d had", ended, before)
	}
	if err := part.submittersReturn(); err != nil {
		return err
	}
	if tr.traits.Closed == strategies.ClosedReusable {
		if err := part.closeCleanly(); err != nil {
			return err
		}
	}
	if tr.mayBeLate() {
		tr.reaches(part.ended, part.accepted.Load())
	}
	if ended, accepted := part.ended(), part.accepted.Load(); ended != accepted {
		return tr.fail("every accepted task of the part to run", "%d accepted, %d run", accepted, ended)
	}
	return goesOn(tr, whole, theirs)
}

// goesOn proves that a whole, one of whose tasks waits at the gate, is as good
// as before: a part of it was closed.
func goesOn(tr *trial, whole *poolRun, g *gate) error {
	tr.doing("using a whole of limit %d after a part of it was closed", whole.limit)
	if whole.running() != 1 {
		return tr.fail("its task to go on", "it does not")
	}
	g.open()
	all := tr.gate()
	want := whole.places()
	if tr.traits.Capacity == strategies.CapacitySplit {
		want = 1
	}
	if !tr.reaches(whole.ended, 1) {
		return tr.fail("its task to end", "it does not")
	}
	whole.send(int(whole.places()), all.wait)
	if !tr.reaches(whole.running, want) {
		return tr.fail(fmt.Sprintf("%d tasks to run at once", want), "%d", whole.running())
	}
	all.open()
	return whole.finish()
}

// partsLeaveNothing makes and closes many parts of one pool, unused, used, busy
// and closed twice, and counts the goroutines that are left.
func partsLeaveNothing(tr *trial) error {
	const limit, cycles = 2, 40
	whole, err := tr.open(limit)
	if err != nil {
		return err
	}
	// With every place taken the whole has all the goroutines it needs.
	g, before := tr.gate(), ids()
	if err := whole.hold(g); err != nil {
		return err
	}
	count := runtime.NumGoroutine()
	g.open()
	if err := whole.submittersReturn(); err != nil {
		return err
	}
	for i := range cycles {
		part, err := whole.divide(1 + i%limit)
		if err != nil {
			return err
		}
		tr.doing("closing part %d of a pool with limit %d", i+1, limit)
		inside := tr.gate()
		switch i % 3 {
		case 1:
			part.insist(runtime.Gosched)
		case 2:
			part.send(1, inside.wait)
			if !tr.reaches(part.running, 1) {
				return tr.fail("a task to run", "none does")
			}
		}
		if tr.traits.Capacity != strategies.CapacityUsed {
			inside.open() // or else the submit does not return
		}
		part.submitters.Wait()
		closing := async(part.shut)
		inside.open()
		if o := closing.wait(); !o.clean() {
			return tr.fail("Close to return nil", "Close %s", o)
		}
		if i%5 == 0 || tr.traits.Closed == strategies.ClosedReusable {
			if o := call(part.shut); o.panicked != nil || o.exited {
				return tr.fail("the second Close to return nil or an error", "it %s", o)
			}
		}
	}
	tr.doing("making and closing %d parts of a pool: unused, used, busy, and closed twice", cycles)
	if !holds(tr.Drain, func() bool { return runtime.NumGoroutine() <= count }) {
		return tr.fail("as many goroutines as when the whole was busy", "%d more after %v:\n%s",
			runtime.NumGoroutine()-count, tr.Drain, excerpt(before))
	}
	return whole.finish()
}

// cancelParts cancels a pool while tasks wait in a part of it: for a place of
// the part, and for one of the whole.
func cancelParts(tr *trial) error {
	const queued = 1000
	ofPart, waited, err := cancelPart(tr, "with a part of limit 1 in a whole of limit 2", 2, queued)
	if err != nil {
		return err
	}
	if err := partsGivenUp(tr, ofPart, waited, 0); err != nil {
		return err
	}
	ofWhole, waited, err := cancelPart(tr, "with a part of limit 1 in a whole of limit 1", 1, queued)
	if err != nil {
		return err
	}
	return partsGivenUp(tr, ofWhole, waited, 1)
}

// cancelPart gives up what waits in a part of limit 1. In a larger whole a task
// of the part runs, and otherwise one of the whole.
func cancelPart(tr *trial, where string, limit, queued int) (ran, waited int64, err error) {
	whole, err := tr.open(limit)
	if err != nil {
		return 0, 0, err
	}
	part, err := whole.divide(1)
	if err != nil {
		return 0, 0, err
	}
	busy := whole
	if limit > 1 {
		busy = part
	}
	return giveUp(where, whole, busy, part, queued)
}

// partsGivenUp judges how many of the tasks that waited in a part ran after
// all. handed is how many the part can have handed to the whole: its limit,
// less the tasks of it that run.
func partsGivenUp(tr *trial, ran, waited, handed int64) error {
	var want int64
	var expected string
	switch tr.traits.Parts {
	case strategies.PartsStop:
		want, expected = 0, "none of those that wait in the part to start"
	case strategies.PartsHanded:
		want, expected = min(handed, waited), fmt.Sprintf("%d of those that wait in the part to start", handed)
	case strategies.PartsRun:
		want, expected = waited, "all that wait in the part to run"
	}
	if ran != want {
		return tr.fail(because(expected, "Parts", tr.traits.Parts), "%d of %d started", ran, waited)
	}
	return nil
}
