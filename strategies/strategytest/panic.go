package strategytest

import (
	"bytes"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// deliberate is a task that panics.
func deliberate() { panic(panicValue) }

// nobodyDies reports whether every task that panicked, or called
// runtime.Goexit, is over. A pool hears of the end of a task that has not been
// recovered just before the process dies of it.
func nobodyDies() bool {
	stacks := dump()
	return !bytes.Contains(stacks, []byte("strategytest.deliberate(")) && !bytes.Contains(stacks, []byte("runtime.Goexit("))
}

// isDeliberate reports whether the call ended with the panic of a task, and
// how.
func isDeliberate(o outcome) (raised, returned bool) {
	raised = o.panicked != nil && strings.Contains(fmt.Sprint(o.panicked), panicValue)
	returned = o.err != nil && strings.Contains(o.err.Error(), panicValue)
	return raised, returned
}

// handlesPanic proves rule 5. If the process is declared to die, or what it
// writes decides, its parent sees to the proof.
func handlesPanic(tr *trial) error {
	const limit, tasks = 4, 10
	pr, err := tr.open(limit)
	if err != nil {
		return err
	}
	tr.doing("with limit %d, submitting %d tasks of which one panics, and closing", limit, tasks)
	var handled atomic.Int64 // calls with the panic
	if n := pr.panicNotifier(); n != nil {
		n.OnPanic(func(value any) {
			if fmt.Sprint(value) == panicValue {
				handled.Add(1)
			}
		})
	}
	submitter := outcome{}
	for i := range tasks {
		body := func() {}
		if i == tasks/2 {
			body = deliberate
		}
		switch o, err := pr.give(body); {
		case err != nil:
			return err
		case o.exited || o.err != nil:
			return tr.failAs("exactly-once", "Go to accept it", "Go %s", o)
		case o.panicked != nil:
			submitter = o
		}
	}
	closing, err := pr.closeEnds()
	if err != nil {
		return err
	}
	calls := handled.Load()
	if tr.traits.Panic == strategies.PanicCrashes {
		time.Sleep(tr.Stall) // the panic may be about to be raised elsewhere
	}
	observed := strategies.PanicSwallowed
	if tr.traits.Panic == strategies.PanicLogged {
		observed = strategies.PanicLogged // unless the parent finds no trace of it
	}
	inGo, _ := isDeliberate(submitter)
	raised, returned := isDeliberate(closing)
	switch {
	case inGo:
		observed = strategies.PanicSubmitter
	case raised:
		observed = strategies.PanicRaised
	case returned:
		observed = strategies.PanicReturned
	case calls > 0:
		observed = strategies.PanicHandled
	}
	ways := 0
	for _, reported := range []bool{inGo, raised, returned, calls > 0} {
		if reported {
			ways++
		}
	}
	if odd := !closing.clean() && !raised && !returned; observed != tr.traits.Panic || odd || ways > 1 || calls > 1 {
		return tr.fail(fmt.Sprintf("the panic as in Traits.Panic: %s", tr.traits.Panic),
			"%s (Go %s, Close %s, handler called %d times before Close returned)", observed, submitter, closing, calls)
	}
	if ended := pr.ended(); ended != tasks {
		return tr.failAs("exactly-once", "the other tasks to run all the same", "%d of %d ran", ended, tasks)
	}
	return nil
}

// judgeOutput compares what the process wrote while a rule was proved with what
// the traits declare.
func judgeOutput(rule string, t strategies.Traits, stderr string) error {
	logged := strings.Contains(stderr, panicValue)
	if rule != "panic" || logged == (t.Panic == strategies.PanicLogged) || logged && t.Panic != strategies.PanicSwallowed {
		return nil
	}
	f := &failure{did: "closing a pool after one of its tasks has panicked", expected: fmt.Sprintf("the panic as in Traits.Panic: %s", t.Panic),
		observed: "nothing of it on standard error"}
	if logged {
		f.observed = "this on standard error:\n" + excerptOf(stderr, panicValue)
	}
	return f
}

// survivesPanics proves rule 6.
func survivesPanics(tr *trial) error {
	if tr.traits.Slots == strategies.SlotsSurvive {
		return tr.thrice(func() error { return panicInTurn(tr) })
	}
	pr, tasks, err := endInTurn(tr, "panic", deliberate)
	if err != nil {
		return err
	}
	return leavesSome(pr, tasks, "Slots", tr.traits.Slots, tr.traits.Slots == strategies.SlotsMayBlock)
}

// leavesSome proves of a pool with limit 1, whose tasks have all ended badly,
// that not all of them ran, and whether a further submit sets it going again.
func leavesSome(pr *poolRun, tasks int64, trait string, declared fmt.Stringer, mayBlock bool) error {
	defer pr.abandon()
	if pr.settled(pr.ended) >= tasks {
		return pr.fail(because("some to be left over", trait, declared), "all ran")
	}
	left := pr.ended()
	pr.doing("with limit 1, submitting three more after %d of %d tasks were left over", tasks-left, tasks)
	pr.send(3, func() {})
	if mayBlock {
		if !pr.reaches(pr.ended, left+1) {
			return pr.fail(because("a task to run again", trait, declared), "none does")
		}
	} else if now := pr.settled(pr.ended); now > left {
		return pr.fail(because("no task to run any more", trait, declared), "%d more ran", now-left)
	}
	return nil
}

// panicInTurn has blocked submitters take the place of a panicking task, again
// and again.
func panicInTurn(tr *trial) error {
	pr, tasks, err := endInTurn(tr, "panic", deliberate)
	if err != nil {
		return err
	}
	prompt := tr.prompt()
	if !holds(prompt, func() bool { return pr.ended() == tasks && pr.submitted.Load() >= tasks }) {
		return tr.fail(because(fmt.Sprintf("all to run within %v", prompt), "Slots", tr.traits.Slots),
			"%d ran and %d submits returned", pr.ended(), pr.submitted.Load())
	}
	pr.submitters.Wait()
	tr.doing("with limit 1, submitting a task after %d have panicked", tasks)
	after := pr.ended()
	pr.insist(func() {})
	if !tr.reaches(pr.ended, after+1) {
		return tr.fail("it to run", "it does not")
	}
	_, err = pr.closeEnds() // what it says of the panics is rule 5
	return err
}

// endInTurn has submitters wait for the one place of a pool and lets the task
// that holds it end as all others will.
func endInTurn(tr *trial, how string, end func()) (pr *poolRun, tasks int64, err error) {
	tasks = 20
	if tr.remote() {
		tasks = 6 // each may cost a process
	}
	if pr, err = tr.open(1); err != nil {
		return nil, 0, err
	}
	tr.doing("with limit 1, submitting %d tasks that %s, each from a goroutine of its own", tasks, how)
	g := tr.gate()
	pr.send(1, func() { g.wait(); end() })
	if !tr.reaches(pr.running, 1) {
		return nil, 0, tr.failAs("exactly-once", "the first to run", "it does not")
	}
	pr.send(int(tasks)-1, end)
	tr.settled(pr.accepted.Load)
	g.open()
	return pr, tasks, nil
}

// forgetsPanic proves rule 12.
func forgetsPanic(tr *trial) error {
	pr, err := tr.open(2)
	if err != nil {
		return err
	}
	tr.doing("closing a pool again after one task has panicked and Close has reported it")
	if _, err := pr.give(deliberate); err != nil {
		return err
	}
	if _, err := pr.closeEnds(); err != nil {
		return err
	}
	if tr.traits.Closed == strategies.ClosedReusable {
		pr.closed.Store(false)
		if o, err := pr.give(func() {}); err != nil {
			return err
		} else if !o.clean() {
			return tr.fail("a submit after that to be accepted", "Go %s", o)
		}
	}
	again, err := pr.closeEnds()
	if err != nil {
		return err
	}
	raised, returned := isDeliberate(again)
	old := raised || returned
	if sticky := tr.traits.PanicOnce == strategies.PanicOnceBroken; old != sticky {
		expected := "no old panic"
		if sticky {
			expected = "the old panic"
		}
		return tr.fail(because(expected, "PanicOnce", tr.traits.PanicOnce), "Close %s", again)
	}
	return nil
}
