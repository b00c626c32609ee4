package stealing

// A verdict is what becomes of a job when places demand attention.
type verdict int

const (
	runs  verdict = iota // it may start
	drops                // it never will, and was dropped: look for another
	rests                // nor may another: the worker has no place any more
)

// judge decides whether a job that the worker has drawn may start. That it was
// drawn before matters: so no job that was submitted after the limit had been
// lowered starts by the old one.
func (w *worker) judge(j job) verdict {
	p := w.pool
	cancelled, surplus := p.places.demands()
	switch {
	case cancelled:
		p.drop(j)
		return drops
	case !surplus:
		return runs
	}
	// The place is needed. The job goes back to the queue, and what is on the
	// shelf can be stolen from there.
	p.force(j)
	w.batch, w.stocked = nil, false
	return rests
}

// demands says why workers must not just go on: the pool was cancelled, or
// there are more workers than places for them.
func (s *places) demands() (cancelled, surplus bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cancelled, s.held > s.limit || len(s.returning) > 0
}
