package strategytest

import "github.com/poolbench/poolbench/strategies"

// sharesNothing proves rule 17.
func sharesNothing(tr *trial) error {
	if err := oneFull(tr); err != nil {
		return err
	}
	if tr.traits.Panic == strategies.PanicCrashes {
		return nil
	}
	return onePanics(tr)
}

// two opens two pools.
func two(tr *trial) (a, b *poolRun, err error) {
	if a, err = tr.open(2); err != nil {
		return nil, nil, err
	}
	b, err = tr.open(2)
	return a, b, err
}

// oneFull fills one pool and uses the other.
func oneFull(tr *trial) error {
	a, b, err := two(tr)
	if err != nil {
		return err
	}
	tr.doing("with two pools of limit 2, the first being full, submitting 5 tasks to the second")
	g := tr.gate()
	a.send(4, g.wait)
	if !tr.reaches(a.running, 1) {
		return tr.failAs("exactly-once", "a task of the first to run", "none does")
	}
	tr.settled(a.running)
	const tasks = 5
	b.send(tasks, func() {})
	if tr.traits.Sharing == strategies.SharingCapacity {
		if tr.settled(b.ended) == tasks {
			return tr.fail(because("the second to wait for workers", "Sharing", tr.traits.Sharing), "all its tasks ran")
		}
		g.open()
	}
	if !tr.reaches(b.ended, tasks) {
		return tr.fail(because("all to run", "Sharing", tr.traits.Sharing), "%d did", b.ended())
	}
	if tr.traits.Sharing == strategies.SharingNone {
		tr.doing("with two pools, closing the second while the first is full")
		if err := b.finish(); err != nil {
			return err
		}
	}
	g.open()
	tr.doing("with two pools, using the first after the second was full or closed")
	ended := a.ended()
	a.send(tasks, func() {})
	if !tr.reaches(a.ended, ended+tasks) {
		return tr.fail("all to run", "%d did", a.ended()-ended)
	}
	if err := a.finish(); err != nil {
		return err
	}
	if tr.traits.Sharing == strategies.SharingNone {
		return nil
	}
	return b.finish()
}

// onePanics has a task of one pool panic and uses the other.
func onePanics(tr *trial) error {
	a, b, err := two(tr)
	if err != nil {
		return err
	}
	tr.doing("with two pools, a task of the first having panicked, closing the second")
	if _, err := a.give(deliberate); err != nil {
		return err
	}
	if !tr.reaches(a.ended, 1) {
		return tr.fail("the task to run", "it does not")
	}
	if o, err := b.give(func() {}); err != nil {
		return err
	} else if !o.clean() {
		return tr.fail("the second to accept a task", "its Go %s", o)
	}
	if err := b.closeCleanly(); err != nil {
		return err
	}
	_, err = a.closeEnds() // what it says of the panic is rule 5
	return err
}
