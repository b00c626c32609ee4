package strategytest

import "github.com/poolbench/poolbench/strategies"

// actsWhenClosed proves rule 11.
func actsWhenClosed(tr *trial) error {
	declared := tr.traits.Closed
	for _, tasks := range []int{0, 3} {
		sh, err := tr.open(2)
		if err != nil {
			return err
		}
		tr.doing("submitting a task to a closed pool that has run %d", tasks)
		for range tasks {
			sh.insist(func() {})
		}
		if err := sh.closeCleanly(); err != nil {
			return err
		}
		methods := []func(func()) error{sh.pool.Go}
		if try := sh.trySubmitter(); try != nil {
			methods = append(methods, try.TryGo)
		}
		for _, method := range methods {
			if err := submitClosed(sh, method, declared); err != nil {
				return err
			}
		}
	}
	return nil
}

// submitClosed submits a task to a closed pool.
func submitClosed(sh *shift, method func(func()) error, declared strategies.Closed) error {
	before := sh.ended()
	submit := async(func() error {
		o := sh.by(method, func() {})
		if o.panicked != nil {
			panic(o.panicked)
		}
		return o.err
	})
	if !holds(sh.Stall, submit.returned) {
		return sh.fail(because("the submit to return", "Closed", declared), "it hangs:\n%s", sh.stuck())
	}
	o := submit.outcome
	switch declared {
	case strategies.ClosedPanics:
		if o.panicked == nil {
			return sh.fail(because("a panic", "Closed", declared), "the submit %s", o)
		}
	case strategies.ClosedError:
		if o.err == nil {
			return sh.fail(because("an error", "Closed", declared), "the submit %s", o)
		}
	case strategies.ClosedReusable:
		if !o.clean() {
			return sh.fail(because("the task to be accepted", "Closed", declared), "the submit %s", o)
		}
		if err := sh.closeCleanly(); err != nil {
			return err
		}
	}
	want := before
	if declared == strategies.ClosedReusable {
		want++
	}
	if ended := sh.settled(sh.ended); ended != want {
		return sh.fail("a task to run exactly if it was accepted", "accepted: %v, ran: %v", o.clean(), ended > before)
	}
	return nil
}
