package strategytest

import (
	"fmt"
	"sync/atomic"

	"github.com/poolbench/poolbench/strategies"
)

// resizes proves rule 16.
func resizes(tr *trial) error {
	pr, err := tr.open(2)
	if err != nil {
		return err
	}
	grew, err := growBusy(tr, pr)
	if err != nil {
		return err
	}
	shrank, err := shrinkBusy(tr, pr)
	if err != nil {
		return err
	}
	declared := tr.traits.Resize
	if declared != strategies.ResizeExact {
		tr.pause() // workers of the old limit leave
	}
	remembered, err := holdsNow(tr, pr, 1)
	if err != nil {
		return err
	}
	idle, err := shrinkIdle(tr, pr)
	if err != nil {
		return err
	}
	observed := strategies.ResizeIgnore
	switch {
	case grew && shrank && idle:
		observed = strategies.ResizeExact
	case remembered:
		observed = strategies.ResizeLate
	}
	if observed != declared {
		tr.doing("resizing a busy pool from 2 to 4 and to 1, and then an idle one from 3 to 2")
		return tr.fail(fmt.Sprintf("the limits to hold as in Traits.Resize: %s", declared),
			"%s (held at once: 4 %v, 1 %v, 2 %v)", observed, grew, shrank, idle)
	}
	if declared == strategies.ResizeLate {
		tr.pause()
		if late, err := holdsNow(tr, pr, 2); err != nil {
			return err
		} else if !late {
			return tr.fail(because("the new limit of 2 to hold after a pause", "Resize", declared), "another")
		}
	}
	return pr.finish()
}

// growBusy resizes a full pool with limit 2 to 4 while more tasks wait, and
// reports whether 4 run.
func growBusy(tr *trial, pr *poolRun) (grew bool, err error) {
	tr.doing("resizing from 2 to 4 while tasks wait")
	g := tr.gate()
	pr.send(8, g.wait)
	if !tr.reaches(pr.running, 2) {
		return false, tr.fail("2 to run at once", "%d", pr.running())
	}
	tr.settled(pr.running)
	pr.resizer().Resize(4)
	grew = tr.reaches(pr.running, 4)
	if running := tr.settled(pr.running); running > 4 {
		return grew, tr.fail("at most 4 to run at once", "%d", running)
	}
	g.open()
	return grew, idles(tr, pr)
}

// shrinkBusy resizes a pool with limit 4 to 1 while its tasks run and more
// wait, and reports whether each that starts afterwards is alone.
func shrinkBusy(tr *trial, pr *poolRun) (shrank bool, err error) {
	tr.doing("resizing to 1 while tasks run and others wait")
	var small atomic.Bool
	var company atomic.Int64 // tasks that started with others running
	leave := make(chan struct{})
	var left gate // opened, lets everyone leave
	left.ch = make(chan struct{})
	defer left.open()
	pr.send(10, func() {
		if small.Load() && pr.running() > 1 {
			company.Add(1)
		}
		select {
		case <-leave:
		case <-left.ch:
		}
	})
	if !tr.reaches(pr.running, 2) {
		return false, tr.fail("at least 2 to run at once", "%d", pr.running())
	}
	tr.settled(pr.running)
	pr.resizer().Resize(1)
	small.Store(true)
	for pr.running() > 1 {
		// One at a time, so that a task that starts too early is not alone.
		ended := pr.ended()
		leave <- struct{}{}
		if !tr.reaches(pr.ended, ended+1) {
			return false, tr.fail("a task to end", "none does")
		}
		tr.settled(pr.started)
		if company.Load() > 0 {
			break
		}
	}
	left.open()
	return company.Load() == 0, idles(tr, pr)
}

// shrinkIdle resizes an idle pool to 3, fills it, and resizes it to 2 while the
// workers of the old limit are idle.
func shrinkIdle(tr *trial, pr *poolRun) (shrank bool, err error) {
	for _, limit := range []int64{3, 2} {
		tr.doing("resizing an idle pool to %d", limit)
		pr.resizer().Resize(int(limit))
		if shrank, err = holdsNow(tr, pr, limit); err != nil {
			return false, err
		}
	}
	return shrank, nil
}

// holdsNow reports whether exactly limit tasks run at once in an idle pool.
func holdsNow(tr *trial, pr *poolRun, limit int64) (bool, error) {
	tr.doing("submitting %d tasks that wait to a pool that was resized to %d", limit+4, limit)
	g := tr.gate()
	pr.send(int(limit)+4, g.wait)
	holds := tr.reaches(pr.running, limit) && tr.settled(pr.running) == limit
	g.open()
	return holds, idles(tr, pr)
}

// idles waits until every task that was submitted has ended.
func idles(tr *trial, pr *poolRun) error {
	if err := pr.submittersReturn(); err != nil {
		return err
	}
	if !tr.reaches(pr.ended, pr.accepted.Load()) {
		return tr.fail("all to end", "%d of %d did", pr.ended(), pr.accepted.Load())
	}
	return nil
}
