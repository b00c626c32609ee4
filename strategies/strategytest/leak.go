package strategytest

import (
	"os"
	"runtime"
	"syscall"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/remote"
)

// leavesNothing opens and closes many pools in all ways and counts the
// goroutines that are left, and the processes.
func leavesNothing(tr *trial) error {
	cycles := 100
	if tr.remote() {
		cycles = 12 // each starts processes
	}
	before, count := ids(), runtime.NumGoroutine()
	var pids []int
	for i := range cycles {
		if err := cycle(tr, i, &pids); err != nil {
			return err
		}
	}
	tr.doing("opening and closing %d pools: unused, used, busy, full, and closed twice", cycles)
	if !holds(tr.Drain, func() bool { return runtime.NumGoroutine() <= count }) {
		left := runtime.NumGoroutine() - count
		return tr.fail("as many goroutines as before", "%d more after %v:\n%s", left, tr.Drain, excerpt(before))
	}
	for _, pid := range pids {
		if !holds(tr.Drain, func() bool { return !alive(pid) }) {
			return tr.fail("every worker process to have ended", "process %d lives %v after Close", pid, tr.Drain)
		}
	}
	return nil
}

// cycle is the life of one pool, of which there are several kinds.
func cycle(tr *trial, i int, pids *[]int) error {
	pr, err := tr.open(1 + i%3)
	if err != nil {
		return err
	}
	g := tr.gate()
	switch kind := i % 4; kind {
	case 0:
		tr.doing("closing unused pool %d", i)
	case 1:
		tr.doing("closing idle pool %d", i)
		for range 3 {
			pr.insist(runtime.Gosched)
		}
	default:
		tr.doing("closing busy pool %d", i)
		tasks := pr.places()
		if kind == 3 {
			tr.doing("closing full pool %d", i)
			tasks += 2
		}
		pr.send(int(tasks), g.wait)
		if !tr.reaches(pr.running, 1) {
			return tr.fail("a task to run", "none does")
		}
		if !tr.mayCloseWhileSubmitting() || tr.traits.Race == strategies.RaceHangs {
			if kind == 3 || tr.traits.Capacity != strategies.CapacityUsed {
				g.open() // or else the submits do not return
			}
			pr.submitters.Wait()
		}
	}
	if owner, ok := pr.native.(remote.ProcessOwner); ok {
		*pids = append(*pids, owner.PIDs()...)
	}
	closing := async(pr.shut)
	g.open()
	pr.submitters.Wait()
	if o := closing.wait(); !o.clean() {
		return tr.fail("Close to return nil", "Close %s", o)
	}
	if i%5 == 0 || tr.traits.Closed == strategies.ClosedReusable {
		// A submit may have overtaken the first Close of a pool that can be
		// used again.
		if o := call(pr.shut); o.panicked != nil || o.exited {
			return tr.fail("the second Close to return nil or an error", "it %s", o)
		}
	}
	return nil
}

// alive reports whether a process lives that can be asked, which is nowhere but
// on Unix.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && p.Signal(syscall.Signal(0)) == nil
}
