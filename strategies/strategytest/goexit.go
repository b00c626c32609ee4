package strategytest

import (
	"errors"
	"runtime"

	"github.com/poolbench/poolbench/strategies"
)

// survivesGoexit proves rule 7. If the process is declared to die, its parent
// sees to the proof.
func survivesGoexit(tr *trial) error {
	if err := tellsOfGoexit(tr); err != nil {
		return err
	}
	if tr.traits.Goexit == strategies.GoexitHangs {
		return nil
	}
	return keepsPlaces(tr)
}

// tellsOfGoexit has one task of a pool with two places call runtime.Goexit.
func tellsOfGoexit(tr *trial) error {
	declared := tr.traits.Goexit
	sh, err := tr.open(2)
	if err != nil {
		return err
	}
	tr.doing("with limit 2, submitting a task that calls runtime.Goexit")
	told := make(chan error, 2)
	o, err := sh.giveUnheard(told)
	if err != nil {
		return err
	}
	switch ends := declared == strategies.GoexitSubmitter; {
	case o.exited != ends:
		return tr.fail(because(map[bool]string{true: "Go to end its goroutine", false: "Go to return"}[ends], "Goexit", declared), "Go %s", o)
	case !ends && !o.clean():
		return tr.fail("Go to return nil", "Go %s", o)
	}
	if !tr.reaches(func() int64 { return int64(len(told)) }, 1) {
		return tr.fail("whoever waits for the task to be told", "nobody was")
	}
	if err := <-told; err == nil || !tr.remote() && !errors.Is(err, strategies.ErrAborted) {
		return tr.fail("whoever waits for the task to be told that it has no result", "the error %v", err)
	}
	tr.doing("with limit 2, closing after a task has called runtime.Goexit")
	if declared == strategies.GoexitHangs {
		if closing := async(sh.shut); tr.happens(closing.returned) {
			return tr.fail(because("Close to hang", "Goexit", declared), "Close %s", closing.outcome)
		}
		return nil
	}
	closing, err := sh.closeReturns()
	if err == nil && declared == strategies.GoexitCrashes {
		err = tr.fail("the process to die", "Close %s", closing)
	}
	return err
}

// giveUnheard submits a task that calls runtime.Goexit. told gets what whoever
// waits for it is told.
func (sh *shift) giveUnheard(told chan<- error) (outcome, error) {
	if remote, ok := sh.pool.(*remotePool); ok {
		return call(func() error {
			return remote.submit(sh.task(runtime.Goexit), func(err error) { told <- err })
		}), nil
	}
	return sh.give(strategies.Bind(func() (any, error) {
		runtime.Goexit()
		return nil, nil
	}, func(_ any, err error) { told <- err }))
}

// keepsPlaces has submitters wait for the one place of a pool, whose tasks all
// call runtime.Goexit, and then submits one that does not.
func keepsPlaces(tr *trial) error {
	sh, tasks, err := endInTurn(tr, "call runtime.Goexit", runtime.Goexit)
	if err != nil {
		return err
	}
	declared := tr.traits.Goexit
	if strands := declared == strategies.GoexitStrands; strands || declared == strategies.GoexitLeaks {
		return leavesSome(sh, tasks, "Goexit", declared, strands)
	}
	if !tr.reaches(sh.ended, tasks) {
		return tr.fail(because("all to run", "Goexit", declared), "%d ran", sh.ended())
	}
	if err := sh.crewReturns(); err != nil {
		return err
	}
	tr.doing("with limit 1, submitting a task after %d have called runtime.Goexit", tasks)
	sh.send(1, func() {})
	if !tr.reaches(sh.ended, tasks+1) {
		return tr.fail(because("it to run", "Goexit", declared), "it does not")
	}
	if err := sh.crewReturns(); err != nil {
		return err
	}
	_, err = sh.closeReturns()
	return err
}
