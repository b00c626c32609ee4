package stealing

// Cancel gives up the queue for good and returns at once: no task that has not
// started will, and everything submitted from now on is refused with
// [ErrCancelled], waiting submitters included. Tasks that run go on to their
// end. Whoever waits for a task that will not run, in Wait or Result, is told
// with ErrCancelled. Close is still needed.
func (p *Pool) Cancel() {
	p.shut(ErrCancelled)
	p.places.cancel()
}

// Cancelled returns how many accepted tasks will never run because of Cancel:
// tasks given to Go, to a group or to Submit. It is final after Close.
func (p *Pool) Cancelled() int { return int(p.lost.Load()) }

// cancel makes workers drop jobs instead of starting them, and sends one to do
// so even if there is no place for it: it will not run any.
func (s *places) cancel() {
	s.mu.Lock()
	if s.cancelled || s.closed && s.workers == 0 && !s.pool.queued() {
		s.mu.Unlock()
		return
	}
	s.cancelled = true
	s.sendSearcher()
}
