package stealing

import (
	"sync"
	"time"
)

// slots says who may run. A slot is the right to run one task; there are as
// many as the limit. A worker holds a slot from when it is sent to work until
// it rests or leaves, also while it looks for jobs. A task that waits for
// other tasks lends its slot meanwhile.
//
// Nothing here is touched while workers find short jobs: only when one is woken,
// begins, rests, leaves or ends a search, when a task lends its slot or wants it
// back, and when the limit changes.
type slots struct {
	pool *Pool

	mu        sync.Mutex
	limit     int
	held      int             // slots in use
	spinning  bool            // a worker is on its way to look for jobs
	lone      bool            // it was sent into an idle pool and has not arrived
	helping   int             // workers with slots that were invited to a loop and are not back
	resting   int             // workers that wait for orders, or are about to
	workers   int             // worker goroutines, resting and lending ones too
	started   int             // these, and those that have left
	returning []chan struct{} // tasks that want back the slot they lent
	closed    bool
	cancelled bool
	panicked  *Panic     // what Close will raise
	left      sync.Cond  // the last worker has left
	retiring  retirement // of resting workers

	// orders are for resting workers: a job, or nil to look for jobs on the
	// pool's behalf, or noSpin, or goHome. The buffer is for those that are about to rest.
	orders chan job

	crew    func() // is what a new worker runs
	pending []job  // orders for workers that have been started and have not come, from next on
	next    int
}

// passing is how many workers a pool may have started, all in all, for them not
// to rest but to leave when there is nothing to do. Many pools are made for a
// single batch. What it takes to rest, to be retired in time and to be sent home
// would be most of what such a pool costs; and to start a worker costs no more
// than to wake one.
const passing = 8

// Orders that are no jobs.
type (
	order  struct{}
	goHome struct{ order } // a resting worker is to end its goroutine
	noSpin struct{ order } // a worker is to look for jobs, but not on the pool's behalf
)

func (order) run()         {}
func (order) drop()        {}
func (order) tasks() int64 { return 0 }

// publish tells those who do not hold mu what has changed. mu is held.
func (s *slots) publish() {
	p := s.pool
	if noWake := s.spinning && !s.wantsCompany() || s.held >= s.limit; p.noWake.Load() != noWake {
		p.noWake.Store(noWake)
	}
	if preempt := s.cancelled || s.held > s.limit || len(s.returning) > 0; p.preempt.Load() != preempt {
		p.preempt.Store(preempt)
	}
}

// wake sends a worker to look for jobs if that makes sense: there is a job and
// a free slot, and nobody is looking. One at a time is enough, for whoever
// finds a job sends the next; and more would mostly get into each other's way.
func (s *slots) wake() {
	s.mu.Lock()
	switch {
	case s.wanted():
		s.lone = s.held == 0
		s.sendSpinning()
	case s.wantsCompany() && s.pool.queued():
		s.send(noSpin{})
	default:
		s.mu.Unlock()
	}
}

// wantsCompany reports that a second job should send a second worker although
// the first has not arrived. mu is held.
func (s *slots) wantsCompany() bool {
	return s.lone && s.held == 1 && s.limit > 1 && s.pool.processors > 1
}

// wanted reports whether a worker should be looking for jobs and none is. mu
// is held.
func (s *slots) wanted() bool {
	return !s.spinning && s.held < s.limit && s.pool.queued()
}

// sendIfWanted sends a worker to look for jobs if that makes sense. mu is held,
// and is not afterwards.
func (s *slots) sendIfWanted() {
	s.publish()
	if s.wanted() {
		s.sendSpinning()
		return
	}
	s.mu.Unlock()
}

// sendSpinning sends a worker to look for jobs. mu is held, and is not
// afterwards.
func (s *slots) sendSpinning() {
	s.spinning = true
	s.send(nil)
}

// send gives an order to a resting worker, or to a new one, and with it a slot.
// mu is held, and is not afterwards.
func (s *slots) send(order job) {
	s.held++
	s.publish()
	if _, helps := order.(invitation); helps {
		s.helping++
	}
	if s.resting == 0 {
		s.workers++
		s.started++
		// The order waits for the worker here: were it handed to its goroutine, that
		// would cost an allocation for each.
		s.pending = append(s.pending, order)
		s.mu.Unlock()
		go s.crew()
		return
	}
	s.resting--
	s.retiring.fewest = min(s.retiring.fewest, s.resting)
	s.mu.Unlock()
	s.orders <- order
}

// takeOrder gives a new worker the order that has waited longest.
func (s *slots) takeOrder() job {
	const spare = 64 // orders for which there may be room while none waits
	s.mu.Lock()
	defer s.mu.Unlock()
	order := s.pending[s.next]
	s.next++
	if 2*s.next >= len(s.pending) {
		left := copy(s.pending, s.pending[s.next:])
		clear(s.pending[left:])
		s.pending, s.next = s.pending[:left], 0
		if left == 0 && cap(s.pending) > spare {
			s.pending = nil // after a burst
		}
	}
	return order
}

