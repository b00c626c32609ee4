package strategytest

import (
	"context"
	"errors"
	"fmt"

	"github.com/poolbench/poolbench/strategies"
)

// unbounded is how many tasks a pool takes that "queues without bound": more
// than any buffer in use holds.
const unbounded = 12_000

// actsWhenFull proves rule 3.
func actsWhenFull(tr *trial) error {
	for _, limit := range []int{1, 3} {
		if err := fill(tr, limit); err != nil {
			return err
		}
	}
	if tr.offers.Context {
		return submitsAfterTheEnd(tr)
	}
	return nil
}

// fill submits tasks that wait, one after the other, for as long as the pool
// takes them.
func fill(tr *trial, limit int) error {
	pr, err := tr.open(limit)
	if err != nil {
		return err
	}
	g := tr.gate()
	switch tr.traits.Full {
	case strategies.FullRejects:
		err = rejects(pr, g)
	case strategies.FullBlocksThenRejects:
		err = rejectsMany(pr, g)
	default:
		err = waits(pr, g)
	}
	if err != nil {
		return err
	}
	if err := tryWhenFull(pr, g); err != nil {
		return err
	}
	if err := stopsWaiting(pr, g); err != nil {
		return err
	}
	g.open()
	tr.doing("with limit %d, letting the tasks of a full pool end", limit)
	if err := pr.finish(); err != nil {
		if f, ok := err.(*failure); ok && tr.offers.Context {
			f.about = "capacity" // a submitter that stopped waiting took a worker, or another's turn, along
		}
		return err
	}
	return pr.countsAddUp()
}

// countsAddUp proves of a closed pool that exactly the accepted tasks ran.
func (pr *poolRun) countsAddUp() error {
	if accepted, ended := pr.accepted.Load(), pr.settled(pr.ended); accepted != ended {
		return pr.failAs("exactly-once", "every accepted task to run and no other", "%d accepted, %d run", accepted, ended)
	}
	return nil
}

// bottomless is how many tasks only an unbounded queue holds.
func (tr *trial) bottomless() int {
	if tr.remote() {
		return 500 // each is a call from another process
	}
	return unbounded
}

// waits proves that Go accepts as many tasks as declared, and then waits or, if
// that is declared, returns an error.
func waits(pr *poolRun, g *gate) error {
	declared, limit, most := pr.traits.Full, int64(pr.limit), pr.bottomless()
	pr.doing("with limit %d, submitting up to %d tasks that wait", limit, most)
	pr.submitters.Go(func() {
		for range most {
			if !pr.submit(g.wait).clean() || g.isOpen() {
				return
			}
		}
	})
	differs := func(expected string) error {
		then := "then Go waits"
		if refused := pr.refused.Load(); refused > 0 {
			then = "then Go returned an error"
		} else if pr.accepted.Load() == int64(most) {
			then = "the last one included"
		}
		if pr.accepted.Load() == 0 {
			return pr.failAs("exactly-once", expected, "none accepted, %s", then)
		}
		if pr.running() > limit {
			return pr.failAs("limit", because(expected, "Full", declared), "%d accepted, of which %d run at once", pr.accepted.Load(), pr.running())
		}
		return pr.fail(because(expected, "Full", declared), "%d accepted, %s", pr.accepted.Load(), then)
	}
	fewest := limit
	switch {
	case declared == strategies.FullQueues:
		fewest = int64(most)
	case declared == strategies.FullBuffers || declared == strategies.FullBuffersThenRejects:
		fewest = limit + 1
	case pr.traits.Capacity == strategies.CapacitySplit:
		fewest = 1
	}
	if !pr.reaches(pr.accepted.Load, fewest) {
		return differs(fmt.Sprintf("at least %d to be accepted", fewest))
	}
	accepted := pr.settled(pr.accepted.Load)
	switch refuses := declared == strategies.FullBuffersThenRejects; {
	case refuses && pr.refused.Load() == 0:
		return differs("Go to return an error at some time")
	case !refuses && pr.refused.Load() > 0:
		return differs("Go to wait")
	case declared == strategies.FullBlocks && accepted > limit:
		return differs(fmt.Sprintf("Go to wait after %d", limit))
	case declared == strategies.FullBuffers && accepted == int64(most):
		return differs("Go to wait at some time")
	case declared == strategies.FullBlocks || declared == strategies.FullBuffers:
		return waitsForAll(pr, g)
	}
	return nil
}

// waitsForAll proves that many submitters to a full pool wait in Go.
func waitsForAll(pr *poolRun, g *gate) error {
	const more = 100
	pr.doing("with limit %d and the pool full, submitting one more from each of %d goroutines", pr.limit, more)
	pr.send(more, g.wait)
	pr.settled(pr.submitting.Load)
	if refused := pr.refused.Load(); refused > 0 {
		return pr.fail(because("Go to wait", "Full", pr.traits.Full), "%d got an error", refused)
	}
	return nil
}

// rejects proves that Go returns an error while limit tasks run, and accepts
// again when one has ended.
func rejects(pr *poolRun, g *gate) error {
	first, err := fillAtOnce(pr, g)
	if err != nil {
		return err
	}
	declared := pr.traits.Full
	pr.doing("with limit %d and as many tasks running, submitting one more", pr.limit)
	more := async(func() error { return pr.submit(g.wait).err })
	if !holds(pr.Stall, more.returned) {
		return pr.fail(because("Go to return an error", "Full", declared), "Go waits")
	}
	if more.outcome.err == nil {
		return pr.fail(because("Go to return an error", "Full", declared), "Go %s", more.outcome)
	}
	pr.doing("with limit %d and the pool full, letting one task end and submitting another", pr.limit)
	first.open()
	if o := pr.insist(g.wait); !o.clean() {
		return pr.fail("Go to accept it sooner or later", "Go %s", o)
	}
	return nil
}

