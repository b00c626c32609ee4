package stealing

import "sync"

// batches holds empty batches of pools that were closed, for pools that are
// made. So who makes a pool for every few tasks does not pay for its memory
// each time.
var batches = sync.Pool{New: func() any { return new(batch) }}

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
