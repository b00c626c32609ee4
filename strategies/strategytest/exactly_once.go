package strategytest

import (
	"runtime"
	"sync/atomic"

	"github.com/poolbench/poolbench/strategies"
)

// runsExactlyOnce proves rule 1.
func runsExactlyOnce(tr *trial) error {
	for _, limit := range []int{1, 4} {
		if err := countRuns(tr, limit, false); err != nil {
			return err
		}
	}
	if tr.offers.Cancel {
		return countRuns(tr, 2, true)
	}
	return nil
}

// countRuns submits tasks from several goroutines, by every method the pool
// has, and counts how often each runs.
func countRuns(tr *trial, limit int, cancel bool) error {
	const submitters = 4
	each := 150
	if tr.remote() {
		each = 25
	}
	pr, err := tr.open(limit)
	if err != nil {
		return err
	}
	tr.doing("with limit %d, submitting %d tasks from each of %d goroutines", limit, each, submitters)
	runs := make([]atomic.Int32, submitters*each)
	outcomes := make([]outcome, submitters*each)
	for g := range submitters {
		pr.submitters.Go(func() {
			for i := g * each; i < (g+1)*each; i++ {
				method := pr.pool.Go
				if try := pr.trySubmitter(); try != nil && i%2 == 1 {
					method = try.TryGo
				}
				outcomes[i] = pr.by(method, func() {
					runs[i].Add(1)
					runtime.Gosched()
				})
			}
		})
	}
	if cancel {
		if !tr.reaches(pr.submitted.Load, int64(each)) {
			return tr.fail("the submits to go on", "%d of %d returned", pr.submitted.Load(), submitters*each)
		}
		tr.doing("with limit %d, cancelling while %d goroutines submit", limit, submitters)
		pr.canceler().Cancel()
	}
	if err := pr.finish(); err != nil {
		return err
	}
	given := int64(0)
	if c := pr.canceler(); c != nil {
		given = int64(c.Cancelled())
	}
	ran := pr.started()
	if late := tr.settled(pr.started); late != ran {
		return tr.fail("no task to run after Close has returned", "%d started later", late-ran)
	}
	for i := range runs {
		switch n, o := runs[i].Load(), outcomes[i]; {
		case n > 1:
			return tr.fail("every task to run once", "task %d ran %d times", i, n)
		case n > 0 && !o.clean():
			return tr.fail("a task that was refused never to run", "task %d ran although its submit %s", i, o)
		case n == 0 && o.clean() && given == 0:
			return tr.fail("every accepted task to run", "task %d did not, although its submit returned nil and nothing was cancelled", i)
		case o.panicked != nil:
			return tr.fail("no panic", "the submit of task %d %s", i, o)
		case o.err != nil && !cancel && !(tr.offers.Try && i%2 == 1) && tr.traits.Full != strategies.FullRejects:
			return tr.fail(because("an open pool to accept every task", "Full", tr.traits.Full), "the submit of task %d %s", i, o)
		}
	}
	if accepted := pr.accepted.Load(); accepted != ran+given || accepted == 0 {
		return tr.fail("accepted = run + cancelled, and some to be accepted", "%d accepted, %d run, %d cancelled", accepted, ran, given)
	}
	return nil
}
