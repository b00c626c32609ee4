package stealing

import (
	"runtime"
	"runtime/debug"
	"time"
)

// A worker is a goroutine that runs jobs, one after the other, with or without
// a batch of its own.
type worker struct {
	pool  *Pool
	order job // what it was sent to do, or nil

	batch *batch // the batch it works from, or an empty one, or nil
	lane  int    // where it took a job last

	draws  uint          // how often it has drawn
	drew   int           // how many jobs the last time
	since  time.Duration // when that was, on the process's clock
	worked time.Duration // how long the jobs before those took

	stocked  bool // batch may hold unclaimed jobs
	spinning bool // it is the pool's one worker that looks for jobs
	invited  bool // it was invited to a loop and is not back
	timed    bool // since is known
	low      bool // it left the lane at most half full
	short    bool // the jobs that it timed last were short
}

// startWorker makes the calling goroutine a worker, with an order that waits for it. What
// a worker knows about itself is on its stack, and costs no memory beside: a
// million sleeping tasks have thousands of workers.
func startWorker(_ uint64, p *Pool) {
	w := worker{pool: p}
	w.obey(p.slots.takeOrder())
	w.run()
}

// run runs jobs until the worker is sent home. Where a job calls runtime.Goexit,
// which ends this goroutine, another takes over, with the same slot; what lies
// on the shelf is stolen from there.
//
// Only a frame outside of work can tell: after a panic that work has recovered
// from it goes on here, but not if Goexit was under way, as when a deferred func
// of a job that called it panics.
//
// The worker rests here, near the bottom of its stack. What it takes to wait,
// and to get memory for it, would not always fit in 2 KiB from further up, and
// then the stack is doubled, for good.
func (w *worker) run() {
	home := false
	defer func() {
		if !home {
			w.back()
			w.pool.slots.replace()
		}
	}()
	for !home {
		j := w.find()
		if j != nil && !w.work(j) {
			continue
		}
		order, wait := w.rest()
		if wait {
			order = <-w.pool.slots.orders
		}
		home = !w.obey(order)
	}
	w.pool.slots.exit()
}

// work runs j, and then what is in the worker's batch. It returns when there is
// nothing left in it, or when a job panics; or when the worker's slot is needed,
// and then it returns true. One deferred call serves all these jobs, so that
// none pays for it.
func (w *worker) work(j job) (rest bool) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil {
			w.pool.slots.raise(&Panic{Value: v, Stack: debug.Stack()})
		}
	}()
	for ; j != nil; j = w.drainBatch() {
		if w.pool.preempt.Load() {
			runs, rests := w.judge(j)
			if rest = rests; rest {
				break
			}
			if !runs {
				continue
			}
		}
		if task, ok := j.(plain); ok {
			task()
			continue
		}
		j.run()
	}
	returned = true
	return rest
}

// drainBatch runs what is in the worker's batch for as long as these are plain jobs,
// by far the most frequent, and preempt is not set. It returns a job that
// it took and did not run, or nil.
//
// Cost: a task is called directly, and nothing else is.
func (w *worker) drainBatch() job {
	for w.stocked {
		i, ok := w.claim()
		if !ok {
			break
		}
		b := w.batch
		task := b.jobs[i]
		if task == nil || w.pool.preempt.Load() {
			return b.take(i)
		}
		b.jobs[i] = nil
		task()
	}
	return nil
}

// judge decides what becomes of a job that the worker has drawn while preempt is
// set: it runs, or it was dropped, or it waits again because the worker rests
// and has no slot any more. That it was drawn before matters: so no job that was
// submitted after the limit had been lowered starts by the old one.
func (w *worker) judge(j job) (runs, rests bool) {
	p := w.pool
	switch cancelled, surplus := p.slots.demands(); {
	case cancelled:
		p.drop(j)
		return false, false
	case !surplus:
		return true, false
	}
	// The slot is needed. The job goes back to the queue, and what is on the
	// shelf can be stolen from there.
	p.force(j)
	w.batch, w.stocked = nil, false
	return false, true
}

// claim claims the next job of the worker's own batch, if it finds one there. It
// is inlined.
func (w *worker) claim() (i int, ok bool) {
	i, last, ok := w.batch.pop()
	if last {
		w.pool.shelves.free(w.batch.shelf)
	}
	w.stocked = ok && !last
	return i, ok
}

// find looks for a job, for a while. It returns nil if there is none, and then
// the worker is to rest.
func (w *worker) find() job {
	if w.stocked { // a job has panicked, and others were behind it
		if i, ok := w.claim(); ok {
			return w.batch.take(i)
		}
	}
	helped := w.order == nil && w.back() // with an order it is on its way to the loop
	drew := w.drew
	w.measure()
	if w.isTooSoon(drew) {
		w.letPileUp()
	}
	for lingered := 0; ; w.timed = false {
		if j := w.order; j != nil {
			w.order = nil
			if w.drew = 1; w.invited {
				w.timed = false // how long a loop takes is of no interest, here as below
			} else {
				w.time()
			}
			return j
		}
		if j := w.draw(); j != nil {
			w.report()
			if _, loops := j.(*loop); loops {
				w.timed = false
			} else {
				w.time()
			}
			return j
		}
		// A little patience saves resting and being woken where jobs come
		// quickly, and lets them pile up to a batch.
		const patience = 4
		if lingered < patience && !w.pool.patient.Load() && !w.pool.closing.Load() && w.lingers(helped) {
			lingered++
			runtime.Gosched()
			continue
		}
		return nil
	}
}

