package strategytest

import (
	"fmt"
	"sync/atomic"

	"github.com/poolbench/poolbench/strategies"
)

// resizes proves rule 16.
func resizes(tr *trial) error {
	sh, err := tr.open(2)
	if err != nil {
		return err
	}
	grew, err := growBusy(tr, sh)
	if err != nil {
		return err
	}
	shrank, err := shrinkBusy(tr, sh)
	if err != nil {
		return err
	}
	remembered, err := limitAfterwards(tr, sh)
	if err != nil {
		return err
	}
	declared := tr.traits.Resize
	tr.doing("resizing a busy pool from 2 to 4 and then to 1")
	observed := strategies.ResizeIgnore
	switch {
	case grew && shrank:
		observed = strategies.ResizeExact
	case remembered == 1:
		observed = strategies.ResizeLate
	}
	if observed != declared || observed == strategies.ResizeExact && remembered != 1 {
		return tr.fail(fmt.Sprintf("the limits to hold as in Traits.Resize: %s", declared),
			"%s (4 held at once: %v, 1 held at once: %v, afterwards %d ran)", observed, grew, shrank, remembered)
	}
	return resizeIdle(tr, sh)
}

// growBusy resizes a full pool with limit 2 to 4 while more tasks wait, and
// reports whether 4 run.
func growBusy(tr *trial, sh *shift) (grew bool, err error) {
	tr.doing("resizing from 2 to 4 while tasks wait")
	g := tr.gate()
	sh.send(8, g.wait)
	if !tr.reaches(sh.running, 2) {
		return false, tr.fail("2 to run at once", "%d", sh.running())
	}
	tr.settled(sh.running)
	sh.resizer().Resize(4)
	grew = holds(tr.prompt(), func() bool { return sh.running() >= 4 })
	if running := tr.settled(sh.running); running > 4 {
		return grew, tr.fail("at most 4 to run at once", "%d", running)
	}
	g.open()
	return grew, sh.crewReturns()
}

// shrinkBusy resizes a pool with limit 4 to 1 while its tasks run and more
// wait, and reports whether each that starts afterwards is alone.
func shrinkBusy(tr *trial, sh *shift) (shrank bool, err error) {
	if err := rest(tr, sh); err != nil {
		return false, err
	}
	tr.doing("resizing to 1 while tasks run and others wait")
	var small atomic.Bool
	var company atomic.Int64 // tasks that started with others running
	leave := make(chan struct{})
	var left gate // opened, lets everyone leave
	left.ch = make(chan struct{})
	defer left.open()
	sh.send(10, func() {
		if small.Load() && sh.running() > 1 {
			company.Add(1)
		}
		select {
		case <-leave:
		case <-left.ch:
		}
	})
	if !tr.reaches(sh.running, 2) {
		return false, tr.fail("at least 2 to run at once", "%d", sh.running())
	}
	tr.settled(sh.running)
	sh.resizer().Resize(1)
	small.Store(true)
	for sh.running() > 1 {
		// One at a time, so that a task that starts too early is not alone.
		ended := sh.ended()
		leave <- struct{}{}
		if !tr.reaches(sh.ended, ended+1) {
			return false, tr.fail("a task to end", "none does")
		}
		tr.settled(sh.started)
		if company.Load() > 0 {
			break
		}
	}
	left.open()
	return company.Load() == 0, sh.crewReturns()
}

// limitAfterwards returns how many tasks run at once when the pool has been
// idle after it was resized.
func limitAfterwards(tr *trial, sh *shift) (int64, error) {
	if err := rest(tr, sh); err != nil {
		return 0, err
	}
	tr.doing("filling a pool that was resized while it was busy")
	g := tr.gate()
	sh.send(6, g.wait)
	if !tr.reaches(sh.running, 1) {
		return 0, tr.fail("some tasks to run", "none does")
	}
	running := tr.settled(sh.running)
	g.open()
	return running, sh.crewReturns()
}

// resizeIdle proves that the limit holds in both directions when it is set
// while the pool is idle.
func resizeIdle(tr *trial, sh *shift) error {
	for _, limit := range []int{1, 3, 2} {
		if err := rest(tr, sh); err != nil {
			return err
		}
		tr.doing("resizing an idle pool to %d and submitting %d tasks that wait", limit, limit+3)
		sh.resizer().Resize(limit)
		g := tr.gate()
		sh.send(limit+3, g.wait)
		if !tr.reaches(sh.running, int64(limit)) || tr.settled(sh.running) > int64(limit) {
			return tr.fail(because(fmt.Sprintf("%d to run at once", limit), "Resize", tr.traits.Resize), "%d", sh.running())
		}
		g.open()
		if err := sh.crewReturns(); err != nil {
			return err
		}
	}
	return sh.finish()
}

// rest waits until no task runs, and until idle workers have left if it is they
// who keep an old limit.
func rest(tr *trial, sh *shift) error {
	if !tr.comes(sh.ended, func() bool { return sh.running() == 0 && sh.ended() == sh.accepted.Load() }) {
		return tr.fail("the tasks before to end", "%d running", sh.running())
	}
	if tr.traits.Resize == strategies.ResizeLate {
		tr.pause()
	}
	return nil
}
