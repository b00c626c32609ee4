package strategytest

import (
	"errors"
	"runtime"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/pattern"
)

// survivesGoexit proves rule 7. If the process is declared to die, its parent
// sees to the proof.
func survivesGoexit(tr *trial) error {
	if err := reportsGoexit(tr); err != nil {
		return err
	}
	if tr.traits.Goexit == strategies.GoexitHangs {
		return nil
	}
	return keepsPlaces(tr)
}

// reportsGoexit has one task of a pool with two places call runtime.Goexit.
func reportsGoexit(tr *trial) error {
	declared := tr.traits.Goexit
	pr, err := tr.open(2)
	if err != nil {
		return err
	}
	tr.doing("with limit 2, submitting a task that calls runtime.Goexit")
	results := make(chan error, 2)
	o, err := pr.giveGoexit(results)
	if err != nil {
		return err
	}
	switch ends := declared == strategies.GoexitSubmitter; {
	case o.exited != ends:
		return tr.fail(because(map[bool]string{true: "Go to end its goroutine", false: "Go to return"}[ends], "Goexit", declared), "Go %s", o)
	case !ends && !o.clean():
		return tr.failAs("exactly-once", "Go to return nil", "Go %s", o)
	}
	if !tr.reaches(func() int64 { return int64(len(results)) }, 1) {
		return tr.failAs("panic", "a waiter for the task to get an error", "none did")
	}
	if err := <-results; err == nil || !tr.remote() && !errors.Is(err, pattern.ErrAborted) {
		return tr.failAs("panic", "a waiter for the task to get an error, for there is no result", "the error %v", err)
	}
	tr.doing("with limit 2, closing after a task has called runtime.Goexit")
	if declared == strategies.GoexitHangs {
		if closing := async(pr.shut); tr.happens(closing.returned) {
			return tr.fail(because("Close to hang", "Goexit", declared), "Close %s", closing.outcome)
		}
		return nil
	}
	closing, err := pr.closeReturns()
	if err == nil && declared == strategies.GoexitCrashes {
		err = tr.fail("the process to die", "Close %s", closing)
	}
	return err
}

// giveGoexit submits a task that calls runtime.Goexit. results gets the error that
// a waiter for it gets.
func (pr *poolRun) giveGoexit(results chan<- error) (outcome, error) {
	if remote, ok := pr.pool.(*remotePool); ok {
		return call(func() error {
			return remote.submit(pr.task(runtime.Goexit), func(err error) { results <- err })
		}), nil
	}
	return pr.give(pattern.Bind(func() (any, error) {
		runtime.Goexit()
		return nil, nil
	}, func(_ any, err error) { results <- err }))
}

// keepsPlaces has submitters wait for the one place of a pool, whose tasks all
// call runtime.Goexit, and then submits one that does not.
func keepsPlaces(tr *trial) error {
	pr, tasks, err := endInTurn(tr, "call runtime.Goexit", runtime.Goexit)
	if err != nil {
		return err
	}
	declared := tr.traits.Goexit
	if mayBlock := declared == strategies.GoexitMayBlock; mayBlock || declared == strategies.GoexitLeaks {
		return leavesSome(pr, tasks, "Goexit", declared, mayBlock)
	}
	if !tr.reaches(pr.ended, tasks) {
		return tr.fail(because("all to run", "Goexit", declared), "%d ran", pr.ended())
	}
	if err := pr.submittersReturn(); err != nil {
		return err
	}
	tr.doing("with limit 1, submitting a task after %d have called runtime.Goexit", tasks)
	pr.send(1, func() {})
	if !tr.reaches(pr.ended, tasks+1) {
		return tr.fail(because("it to run", "Goexit", declared), "it does not")
	}
	if err := pr.submittersReturn(); err != nil {
		return err
	}
	_, err = pr.closeReturns()
	return err
}
