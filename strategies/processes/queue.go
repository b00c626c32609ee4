package processes

// A queue holds the jobs that no worker has yet, first in first out. Its zero
// value is empty.
type queue struct {
	calls []call
	head  int // index of the first that waits
}

func (q *queue) push(c call) {
	// Move to the front rather than grow, but only over a gap as large as what
	// is moved, so that every push costs a constant on average.
	if len(q.calls) == cap(q.calls) && q.head > len(q.calls)/2 {
		n := copy(q.calls, q.calls[q.head:])
		clear(q.calls[n:])
		q.calls, q.head = q.calls[:n], 0
	}
	q.calls = append(q.calls, c)
}

func (q *queue) pop() (c call, ok bool) {
	if q.head == len(q.calls) {
		return call{}, false
	}
	c = q.calls[q.head]
	q.calls[q.head] = call{} // free what it holds
	q.head++
	if q.head == len(q.calls) {
		q.calls, q.head = q.calls[:0], 0
	}
	return c, true
}