// draw takes a job from a lane, or steals if there is none. Once in a while it
// is the other way round: a task may turn out to take long, and what lies
// behind it in its worker's batch should not wait until the lanes are empty.
func (w *worker) draw() job {
	if w.low && w.worked > yieldAfter && w.pool.room.wanted() {
		// Submitters can be on this processor before the queue has run dry.
		runtime.Gosched()
	}
	const once = 61 // as the Go scheduler does, and no multiple of a power of two
	w.draws++
	if w.draws%once == 0 {
		if j := w.steal(); j != nil {
			return j
		}
	}
	if j := w.take(); j != nil {
		return j
	}
	return w.steal()
}

// take draws from a lane: a whole batch if tasks are short, or else one job.
func (w *worker) take() job {
	p := w.pool
	if p.filled.Load() == 0 {
		return nil
	}
	for range len(p.lanes) + 1 {
		if w.lane++; w.lane >= len(p.lanes) {
			w.lane = -1
			if l := p.answer(); l != nil {
				w.drew = 1
				return l
			}
			continue
		}
		l := &p.lanes[w.lane]
		if p.filled.Load()&l.bit == 0 {
			continue
		}
		shelf, whole := 0, false
		var empty *batch
		if w.short {
			if shelf, whole = p.shelves.reserve(ownShelf()); whole {
				empty = w.emptied()
				w.batch = nil
			}
		}
		d := l.take(whole, empty)
		w.drew, w.low = 1, d.low
		if d.rest != nil {
			w.batch, w.stocked = d.rest, true
			w.drew += d.rest.upTo - d.rest.from
			p.shelves.put(shelf, d.rest, d.rest.from, d.rest.upTo)
		} else if whole {
			p.shelves.free(shelf)
		}
		if d.job != nil {
			p.room.wakeOne()
			return d.job
		}
	}
	return nil
}

// answer takes a loop that calls for helpers, or returns nil.
func (p *Pool) answer() *loop {
	if p.filled.Load()&p.calls.bit == 0 {
		return nil
	}
	return p.calls.take()
}

// emptied returns the worker's batch if it can be filled again, or nil.
func (w *worker) emptied() *batch {
	if w.batch != nil && w.batch.settled() {
		return w.batch
	}
	return nil
}

// steal takes jobs from another worker's batch: half of them if tasks are
// short, or else one.
func (w *worker) steal() job {
	p := w.pool
	if p.shelves.taken.Load() == 0 {
		return nil
	}
	if w.batch = w.emptied(); w.batch == nil {
		w.batch = batches.Get().(*batch)
	}
	shelf, most := 0, 1
	reserved := false
	if w.short {
		if shelf, reserved = p.shelves.reserve(ownShelf()); reserved {
			most = batchSize
		}
	}
	n := p.shelves.steal((ownShelf()+int(w.draws%shelfCount))%shelfCount, w.batch, most)
	if n > 1 {
		w.stocked = true
		p.shelves.put(shelf, w.batch, 1, n)
	} else if reserved {
		p.shelves.free(shelf)
	}
	if n == 0 {
		return nil
	}
	w.drew = n
	return w.batch.take(0)
}

// report says that the worker has found a job, so that others come if there
// are more. What it keeps on its shelf must be there by now.
func (w *worker) report() {
	s := &w.pool.slots
	switch {
	case w.spinning:
		w.spinning = false
		s.found()
	case w.stocked && !w.pool.noWake.Load():
		s.wake()
	}
}

// lingers makes the worker the one that is looking, or reports that it is.
func (w *worker) lingers(helped bool) bool {
	w.spinning = w.spinning || w.pool.slots.mayLinger(helped)
	return w.spinning
}

// rest gives up the worker's slot, and what it worked with. It returns what the
// worker is to do next, or that it is to wait for an order.
func (w *worker) rest() (order job, wait bool) {
	w.back()
	if b := w.emptied(); b != nil {
		w.pool.lane().store(b)
		w.batch = nil
	}
	w.drew, w.timed = 0, false // so that the rest is not taken for work
	return w.pool.slots.rest(w.spinning)
}

// back says that the worker is done with the loop that it was invited to, and
// reports whether there was one.
func (w *worker) back() (helped bool) {
	if helped = w.invited; helped {
		w.invited = false
		w.pool.slots.back()
	}
	return helped
}

// obey takes note of what the worker was sent to do. It returns false if that is
// to go home.
func (w *worker) obey(order job) (stays bool) {
	w.spinning = order == nil
	_, w.invited = order.(invitation)
	switch order.(type) {
	case goHome:
		return false
	case noSpin:
		order = nil
	}
	w.order = order
	return true
}
