package strategytest

import "github.com/poolbench/poolbench/strategies"

// actsWhenClosed proves rule 11.
func actsWhenClosed(tr *trial) error {
	declared := tr.traits.Closed
	for _, tasks := range []int{0, 3} {
		pr, err := tr.open(2)
		if err != nil {
			return err
		}
		tr.doing("submitting a task to a closed pool that has run %d", tasks)
		for range tasks {
			pr.insist(func() {})
		}
		if err := pr.closeCleanly(); err != nil {
			return err
		}
		for _, way := range pr.ways() {
			tr.doing("submitting a task by %s to a closed pool that has run %d", way.name, tasks)
			if err := submitClosed(pr, way.submit, declared); err != nil {
				return err
			}
		}
	}
	return nil
}

// submitClosed submits a task to a closed pool.
func submitClosed(pr *poolRun, method func(func()) error, declared strategies.Closed) error {
	before := pr.ended()
	submit := async(func() error {
		o := pr.by(method, func() {})
		if o.panicked != nil {
			panic(o.panicked)
		}
		return o.err
	})
	if !holds(pr.Stall, submit.returned) {
		return pr.failAs("exactly-once", because("the submit to return", "Closed", declared), "it hangs:\n%s", pr.stuck())
	}
	o := submit.outcome
	switch declared {
	case strategies.ClosedPanics:
		if o.panicked == nil {
			return pr.fail(because("a panic", "Closed", declared), "the submit %s", o)
		}
	case strategies.ClosedError:
		if o.err == nil {
			return pr.fail(because("an error", "Closed", declared), "the submit %s", o)
		}
	case strategies.ClosedReusable:
		if !o.clean() {
			return pr.fail(because("the task to be accepted", "Closed", declared), "the submit %s", o)
		}
		if err := pr.closeCleanly(); err != nil {
			return err
		}
	}
	want := before
	if declared == strategies.ClosedReusable {
		want++
	}
	if ended := pr.settled(pr.ended); ended != want {
		rule, observed := contradiction("closed", o.clean(), ended > before)
		return pr.failAs(rule, "a task to run exactly if it was accepted", "%s", observed)
	}
	return nil
}

// contradiction says how a task's end contradicts what its submit returned, and
// by which rule: that of a submit that is refused, or else the given one.
func contradiction(rule string, accepted, ran bool) (by, observed string) {
	switch {
	case accepted && !ran:
		return rule, "one that was accepted and did not run"
	case !accepted && ran:
		return "exactly-once", "one that was refused and ran all the same"
	}
	return rule, "one that ran too often"
}
