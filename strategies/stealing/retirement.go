package stealing

import "time"

// A retirement sends workers home that have rested for a whole period. It
// looks at the clock once a period and not at every rest: a worker can be
// spared if, at no time in the period, fewer were resting. Its fields are
// guarded by the mutex of places.
type retirement struct {
	period time.Duration
	timer  *time.Timer
	runs   bool // the timer is running
	fewest int  // workers that rested at the same time, since the timer started
}

// start starts the timer, unless it runs, for a worker that has come to rest.
func (r *retirement) start(s *places) {
	if r.runs {
		return
	}
	r.runs = true
	r.fewest = s.resting
	if r.timer == nil {
		r.timer = time.AfterFunc(r.period, func() { s.retire() })
	} else {
		r.timer.Reset(r.period)
	}
}

// note takes down how many workers rest, after one has been called to work.
func (r *retirement) note(resting int) { r.fewest = min(r.fewest, resting) }

// stop stops the timer.
func (r *retirement) stop() {
	if r.timer != nil {
		r.timer.Stop()
	}
}

// retire ends a period.
func (s *places) retire() {
	s.mu.Lock()
	r := &s.retiring
	n := min(r.fewest, s.resting)
	s.resting -= n
	r.runs = false
	if s.resting > 0 {
		r.start(s)
	}
	s.mu.Unlock()
	s.sendHome(n)
}

// sendHome orders n workers to leave that no longer count as resting.
func (s *places) sendHome(n int) {
	for range n {
		s.orders <- goHome{}
	}
}
