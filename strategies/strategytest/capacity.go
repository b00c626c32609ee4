package strategytest

import (
	"context"
	"fmt"
	"runtime"

	"github.com/poolbench/poolbench/strategies"
)

// usesCapacity proves rule 14.
func usesCapacity(tr *trial) error {
	switch tr.traits.Capacity {
	case strategies.CapacitySequential:
		return runsInSubmitter(tr)
	case strategies.CapacitySplit:
		for _, proof := range capacityProofs(tr) {
			if proof(tr) != nil {
				return nil
			}
		}
		return tr.fail(because("a task to wait although a worker is idle", "Capacity", tr.traits.Capacity), "none that did")
	}
	for _, proof := range append(capacityProofs(tr), wakeProofs(tr)...) {
		if err := tr.thrice(func() error { return proof(tr) }); err != nil {
			return err
		}
	}
	return nil
}

// capacityProofs fail if a task waits although a place is free.
func capacityProofs(tr *trial) []func(*trial) error {
	proofs := []func(*trial) error{overlap(1), overlap(2), overlap(7)}
	if tr.traits.Limit == strategies.LimitExact {
		proofs = append(proofs, refill)
	}
	if !tr.remote() && tr.traits.Nested == strategies.NestedSafe {
		proofs = append(proofs, handOn)
	}
	return proofs
}

// runs proves that n tasks run at the same time, without delay.
func (pr *poolRun) runs(n int64) error {
	if !holds(pr.prompt(), func() bool { return pr.running() >= n }) {
		return pr.failAs(pr.ruleOfFew(), because(fmt.Sprintf("%d tasks to run within %v", n, pr.prompt()), "Capacity", pr.traits.Capacity), "%d run", pr.running())
	}
	return nil
}

// overlap has one goroutine submit as many tasks as there are places.
func overlap(limit int) func(*trial) error {
	return func(tr *trial) error {
		pr, err := tr.open(limit)
		if err != nil {
			return err
		}
		tr.doing("with limit %d, submitting %d tasks that wait, from one goroutine", limit, limit)
		g := tr.gate()
		pr.submitters.Go(func() {
			for range limit {
				pr.insist(g.wait)
			}
		})
		if err := pr.runs(int64(limit)); err != nil {
			return err
		}
		g.open()
		return pr.finish()
	}
}

// refill empties some places of a full pool, every combination in turn, and
// submits as many tasks: each has its place, whichever others stay full.
func refill(tr *trial) error {
	const limit = 4
	pr, err := tr.open(limit)
	if err != nil {
		return err
	}
	for freed := 1; freed < 1<<limit; freed++ {
		tr.doing("with limit %d, full: letting some tasks end (pattern %04b) and submitting as many", limit, freed)
		var gates [limit]*gate
		for i := range gates {
			gates[i] = tr.gate()
			pr.send(1, gates[i].wait)
			if err := pr.runs(int64(i) + 1); err != nil {
				return err
			}
		}
		n, ended := 0, pr.ended()
		for i, g := range gates {
			if freed>>i&1 == 1 {
				n++
				g.open()
			}
		}
		if !tr.reaches(pr.ended, ended+int64(n)) {
			return tr.fail("them to end", "%d of %d did", pr.ended()-ended, n)
		}
		last := tr.gate()
		if err := pr.refilled(n, last); err != nil {
			return err
		}
		if err := pr.runs(limit); err != nil {
			return err
		}
		last.open()
		for _, g := range gates {
			g.open()
		}
		if !tr.comes(pr.ended, func() bool { return pr.running() == 0 }) {
			return tr.fail("all to end", "%d still run", pr.running())
		}
	}
	return pr.finish()
}

// refilled submits a task for each of n workers that have become free. A pool that
// rejects instead of waiting has had time to see that they are.
func (pr *poolRun) refilled(n int, g *gate) error {
	if full := pr.traits.Full; !full.Rejects() || full == strategies.FullBlocksThenRejects {
		pr.send(n, g.wait)
		return nil
	}
	pr.settled(pr.ended)
	for range n {
		if o := pr.submit(g.wait); !o.clean() {
			return pr.fail(because("every task to be accepted while workers are idle", "Capacity", pr.traits.Capacity), "Go %s", o)
		}
	}
	return nil
}

// handOn has a task submit another and go on running: a free place takes it.
func handOn(tr *trial) error {
	pr, err := tr.open(2)
	if err != nil {
		return err
	}
	tr.doing("with limit 2, a task submitting another and going on")
	g := tr.gate()
	pr.send(1, func() {
		pr.insist(g.wait)
		g.wait()
	})
	if err := pr.runs(2); err != nil {
		return err
	}
	g.open()
	return pr.finish()
}

