package echo

import "sync"

// A queue holds connections that wait for a place of the pool, first come,
// first served. They wait here and not in the kernel, where nobody could count
// them: the pool may block whoever hands it a task, but not the accept loop.
type queue struct {
	mu      sync.Mutex
	change  sync.Cond
	waiting []*conn
	closed  bool
}

func newQueue() *queue {
	q := new(queue)
	q.change.L = &q.mu
	return q
}

func (q *queue) push(c *conn) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, c)
	q.change.Signal()
}

// close lets pop return nil once the queue is empty.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.change.Signal()
}

// pop waits for a connection; nil means that none will come.
func (q *queue) pop() *conn {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 {
		if q.closed {
			return nil
		}
		q.change.Wait()
	}
	c := q.waiting[0]
	q.waiting[0] = nil
	q.waiting = q.waiting[1:]
	return c
}
