package stealing

// Close refuses further tasks, waits until every accepted task has ended, and
// ends every goroutine of the pool. If tasks given to Go have panicked, it
// panics with a [*Panic] that holds the first one's value and stack; it does so
// once. A second Close waits as well and returns nil.
//
// Submitters that wait in Go are freed with [ErrClosed]. A task of the pool
// that calls Close gets [ErrInside].
func (p *Pool) Close() error {
	if p.inside() {
		return ErrInside
	}
	p.shut(ErrClosed)
	panicked := p.slots.close()
	p.resign()
	for i := range p.lanes {
		p.lanes[i].recycle()
	}
	if panicked != nil {
		panic(panicked)
	}
	return nil
}

// shut makes every submit fail with err from now on.
func (p *Pool) shut(err error) {
	p.closing.Store(true)
	for i := range p.lanes {
		p.lanes[i].close(err)
	}
	p.calls.close(err)
	p.room.wakeAll()
}

// close waits until no job and no worker is left, and takes the panic.
func (s *slots) close() *Panic {
	s.mu.Lock()
	s.closed = true
	if s.retiring.timer != nil {
		s.retiring.timer.Stop()
	}
	n := s.resting
	s.resting = 0
	s.mu.Unlock()
	s.sendHome(n)

	s.mu.Lock()
	defer s.mu.Unlock()
	// A submitter may have put a job in a lane just before that was shut, and
	// be about to wake a worker for it; and a loop may be about to queue itself.
	for s.workers > 0 || s.pool.queued() || s.pool.loops.Load() > 0 {
		s.left.Wait()
	}
	panicked := s.panicked
	s.panicked = nil
	return panicked
}

// Cancel gives up the queue for good and returns at once: no task that has not
// started will, and everything submitted from now on is refused with
// [ErrCancelled], waiting submitters included. Tasks that run go on to their
// end. Whoever waits for a task that will not run, in Wait or Result, is told
// with ErrCancelled. Close is still needed.
func (p *Pool) Cancel() {
	p.shut(ErrCancelled)
	p.slots.cancel()
}

// Cancelled returns how many accepted tasks will never run because of Cancel:
// tasks given to Go, to a group or to Submit. It is final after Close.
func (p *Pool) Cancelled() int { return int(p.lost.Load()) }

// cancel makes workers drop jobs instead of starting them, and sends one to do
// so even if there is no slot for it: it will not run any.
func (s *slots) cancel() {
	s.mu.Lock()
	if s.cancelled || s.closed && s.workers == 0 && !s.pool.queued() {
		s.mu.Unlock()
		return
	}
	s.cancelled = true
	s.sendSpinning()
}
