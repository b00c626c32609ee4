package strategytest

import (
	"fmt"
	"time"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/pattern"
	"github.com/poolbench/poolbench/strategies/remote"
)

// A remoteFault is something wrong with a fake remote pool.
type remoteFault int

const (
	remoteSound  remoteFault = iota
	tellsTwice               // done is called twice
	tellsNobody              // done is not called for a job that panics
	tellsOthers              // done gets another job's result
	tellsNothing             // done gets no error for a job that panics
	tellsLate                // Close does not wait for done
)

// A remoteFake runs jobs in this process, over a fake pool.
type remoteFake struct {
	pool  strategies.Pool
	fault remoteFault
	last  chan remote.Result // the result before, for tellsOthers
}

func openRemote(does strategies.Traits, f remoteFault) func(int) (remote.Pool, error) {
	return func(limit int) (remote.Pool, error) {
		r := &remoteFake{pool: plain(newFake(does, sound)(limit)), fault: f, last: make(chan remote.Result, 1)}
		r.last <- nil
		return r, nil
	}
}

func (r *remoteFake) Close() error { return r.pool.Close() }

func (r *remoteFake) Submit(job remote.Job, done func(remote.Result, error)) error {
	var run func([]byte) (remote.Result, error)
	for _, k := range Kinds {
		if k.Name == job.Kind {
			run = k.Run
		}
	}
	if run == nil {
		return fmt.Errorf("no kind %q", job.Kind)
	}
	return r.pool.Go(func() {
		var result remote.Result
		o := call(func() (err error) {
			result, err = run(job.Args)
			return err
		})
		err := o.err
		switch {
		case o.panicked != nil:
			err = fmt.Errorf("the job panicked: %v", o.panicked)
		case o.exited:
			err = pattern.ErrAborted
		}
		r.tell(done, result, err)
	})
}

// tell calls done, or what the fault makes of it.
func (r *remoteFake) tell(done func(remote.Result, error), result remote.Result, err error) {
	switch r.fault {
	case tellsTwice:
		done(result, err)
	case tellsNobody:
		if err != nil {
			return
		}
	case tellsOthers:
		before := <-r.last
		r.last <- result
		result = before
	case tellsNothing:
		err = nil
	case tellsLate:
		time.AfterFunc(30*time.Millisecond, func() { done(result, err) })
		return
	}
	done(result, err)
}
