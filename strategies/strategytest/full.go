package strategytest

import (
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
	if tr.traits.Full == strategies.FullRejects {
		err = rejects(pr, g)
	} else {
		err = waits(pr, g)
	}
	if err != nil {
		return err
	}
	if err := tryWhenFull(pr, g); err != nil {
		return err
	}
	g.open()
	tr.doing("with limit %d, letting the tasks of a full pool end", limit)
	if err := pr.finish(); err != nil {
		return err
	}
	if pr.accepted.Load() != pr.ended() {
		return tr.fail("every accepted task to run", "%d accepted, %d run", pr.accepted.Load(), pr.ended())
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

// waits proves that Go accepts as many tasks as declared, and then waits.
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
		return pr.fail(because(expected, "Full", declared), "%d accepted, %s", pr.accepted.Load(), then)
	}
	fewest := limit
	switch {
	case declared == strategies.FullQueues:
		fewest = int64(most)
	case declared == strategies.FullBuffers:
		fewest = limit + 1
	case pr.traits.Capacity == strategies.CapacityStrands:
		fewest = 1
	}
	if !pr.reaches(pr.accepted.Load, fewest) {
		return differs(fmt.Sprintf("at least %d to be accepted", fewest))
	}
	switch accepted := pr.settled(pr.accepted.Load); {
	case pr.refused.Load() > 0:
		return differs("Go to wait")
	case declared == strategies.FullBlocks && accepted > limit:
		return differs(fmt.Sprintf("Go to wait after %d", limit))
	case declared == strategies.FullBuffers && accepted == int64(most):
		return differs("Go to wait at some time")
	}
	return nil
}

// rejects proves that Go returns an error while limit tasks run, and accepts
// again when one has ended.
func rejects(pr *poolRun, g *gate) error {
	declared := pr.traits.Full
	pr.doing("with limit %d, submitting %d tasks that wait", pr.limit, pr.limit)
	for range pr.limit - 1 {
		pr.insist(g.wait)
	}
	first := pr.gate()
	pr.insist(first.wait)
	if accepted := pr.accepted.Load(); accepted != int64(pr.limit) {
		return pr.fail("all to be accepted", "%d accepted", accepted)
	}
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
