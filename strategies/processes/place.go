package processes

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/poolbench/poolbench/strategies/pattern"
	"github.com/poolbench/poolbench/strategies/proc"
	"github.com/poolbench/poolbench/strategies/remote"
)

// A worker that ends younger than quickDeath without having had a job is replaced
// after a pause. Any other death has cost a job or a second, so that nothing spins.
const quickDeath = time.Second

// errUnasked is why a worker is killed that answers what it was not asked.
var errUnasked = errors.New("an answer to no job of its own")

// keep keeps a worker in a place, w to begin with, until the pool ends. Jobs wait
// while it cannot; only a closed pool gives up.
func (p *pool) keep(w *process) {
	if err := (proc.Place[*process]{
		Kind: "worker", Needed: p.needed, Patient: p.open, Log: p.log,
		Attend: p.attend,
		Start: func() (*process, error) {
			w, err := start(p.needed, p.where, startGrace)
			if err == nil {
				p.admit(w)
			}
			return w, err
		},
	}).Keep(w); err != nil {
		p.giveUp(err)
	}
}

// admit gives a new worker a job, or notes that it is idle.
func (p *pool) admit(w *process) {
	p.mu.Lock()
	p.alive[w] = true
	if p.needed.Err() != nil {
		w.dismiss()
		p.mu.Unlock()
		return
	}
	next, more := p.next(w)
	number := w.number
	p.mu.Unlock()
	if more {
		w.send(number, next.job)
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

// attend takes a worker's answers and gives it jobs until it ends. It returns how
// it ended, unless the pool ends too, and whether it had a job or grew old.
func (p *pool) attend(w *process) (lasted bool, err error) {
	for {
		number, what, payload, err := w.receive()
		p.mu.Lock()
		if err == nil && (w.call.done == nil || number != w.number) {
			err = errUnasked
		}
		if err != nil {
			p.mu.Unlock()
			err = p.bury(w, err)
			return w.number > 0 || time.Since(w.Born) > quickDeath, err
		}
		answered := w.drop()
		next, more := p.next(w)
		number = w.number
		p.mu.Unlock()
		result, err := interpret(answered.job.Kind, what, payload)
		p.report(answered, result, err)
		if more {
			w.send(number, next.job)
		}
	}
}

// bury frees what a worker that sends no more answers held, reports the job
// it had, and returns how it ended, or nil if the pool ends too.
func (p *pool) bury(w *process, cause error) error {
	p.mu.Lock()
	delete(p.alive, w)
	p.idle = slices.DeleteFunc(p.idle, func(idle *process) bool { return idle == w })
	if w.overdue != nil {
		w.overdue.Stop()
	}
	lost := w.drop()
	p.mu.Unlock()
	if errors.Is(cause, io.EOF) || errors.Is(cause, io.ErrUnexpectedEOF) {
		w.Collect()
	} else {
		w.Close() // it said what it must not
	}
	err := fmt.Errorf("%w: process %d, %s: %w", ErrWorkerDied, w.PID(), w.State(), cause)
	if lost.done != nil {
		p.report(lost, nil, fmt.Errorf("job of kind %q: %w", lost.job.Kind, err))
	}
	if p.needed.Err() != nil {
		return nil
	}
	return err
}

// report hands a job's submitter what became of it, in a goroutine of its own: it
// may take its time or end the goroutine.
func (p *pool) report(c call, result remote.Result, err error) {
	go func() {
		defer p.jobs.Done()
		c.done(result, err)
	}()
}

// giveUp leaves a place of a closed pool empty. When it was the last, no job will
// run any more, and all that wait are reported.
func (p *pool) giveUp(err error) {
	p.mu.Lock()
	p.failure = err
	p.staffed--
	last := p.staffed == 0
	p.mu.Unlock()
	if last {
		p.dropWaiting(fmt.Errorf("no worker is left to run it: %w", err))
	}
}

// dropWaiting reports all jobs that no worker has.
func (p *pool) dropWaiting(err error) {
	for {
		p.mu.Lock()
		c, more := p.waiting.pop()
		p.mu.Unlock()
		if !more {
			return
		}
		p.report(c, nil, fmt.Errorf("job of kind %q: %w", c.job.Kind, err))
	}
}

// An abortion is the error of a job that ended without returning. It is a
// pattern.ErrAborted and says more.
type abortion string

func (e abortion) Error() string { return string(e) }

func (e abortion) Unwrap() error { return pattern.ErrAborted }

// interpret makes of an answer the arguments of the job's done.
func interpret(kind string, what outcome, payload []byte) (remote.Result, error) {
	switch what {
	case outcomeResult:
		return payload, nil
	case outcomePanic:
		return nil, abortion(fmt.Sprintf("job of kind %q panicked: %s", kind, payload))
	case outcomeGoexit:
		return nil, abortion(fmt.Sprintf("job of kind %q called runtime.Goexit", kind))
	default:
		return nil, fmt.Errorf("job of kind %q: %s", kind, payload)
	}
}
