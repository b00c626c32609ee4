package stealing

// A helper is a worker's part in a loop.
type helper struct {
	loop     *loop
	span     *span // what it works on
	own      *span // what it fills with what it takes from others, or nil
	ran      int64 // indexes it has run
	returned bool
}

// exhaust runs the indexes of the helper's span. It returns true if the helper
// must stop before none is left anywhere.
func (h *helper) exhaust() (yields bool) {
	l, span := h.loop, h.span
	p, body := l.pool, l.body
	for called := false; ; {
		if l.halted.Load() {
			l.giveUp()
			return false
		}
		if p.preempt.Load() && h.yields() {
			return true
		}
		i, ok, last := span.pop()
		if last {
			l.laden.Add(-1)
		}
		if !ok {
			return false
		}
		if !called {
			l.call()
			called = true
		}
		h.ran++
		body(int(i))
		if last {
			return false
		}
	}
}

// claim gets the helper a span with indexes: all of them for the first helper,
// half of another's for those that come later.
func (h *helper) claim() bool {
	l := h.loop
	if !l.begun.Load() && l.begun.CompareAndSwap(false, true) {
		h.span, h.own = &l.first, &l.first
		return true
	}
	crowded := l.crowded()
	// Spans that were listed long ago and spans that were just split are
	// mostly empty. What lies between is found faster from where indexes were
	// last seen.
	rich := l.rich.Load()
	for s := rich; s != nil && l.laden.Load() > 0; s = s.older {
		if h.join(s, crowded) {
			return true
		}
	}
	for s := l.spans.Load(); s != rich && l.laden.Load() > 0; s = s.older {
		if h.join(s, crowded) {
			return true
		}
	}
	return false
}

// join gets the helper indexes of s: half of them for itself, or, in a crowd,
// s together with others.
func (h *helper) join(s *span, crowded bool) bool {
	if !crowded {
		return h.split(s)
	}
	if !s.unclaimed() {
		return false
	}
	h.span = s
	h.loop.sawRich(s)
	return true
}

// split takes half of s.
func (h *helper) split(s *span) bool {
	from, to, last := s.split(2)
	if from == to {
		return false
	}
	l := h.loop
	if last {
		l.laden.Add(-1)
	}
	l.laden.Add(1)
	if h.own == nil {
		h.own = new(span)
		h.own.fill(from, to)
		l.list(h.own)
	} else {
		h.own.fill(from, to)
	}
	h.span = h.own
	if to-from > 1 {
		s = h.own
	}
	l.sawRich(s)
	return true
}

// sawRich remembers where indexes were last seen.
func (l *loop) sawRich(s *span) {
	if l.rich.Load() != s {
		l.rich.Store(s)
	}
}

// list adds s to the loop's spans.
func (l *loop) list(s *span) {
	for {
		s.older = l.spans.Load()
		if l.spans.CompareAndSwap(s.older, s) {
			return
		}
	}
}

// yields reports that the helper must stop because its slot is needed or the
// pool was cancelled. What is left of its span is for others.
func (h *helper) yields() bool {
	cancelled, surplus := h.loop.pool.slots.demands()
	switch {
	case cancelled:
		h.loop.halt(&h.loop.cause, ErrCancelled)
	case surplus:
		h.loop.call()
	}
	return cancelled || surplus
}

// end accounts for what the helper has run, and for a body that did not
// return.
func (h *helper) end() {
	l := h.loop
	l.helpers.Add(-1)
	if !h.returned {
		err := unreturned(recover())
		if p, is := err.(*Panic); is {
			l.mu.Lock()
			l.panicked = l.panicked.plus(p)
			l.mu.Unlock()
		}
		l.halt(&l.failure, err)
		if l.broken != nil {
			l.broken(err)
		}
	}
	if h.ran > 0 {
		l.account(h.ran)
	}
}
