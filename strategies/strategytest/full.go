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
	sh, err := tr.open(limit)
	if err != nil {
		return err
	}
	g := tr.gate()
	if tr.traits.Full == strategies.FullRejects {
		err = rejects(sh, g)
	} else {
		err = waits(sh, g)
	}
	if err != nil {
		return err
	}
	if err := tryWhenFull(sh, g); err != nil {
		return err
	}
	g.open()
	tr.doing("with limit %d, letting the tasks of a full pool end", limit)
	if err := sh.finish(); err != nil {
		return err
	}
	if sh.accepted.Load() != sh.ended() {
		return tr.fail("every accepted task to run", "%d accepted, %d run", sh.accepted.Load(), sh.ended())
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
func waits(sh *shift, g *gate) error {
	declared, limit, most := sh.traits.Full, int64(sh.limit), sh.bottomless()
	sh.doing("with limit %d, submitting up to %d tasks that wait", limit, most)
	sh.crew.Go(func() {
		for range most {
			if !sh.submit(g.wait).clean() || g.isOpen() {
				return
			}
		}
	})
	differs := func(expected string) error {
		then := "then Go waits"
		if refused := sh.refused.Load(); refused > 0 {
			then = "then Go returned an error"
		} else if sh.accepted.Load() == int64(most) {
			then = "the last one included"
		}
		return sh.fail(because(expected, "Full", declared), "%d accepted, %s", sh.accepted.Load(), then)
	}
	fewest := limit
	switch {
	case declared == strategies.FullQueues:
		fewest = int64(most)
	case declared == strategies.FullBuffers:
		fewest = limit + 1
	case sh.traits.Capacity == strategies.CapacityStrands:
		fewest = 1
	}
	if !sh.reaches(sh.accepted.Load, fewest) {
		return differs(fmt.Sprintf("at least %d to be accepted", fewest))
	}
	switch accepted := sh.settled(sh.accepted.Load); {
	case sh.refused.Load() > 0:
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
func rejects(sh *shift, g *gate) error {
	declared := sh.traits.Full
	sh.doing("with limit %d, submitting %d tasks that wait", sh.limit, sh.limit)
	for range sh.limit - 1 {
		sh.insist(g.wait)
	}
	first := sh.gate()
	sh.insist(first.wait)
	if accepted := sh.accepted.Load(); accepted != int64(sh.limit) {
		return sh.fail("all to be accepted", "%d accepted", accepted)
	}
	sh.doing("with limit %d and as many tasks running, submitting one more", sh.limit)
	more := async(func() error { return sh.submit(g.wait).err })
	if !holds(sh.Stall, more.returned) {
		return sh.fail(because("Go to return an error", "Full", declared), "Go waits")
	}
	if more.outcome.err == nil {
		return sh.fail(because("Go to return an error", "Full", declared), "Go %s", more.outcome)
	}
	sh.doing("with limit %d and the pool full, letting one task end and submitting another", sh.limit)
	first.open()
	if o := sh.insist(g.wait); !o.clean() {
		return sh.fail("Go to accept it sooner or later", "Go %s", o)
	}
	return nil
}

// tryWhenFull proves that TryGo returns at once where Go waits.
func tryWhenFull(sh *shift, g *gate) error {
	try := sh.trySubmitter()
	if try == nil {
		return nil
	}
	sh.doing("with limit %d and the pool full, calling TryGo", sh.limit)
	trying := async(func() error { return sh.by(try.TryGo, g.wait).err })
	if !holds(sh.Stall, trying.returned) {
		return sh.fail("TryGo to return", "TryGo waits")
	}
	switch o, queues := trying.outcome, sh.traits.Full == strategies.FullQueues; {
	case o.panicked != nil:
		return sh.fail("no panic", "TryGo %s", o)
	case queues && o.err != nil:
		return sh.fail(because("TryGo to accept what Go accepts", "Full", sh.traits.Full), "TryGo %s", o)
	case !queues && o.err == nil:
		return sh.fail(because("TryGo to return an error", "Full", sh.traits.Full), "TryGo %s", o)
	}
	return nil
}