// wakeProofs fail if a place that became free does not wake who waits for it.
func wakeProofs(tr *trial) []func(*trial) error {
	if tr.traits.Limit == strategies.LimitNone {
		return nil
	}
	proofs := []func(*trial) error{wake("ends", "", func() {})}
	if tr.traits.Panic != strategies.PanicCrashes && tr.traits.Slots == strategies.SlotsSurvive {
		proofs = append(proofs, wake("panics", "slots", deliberate))
	}
	if tr.traits.Goexit == strategies.GoexitSafe {
		proofs = append(proofs, wake("calls runtime.Goexit", "goexit", runtime.Goexit))
	}
	if tr.offers.Context && tr.traits.Full == strategies.FullBlocks {
		proofs = append(proofs, wakeAfterGivingUp)
	}
	if tr.offers.Resize && tr.traits.Resize == strategies.ResizeExact {
		proofs = append(proofs, wakeByResize)
	}
	return proofs
}

// wake fills a pool, has one more task submitted, and frees a worker. rule is the
// one that says what becomes of a worker whose task ends so.
func wake(how, rule string, end func()) func(*trial) error {
	return func(tr *trial) error {
		pr, err := tr.open(2)
		if err != nil {
			return err
		}
		tr.doing("with limit 2, full and with two more tasks submitted: a task %s", how)
		first, rest := tr.gate(), tr.gate()
		pr.send(1, func() { first.wait(); end() })
		if err := pr.runs(1); err != nil {
			return err
		}
		pr.send(3, rest.wait)
		if err := pr.runs(2); err != nil {
			return err
		}
		tr.settled(pr.accepted.Load)
		first.open()
		if !holds(tr.prompt(), func() bool { return pr.started() >= 3 }) {
			return tr.failAs(rule, because(fmt.Sprintf("the next to start within %v", tr.prompt()), "Capacity", tr.traits.Capacity), "%d started", pr.started())
		}
		rest.open()
		if err := pr.submittersReturn(); err != nil {
			return err
		}
		_, err = pr.closeEnds() // what it says of a panic is rule 5
		return err
	}
}

// wakeAfterGivingUp has a submitter stop waiting while another waits behind it,
// again and again: the free worker is for the other, and none is lost.
func wakeAfterGivingUp(tr *trial) error {
	const limit, rounds = 2, 5
	pr, err := tr.open(limit)
	if err != nil {
		return err
	}
	for range rounds {
		tr.doing("with limit %d, full: a GoContext that waits gives up, another submitter waits, and a task ends", limit)
		first, rest := tr.gate(), tr.gate()
		started := pr.started()
		pr.send(1, first.wait)
		if err := pr.runs(1); err != nil {
			return err
		}
		pr.send(limit-1, rest.wait)
		if err := pr.runs(limit); err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(context.Background())
		waiting := pr.goContext(ctx, func() {})
		if tr.happens(waiting.returned) {
			cancel()
			return tr.failAs("full", "GoContext to wait", "GoContext %s", waiting.outcome)
		}
		pr.send(1, rest.wait)
		tr.settled(pr.submitting.Load)
		cancel()
		if err := pr.gaveUp(waiting); err != nil {
			return err
		}
		first.open()
		if !holds(tr.prompt(), func() bool { return pr.started() >= started+limit+1 }) {
			return tr.fail(because(fmt.Sprintf("the other to start within %v", tr.prompt()), "Capacity", tr.traits.Capacity), "it does not")
		}
		rest.open()
		if !tr.comes(pr.ended, func() bool { return pr.running() == 0 }) {
			return tr.failAs("exactly-once", "all to end", "%d still run", pr.running())
		}
	}
	if err := pr.finish(); err != nil {
		return err
	}
	return pr.countsAddUp()
}

// wakeByResize fills a pool and makes it larger.
func wakeByResize(tr *trial) error {
	pr, err := tr.open(1)
	if err != nil {
		return err
	}
	tr.doing("with limit 1, full and with two more tasks submitted: a resize to 3")
	g := tr.gate()
	pr.send(3, g.wait)
	if err := pr.runs(1); err != nil {
		return err
	}
	tr.settled(pr.accepted.Load)
	pr.resizer().Resize(3)
	if !holds(tr.prompt(), func() bool { return pr.running() >= 3 }) {
		return tr.failAs("resize", because(fmt.Sprintf("3 tasks to run within %v", tr.prompt()), "Capacity", tr.traits.Capacity), "%d run", pr.running())
	}
	g.open()
	return pr.finish()
}

// runsInSubmitter proves that a task runs in the goroutine that submits it.
func runsInSubmitter(tr *trial) error {
	pr, err := tr.open(4)
	if err != nil {
		return err
	}
	tr.doing("with limit 4, submitting a task and comparing goroutines")
	var submitter, runner uint64
	g := tr.gate()
	pr.submitters.Go(func() {
		submitter = goroutineID()
		pr.submit(func() {
			runner = goroutineID()
			g.wait()
		})
	})
	if err := pr.runs(1); err != nil {
		return err
	}
	if tr.happens(func() bool { return pr.submitted.Load() > 0 }) {
		return tr.fail(because("Go to return after the task", "Capacity", tr.traits.Capacity), "Go returned while it was running")
	}
	g.open()
	if err := pr.finish(); err != nil {
		return err
	}
	if submitter != runner {
		return tr.fail(because("the submitter's goroutine", "Capacity", tr.traits.Capacity), "another one")
	}
	return nil
}
