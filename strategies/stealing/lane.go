package stealing

import (
	"sync"
	"sync/atomic"
)

// A lane is a queue of jobs under one lock. A pool has several, so that
// submitters on different processors need not meet.
//
// Every locked section is short and of constant length: a submitter writes one
// entry, a worker takes one job, or a whole batch by its pointer.
type lane struct {
	mu    sync.Mutex
	count int    // jobs in the lane
	room  int    // how many may be: none once it is shut
	tail  *batch // the newest batch, whose entries from fill on are free
	fill  int    // batchSize if there is no tail
	head  *batch // the oldest batch, whose entries before first are done with
	first int
	full  atomic.Bool // count >= room, for who does not hold mu

	shut  error  // why put refuses for good, or nil
	spare *batch // empty batches, linked by next
	kept  int    // how many of them
	keeps int    // how many there may be

	filled *atomic.Uint64 // the pool's: a bit for each lane that holds jobs
	bit    uint64         // this lane's
	_      [8]byte        // lanes do not share cache lines
}

// init prepares an empty lane.
func (l *lane) init(room int, filled *atomic.Uint64, bit uint64) {
	l.room, l.keeps = room, room/batchSize+2
	l.fill = batchSize
	l.filled, l.bit = filled, bit
}

// lock locks mu. What it guards is over in some ten nanoseconds, and so it is
// worth while to ask a few times. The mutex itself would pause between two
// looks for a microsecond and more, as long as it takes to submit fifty tasks.
func (l *lane) lock() {
	const tries = 30
	for range tries {
		if l.mu.TryLock() {
			return
		}
	}
	l.mu.Lock()
}

// put appends j if there is room.
func (l *lane) put(j job) bool {
	if l.full.Load() {
		return false
	}
	if !l.mu.TryLock() {
		l.lock()
	}
	if l.count >= l.room {
		l.mu.Unlock()
		return false
	}
	if task, ok := j.(plain); ok && l.fill < batchSize {
		l.tail.jobs[l.fill] = task // what append does, without the calls
		l.fill++
		l.count++
	} else {
		l.append(j)
	}
	if l.count == 1 {
		l.filled.Or(l.bit)
	}
	if l.count == l.room {
		l.full.Store(true)
	}
	l.mu.Unlock()
	return true
}

// force appends j whether there is room or not, even to a shut lane.
func (l *lane) force(j job) {
	l.lock()
	l.append(j)
	l.filled.Or(l.bit)
	l.mu.Unlock()
}

// append does it, but for the lane's bit. l.mu is held.
func (l *lane) append(j job) {
	if l.fill == batchSize {
		l.extend()
	}
	l.tail.put(l.fill, j)
	l.fill++
	l.count++
}

// extend links an empty batch behind the newest. l.mu is held.
func (l *lane) extend() {
	b := l.spare
	if b == nil {
		b = batches.Get().(*batch)
	} else {
		l.spare, b.next = b.next, nil
		l.kept--
	}
	if l.tail == nil {
		l.head, l.first = b, 0
	} else {
		l.tail.next = b
	}
	l.tail, l.fill = b, 0
}

// A drawn is what a worker takes from a lane at once.
type drawn struct {
	job  job    // the oldest one, or nil
	rest *batch // what lay behind it in its batch, or nil; see batch.from
	low  bool   // the lane is left at most half full
}

// take removes the oldest job, and with whole the rest of that job's batch too.
// In exchange it keeps empty, an empty batch or nil.
func (l *lane) take(whole bool, empty *batch) (d drawn) {
	l.lock()
	if empty != nil {
		l.keep(empty)
	}
	if l.count > 0 {
		d = l.remove(whole)
	}
	l.mu.Unlock()
	return d
}

// remove does it for a lane that is not empty. l.mu is held.
func (l *lane) remove(whole bool) (d drawn) {
	b := l.head
	head, tail := l.first, batchSize
	if b == l.tail {
		tail = l.fill
	}
	d.job = b.take(head)
	head++
	switch {
	case head == tail:
		l.unlink()
		l.keep(b)
	case whole:
		l.unlink()
		l.count -= tail - head
		b.from, b.upTo = head, tail
		d.rest = b
	default:
		l.first = head
	}
	l.count--
	if l.count == 0 {
		l.filled.And(^l.bit)
	}
	if l.count < l.room && l.full.Load() {
		l.full.Store(false)
	}
	d.low = l.count <= l.room/2
	return d
}

// unlink removes the oldest batch. l.mu is held.
func (l *lane) unlink() {
	b := l.head
	l.head, l.first = b.next, 0
	b.next = nil
	if l.head == nil {
		l.tail, l.fill = nil, batchSize
	}
}

// keep puts an empty batch aside for extend, unless there are enough for a
// full lane. l.mu is held.
func (l *lane) keep(b *batch) {
	if l.kept < l.keeps {
		b.next, l.spare = l.spare, b
		l.kept++
	}
}

// store does the same for who does not hold mu.
func (l *lane) store(b *batch) {
	l.lock()
	l.keep(b)
	l.mu.Unlock()
}

// recycle gives up the lane's spare batches. The pool must have no worker any
// more: one could still steal from such a batch by an old pointer.
func (l *lane) recycle() {
	l.lock()
	b := l.spare
	l.spare, l.kept = nil, 0
	l.mu.Unlock()
	for b != nil {
		next := b.next
		b.next = nil
		batches.Put(b)
		b = next
	}
}

// close shuts the lane: from now on put refuses, and refusal says err.
func (l *lane) close(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shut == nil {
		l.shut, l.room = err, 0
		l.full.Store(true)
	}
}

// refusal says why put refused.
func (l *lane) refusal() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shut != nil {
		return l.shut
	}
	return ErrFull
}
