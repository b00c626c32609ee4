package strategytest

import (
	"sync/atomic"

	"github.com/poolbench/poolbench/strategies"
)

// nests proves rule 8.
func nests(tr *trial) error {
	for _, limit := range []int{1, 2, 8} {
		if err := submitFromAll(tr, limit); err != nil {
			return err
		}
		if tr.traits.Nested == strategies.NestedSafe {
			if err := growTree(tr, limit); err != nil {
				return err
			}
		}
	}
	return nil
}

// submitFromAll fills the pool with tasks that wait for each other and then
// submit, so that every place waits for a place if Go waits at all.
func submitFromAll(tr *trial, limit int) error {
	pr, err := tr.open(limit)
	if err != nil {
		return err
	}
	each := 1
	if tr.traits.Full == strategies.FullBuffers {
		each = unbounded / limit // together more than the buffer holds
	}
	tr.doing("with limit %d, filling the pool with tasks that each submit %d to it", limit, each)
	g := tr.gate()
	var accepted, ran atomic.Int64
	places := pr.places()
	pr.send(int(places), func() {
		g.wait()
		for range each {
			if pr.submit(func() { ran.Add(1) }).clean() {
				accepted.Add(1)
			}
		}
	})
	if !tr.reaches(pr.running, 1) {
		return tr.failAs("exactly-once", "a task to run", "none does")
	}
	tr.settled(pr.running)
	g.open()
	if tr.traits.Nested == strategies.NestedDeadlocks {
		defer pr.abandon()
		if tr.settled(pr.progress); pr.running() == 0 {
			return tr.fail(because("a deadlock", "Nested", tr.traits.Nested), "none: %d were accepted, %d ran", accepted.Load(), ran.Load())
		}
		return nil
	}
	if !tr.comes(pr.progress, func() bool { return pr.ended() >= places && pr.running() == 0 && ran.Load() == accepted.Load() }) {
		return tr.fail(because("all to end", "Nested", tr.traits.Nested), "%d tasks that wait in Go, and %d of %d accepted ones run:\n%s",
			pr.running(), ran.Load(), accepted.Load(), pr.stuck())
	}
	return pr.finish()
}

// growTree has every task submit two more, down to a depth.
func growTree(tr *trial, limit int) error {
	const depth = 7
	pr, err := tr.open(limit)
	if err != nil {
		return err
	}
	tr.doing("with limit %d, submitting a task that submits two that submit two, %d deep", limit, depth)
	var node func(depth int) func()
	node = func(depth int) func() {
		return func() {
			if depth > 0 {
				pr.submit(node(depth - 1))
				pr.submit(node(depth - 1))
			}
		}
	}
	pr.submitters.Go(func() { pr.insist(node(depth)) })
	grown := func() bool { return pr.running() == 0 && pr.ended() == 1<<(depth+1)-1 }
	if tr.traits.Full.Rejects() {
		grown = func() bool { return pr.ended() > 0 && pr.running() == 0 && pr.ended() == pr.accepted.Load() }
	}
	if !tr.comes(pr.progress, grown) {
		return tr.fail(because("all to end", "Nested", tr.traits.Nested), "%d accepted, %d run, %d that wait in Go:\n%s",
			pr.accepted.Load(), pr.ended(), pr.running(), pr.stuck())
	}
	return pr.finish()
}