// replace sends a worker in place of one whose goroutine ends, to look for jobs.
func (s *slots) replace() {
	s.mu.Lock()
	s.workers--
	s.held--
	s.send(noSpin{})
}

// handOver starts j at once, if a slot is free and nothing waits that came
// before. The queue exists to pass on many short tasks at a time. Where tasks
// are so long that nothing is to be gained by that, the way through it is only
// longer. An invitation to a loop may overtake tasks that are queued: for those
// a worker is on the way.
func (s *slots) handOver(j job, overtakes bool) bool {
	s.mu.Lock()
	if s.held >= s.limit || s.closed || s.cancelled || !overtakes && s.pool.queued() {
		s.mu.Unlock()
		return false
	}
	s.send(j)
	return true
}

// found ends a worker's search because it has a job, and sends the next worker
// if there are more. So a chain of workers goes to work until there is no job
// or no slot left.
func (s *slots) found() {
	s.mu.Lock()
	s.spinning, s.lone = false, false
	s.sendIfWanted()
}

// mayLinger makes a worker that has run out of jobs the one that is looking,
// unless there is one.
func (s *slots) mayLinger(helped bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spinning || s.closed || helped && s.started <= passing {
		return false
	}
	s.spinning = true
	s.publish()
	return true
}

// busy reports whether a task may be running: a loop has not ended, or a slot
// is held by a worker that is neither looking for jobs nor on its way to or
// from a loop.
func (s *slots) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	idle := s.helping
	if s.spinning {
		idle++
	}
	return s.held > idle || s.pool.loops.Load() > 0
}

// back counts a worker in again that was invited to a loop.
func (s *slots) back() {
	s.mu.Lock()
	s.helping--
	s.mu.Unlock()
}

// rest gives up a worker's slot, and its role if it was spinning. It returns
// what the worker is to do, or that it is to wait for an order.
//
// No wake-up is lost: whoever adds a job looks at noWake afterwards. Here noWake
// is cleared first and the queues are looked at afterwards. So either the
// other sees that a worker is needed, or this one sees the job and stays.
func (s *slots) rest(spinning bool) (order job, wait bool) {
	s.mu.Lock()
	if spinning {
		s.spinning, s.lone = false, false
	}
	s.release()
	s.publish()
	if s.wanted() {
		s.held++
		s.spinning = true
		s.publish()
		s.mu.Unlock()
		return nil, false
	}
	if s.closed || s.held+s.resting >= s.limit || s.started <= passing {
		s.mu.Unlock()
		return goHome{}, false
	}
	if s.orders == nil {
		s.orders = make(chan job, 16)
	}
	s.resting++
	s.retiring.start(s)
	s.mu.Unlock()
	return nil, true
}

// demands says why workers must not just go on: the pool was cancelled, or
// there are more workers than slots for them.
func (s *slots) demands() (cancelled, surplus bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cancelled, s.held > s.limit || len(s.returning) > 0
}

// release frees a slot, or passes it on to a task that wants its own back. mu
// is held.
func (s *slots) release() {
	s.held--
	s.readmit()
}

// readmit gives free slots to tasks that want theirs back. mu is held.
func (s *slots) readmit() {
	for s.held < s.limit && len(s.returning) > 0 {
		s.held++
		close(s.returning[0])
		s.returning = s.returning[1:]
	}
}

// exit counts a worker out that goes home.
func (s *slots) exit() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.workers--; s.workers == 0 {
		s.left.Broadcast()
	}
}

// lend frees the slot of a task that is going to wait for others.
func (s *slots) lend() {
	s.mu.Lock()
	s.release()
	s.sendIfWanted()
}

// reclaim waits until the task that called lend has a slot again.
func (s *slots) reclaim() {
	s.mu.Lock()
	if s.held < s.limit {
		s.held++
		s.publish()
		s.mu.Unlock()
		return
	}
	slot := make(chan struct{})
	s.returning = append(s.returning, slot)
	s.publish()
	s.mu.Unlock()
	<-slot
}

// resize sets the limit.
func (s *slots) resize(limit int) {
	s.mu.Lock()
	s.limit = limit
	s.readmit()
	s.sendIfWanted()
}

// A retirement sends workers home that have rested for a whole period. It
// looks at the clock once a period and not at every rest: a worker can be
// spared if, at no time in the period, fewer were resting. Its fields are
// guarded by the mutex of slots.
type retirement struct {
	period time.Duration
	timer  *time.Timer
	runs   bool // the timer is running
	fewest int  // workers that rested at the same time, since the timer started
}

// start starts the timer, unless it runs, for a worker that has come to rest.
func (r *retirement) start(s *slots) {
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

// retire ends a period.
func (s *slots) retire() {
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
func (s *slots) sendHome(n int) {
	for range n {
		s.orders <- goHome{}
	}
}
