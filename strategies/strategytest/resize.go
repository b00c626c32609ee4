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
	declared := tr.traits.Resize
	tr.doing("resizing a busy pool from 2 to 4 and from 4 to 1")
	differs := func(expected string) error {
		return tr.fail(because(expected, "Resize", declared), "the larger limit held: %v, the smaller limit held: %v", grew, shrank)
	}
	switch {
	case declared == strategies.ResizeExact && !(grew && shrank):
		return differs("both limits to hold at once")
	case declared == strategies.ResizeLate && grew && shrank:
		return differs("a limit that does not hold at once")
	case declared == strategies.ResizeIgnore && (grew || shrank):
		return differs("no limit to hold")
	}
	if declared == strategies.ResizeIgnore {
		return sh.finish()
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
	tr.doing("resizing to 1 while tasks run and others wait")
	if !tr.comes(sh.ended, func() bool { return sh.running() == 0 }) {
		return false, tr.fail("the tasks before to end", "%d running", sh.running())
	}
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

// resizeIdle proves that the limit holds in both directions once the pool has
// been idle.
func resizeIdle(tr *trial, sh *shift) error {
	for _, limit := range []int{1, 3, 2} {
		if !tr.comes(sh.ended, func() bool { return sh.running() == 0 }) {
			return tr.fail("the tasks before to end", "%d running", sh.running())
		}
		if tr.traits.Resize == strategies.ResizeLate {
			tr.pause()
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
