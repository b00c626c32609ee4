package processes

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

const (
	// A worker that dies younger than quickDeath without ever having had a job
	// failed to start, and after mostFailures in a row its place is given up.
	// Any other death has cost a job or a second, so that nothing spins.
	quickDeath   = time.Second
	mostFailures = 3
)

// errUnasked is why a worker is ended that answers without having been asked.
var errUnasked = errors.New("an answer to no job")

// keep keeps a place staffed, with w to begin with, until the pool ends or
// workers die as fast as they start.
func (p *pool) keep(w *process) {
	failures := 0
	for {
		err := p.attend(w)
		if w.hired || time.Since(w.Born) > quickDeath {
			failures = 0
		} else {
			failures++
		}
		if w = p.replace(failures, err); w == nil {
			return
		}
		p.admit(w)
	}
}

// admit gives a new worker a job, or notes that it is idle.
func (p *pool) admit(w *process) {
	p.mu.Lock()
	p.alive[w] = true
	if p.ending {
		w.dismiss()
	}
	next, more := p.next(w)
	p.mu.Unlock()
	if more {
		w.send(next.job)
	}
}

// next moves the job that waits longest to the worker, or the worker to the
// idle. The caller holds the lock.
func (p *pool) next(w *process) (c call, more bool) {
	if c, more = p.waiting.pop(); more {
		w.take(c)
	} else {
		p.idle = append(p.idle, w)
	}
	return c, more
}

// attend takes a worker's answers and gives it jobs until it ends, and returns
// how it ended.
func (p *pool) attend(w *process) error {
	for {
		what, payload, err := w.receive()
		if err != nil {
			return p.bury(w, err)
		}
		p.mu.Lock()
		answered, asked := w.drop()
		if !asked {
			w.call, w.busy = answered, asked
			p.mu.Unlock()
			return p.bury(w, errUnasked)
		}
		next, more := p.next(w)
		p.mu.Unlock()
		if more {
			w.send(next.job) // first, so that the worker is busy while done runs
		}
		result, err := interpret(answered.job.Kind, what, payload)
		p.report(answered, result, err)
	}
}

// bury frees what a worker that sends no more answers held, reports the job
// it had, and returns how it ended.
func (p *pool) bury(w *process, cause error) error {
	p.mu.Lock()
	delete(p.alive, w)
	p.idle = slices.DeleteFunc(p.idle, func(idle *process) bool { return idle == w })
	if w.overdue != nil {
		w.overdue.Stop()
	}
	lost, busy := w.drop()
	p.mu.Unlock()
	w.Close()
	err := fmt.Errorf("%w: process %d, %s: %w", ErrWorkerDied, w.PID(), w.State(), cause)
	if busy {
		p.report(lost, nil, fmt.Errorf("job of kind %q: %w", lost.job.Kind, err))
	}
	return err
}

// report tells a job's submitter what became of it.
func (p *pool) report(c call, result strategies.Result, err error) {
	defer p.jobs.Done()
	c.done(result, err)
}

// replace starts a worker in place of one that ended as err says, after that
// many failures in a row. It returns nil if the pool ends or the place is
// given up.
func (p *pool) replace(failures int, err error) *process {
	for {
		p.mu.Lock()
		ending := p.ending
		p.mu.Unlock()
		if ending {
			return nil
		}
		if failures == mostFailures {
			p.giveUp(err)
			return nil
		}
		var w *process
		if w, err = start(startGrace); err == nil {
			return w
		}
		failures++
	}
}

// giveUp leaves a place empty. When it was the last, no job will run any more,
// and all that wait are reported.
func (p *pool) giveUp(err error) {
	err = fmt.Errorf("%d workers in a row ended before they had a job, the last: %w", mostFailures, err)
	var lost []call
	p.mu.Lock()
	p.failure = err
	p.staffed--
	for p.staffed == 0 {
		c, more := p.waiting.pop()
		if !more {
			break
		}
		lost = append(lost, c)
	}
	p.mu.Unlock()
	for _, c := range lost {
		p.report(c, nil, fmt.Errorf("job of kind %q: no worker is left to run it: %w", c.job.Kind, err))
	}
}
