package processes

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/proc"
)

const (
	// A worker that ends younger than quickDeath without having had a job is
	// replaced after a pause. Any other death has cost a job or a second, so that
	// nothing spins.
	quickDeath = time.Second

	// mostFailures is how often in a row a closed pool tries to start a worker for
	// the jobs that still wait.
	mostFailures = 3
)

// errUnasked is why a worker is killed that answers what it was not asked.
var errUnasked = errors.New("an answer to no job of its own")

// keep keeps a place staffed, with w to begin with, until the pool ends.
func (p *pool) keep(w *process) {
	var pause proc.Backoff
	for {
		err := p.attend(w)
		if hired := w.number > 0; hired || time.Since(w.Born) > quickDeath {
			pause = 0
		} else {
			pause.Grow()
		}
		p.mu.Lock()
		ending := p.ending
		p.mu.Unlock()
		if ending {
			return
		}
		p.log.Warn("a worker process ended, starting another", "pause", pause, "error", err)
		if w = p.replace(pause); w == nil {
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

// attend takes a worker's answers and gives it jobs until it ends, and returns
// how it ended.
func (p *pool) attend(w *process) error {
	for {
		number, what, payload, err := w.receive()
		if err != nil {
			return p.bury(w, err)
		}
		p.mu.Lock()
		if !w.busy || number != w.number {
			p.mu.Unlock()
			return p.bury(w, errUnasked)
		}
		answered, _ := w.drop()
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
	if errors.Is(cause, io.EOF) || errors.Is(cause, io.ErrUnexpectedEOF) {
		w.Collect()
	} else {
		w.Close() // it said what it must not
	}
	err := fmt.Errorf("%w: process %d, %s: %w", ErrWorkerDied, w.PID(), w.State(), cause)
	if busy {
		p.report(lost, nil, fmt.Errorf("job of kind %q: %w", lost.job.Kind, err))
	}
	return err
}

// report hands a job's submitter what became of it, in a goroutine of its own: it
// may take its time or end the goroutine.
func (p *pool) report(c call, result strategies.Result, err error) {
	go func() {
		defer p.jobs.Done()
		c.done(result, err)
	}()
}

// replace starts a worker, after a pause and after longer ones as long as it
// fails. It returns nil if the pool ends, or if it is closed and cannot start any.
func (p *pool) replace(pause proc.Backoff) *process {
	failures := 0
	for {
		pause.Wait(p.closing)
		w, err := start(p.starting, p.where, startGrace)
		if err == nil {
			return w
		}
		if p.starting.Err() != nil {
			return nil
		}
		pause.Grow()
		p.log.Warn("starting a worker process failed, trying again", "pause", pause, "error", err)
		if p.closing.Err() == nil {
			continue
		}
		if failures++; failures == mostFailures {
			p.giveUp(err)
			return nil
		}
	}
}

// giveUp leaves a place of a closed pool empty. When it was the last, no job will
// run any more, and all that wait are reported.
func (p *pool) giveUp(err error) {
	p.mu.Lock()
	p.failure = fmt.Errorf("%d attempts in a row to start a worker failed, the last: %w", mostFailures, err)
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