// fillAtOnce submits as many tasks as may run. The last of them ends when the
// gate that is returned opens.
func fillAtOnce(pr *poolRun, g *gate) (last *gate, err error) {
	pr.doing("with limit %d, submitting %d tasks that wait", pr.limit, pr.limit)
	for range pr.limit - 1 {
		pr.insist(g.wait)
	}
	last = pr.gate()
	pr.insist(last.wait)
	if accepted := pr.accepted.Load(); accepted != int64(pr.limit) {
		return nil, pr.failAs("exactly-once", "all to be accepted", "%d accepted", accepted)
	}
	return last, nil
}

// rejectsMany proves that of many submitters to a full pool some wait in Go, and
// the others get an error.
func rejectsMany(pr *poolRun, g *gate) error {
	first, err := fillAtOnce(pr, g)
	if err != nil {
		return err
	}
	const most = 1000
	declared, before := pr.traits.Full, pr.submitted.Load()
	pr.doing("with limit %d and as many tasks running, submitting one more from each of %d goroutines", pr.limit, most)
	for range most {
		pr.submitters.Go(func() { pr.submit(g.wait) })
	}
	returned := pr.settled(pr.submitted.Load) - before
	switch accepted, refused := pr.accepted.Load(), pr.refused.Load(); {
	case accepted != int64(pr.limit):
		return pr.fail(because("none to be accepted while the pool is full", "Full", declared), "%d accepted", accepted-int64(pr.limit))
	case refused == 0:
		return pr.fail(because("Go to return an error to some", "Full", declared), "all wait")
	case returned == most:
		return pr.fail(because("Go to wait for some", "Full", declared), "all got an error")
	}
	first.open()
	return nil
}

// tryWhenFull proves that TryGo returns at once where Go waits.
func tryWhenFull(pr *poolRun, g *gate) error {
	try := pr.trySubmitter()
	if try == nil {
		return nil
	}
	pr.doing("with limit %d and the pool full, calling TryGo", pr.limit)
	trying := async(func() error { return pr.by(try.TryGo, g.wait).err })
	if !holds(pr.Stall, trying.returned) {
		return pr.fail("TryGo to return", "TryGo waits")
	}
	switch o, queues := trying.outcome, pr.traits.Full == strategies.FullQueues; {
	case o.panicked != nil:
		return pr.fail("no panic", "TryGo %s", o)
	case queues && o.err != nil:
		return pr.fail(because("TryGo to accept what Go accepts", "Full", pr.traits.Full), "TryGo %s", o)
	case !queues && o.err == nil:
		return pr.fail(because("TryGo to return an error", "Full", pr.traits.Full), "TryGo %s", o)
	}
	return nil
}

// stopsWaiting proves that GoContext does in a full pool what Go does, and stops
// waiting when its context ends. That the task never runs shows in the counts.
func stopsWaiting(pr *poolRun, g *gate) error {
	c := pr.contextSubmitter()
	if c == nil {
		return nil
	}
	pr.doing("with limit %d and the pool full, calling GoContext", pr.limit)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	waiting := pr.goContext(ctx, g.wait)
	if pr.happens(waiting.returned) {
		switch o, declared := waiting.outcome, pr.traits.Full; {
		case o.err != nil && declared.Rejects(), o.clean() && declared == strategies.FullQueues, pr.traits.Capacity == strategies.CapacitySplit:
			return nil
		default:
			return pr.fail(because("GoContext to do what Go does", "Full", declared), "GoContext %s", o)
		}
	}
	pr.doing("with limit %d and the pool full, ending the context of a GoContext that waits", pr.limit)
	cancel()
	return pr.gaveUp(waiting)
}

// goContext submits by GoContext from a goroutine of its own.
func (pr *poolRun) goContext(ctx context.Context, body func()) *pending {
	return async(func() error {
		o := pr.by(func(task func()) error { return pr.contextSubmitter().GoContext(ctx, task) }, body)
		if o.panicked != nil {
			panic(o.panicked)
		}
		return o.err
	})
}

// gaveUp proves that a GoContext whose context has been cancelled returns the
// context's error.
func (pr *poolRun) gaveUp(waiting *pending) error {
	if !holds(pr.Stall, waiting.returned) {
		return pr.failAs("full", "GoContext to return", "GoContext waits on")
	}
	if o := waiting.outcome; !errors.Is(o.err, context.Canceled) {
		rule := "full"
		if o.clean() {
			rule = "exactly-once" // for the pool is full, and so the task does not run
		}
		return pr.failAs(rule, "GoContext to return an error that wraps the context's, context.Canceled", "GoContext %s", o)
	}
	return nil
}

// submitsAfterTheEnd calls GoContext with a context that has ended.
func submitsAfterTheEnd(tr *trial) error {
	pr, err := tr.open(2)
	if err != nil {
		return err
	}
	tr.doing("calling GoContext of an idle pool with a context that has ended")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	submit := pr.goContext(ctx, func() {})
	if !holds(pr.Stall, submit.returned) {
		return pr.fail("GoContext to return", "GoContext waits")
	}
	if o := submit.outcome; !o.clean() {
		if err := pr.gaveUp(submit); err != nil {
			return err
		}
	}
	if err := pr.finish(); err != nil {
		return err
	}
	return pr.countsAddUp()
}
