package strategytest

import (
	"context"
	"runtime"
	"sync/atomic"
)

// runsExactlyOnce proves rule 1.
func runsExactlyOnce(tr *trial) error {
	for _, limit := range []int{1, 4} {
		if err := countRuns(tr, limit, false); err != nil {
			return err
		}
	}
	if tr.offers.Context {
		if err := countRacing(tr); err != nil {
			return err
		}
	}
	if !tr.offers.Cancel {
		return nil
	}
	err := countRuns(tr, 2, true)
	if f, ok := err.(*failure); ok {
		f.about = "cancel"
	}
	return err
}

// countRacing submits tasks by GoContext, each with a context that ends at the
// same time: first to a full pool, and then to one that becomes free.
func countRacing(tr *trial) error {
	const limit, submitters, each = 4, 4, 150
	pr, err := tr.open(limit)
	if err != nil {
		return err
	}
	tr.doing("with limit %d, submitting %d tasks by GoContext from each of %d goroutines while their contexts end", limit, each, submitters)
	g := tr.gate()
	if err := pr.hold(g); err != nil {
		return err
	}
	before := pr.submitted.Load()
	for range submitters {
		pr.submitters.Go(func() {
			for range each {
				ctx, cancel := context.WithCancel(context.Background())
				go cancel()
				pr.by(func(task func()) error { return pr.contextSubmitter().GoContext(ctx, task) }, runtime.Gosched)
			}
		})
	}
	if !tr.reaches(pr.submitted.Load, before+submitters*each/2) {
		return tr.failAs("full", "GoContext to return", "%d of %d calls did", pr.submitted.Load()-before, submitters*each)
	}
	g.open()
	if err := pr.finish(); err != nil {
		return err
	}
	return pr.countsAddUp()
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
	ways := pr.ways()
	runs := make([]atomic.Int32, submitters*each)
	outcomes := make([]outcome, submitters*each)
	for g := range submitters {
		pr.submitters.Go(func() {
			for i := g * each; i < (g+1)*each; i++ {
				outcomes[i] = pr.by(ways[i%len(ways)].submit, func() {
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
		case o.err != nil && !cancel && !ways[i%len(ways)].refuses:
			return tr.fail(because("an open pool to accept every task", "Full", tr.traits.Full), "the submit of task %d %s", i, o)
		}
	}
	if accepted := pr.accepted.Load(); accepted != ran+given || accepted == 0 {
		return tr.fail("accepted = run + cancelled, and some to be accepted", "%d accepted, %d run, %d cancelled", accepted, ran, given)
	}
	return nil
}
