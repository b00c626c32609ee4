package stealing

import (
	"sync"
	"sync/atomic"
)

// calls is where loops wait that call for helpers. It is apart from the lanes
// because a call is no task: it must not take a task's room. A loop is in it
// once at most, and so loops are linked, and a call costs no memory.
type calls struct {
	mu    sync.Mutex
	first *loop
	last  *loop
	shut  error // why put refuses, or nil

	filled *atomic.Uint64 // the pool's: a bit for each lane that holds jobs, and one for calls
	bit    uint64
}

// put appends l, unless the calls are shut; with force even then.
func (c *calls) put(l *loop, force bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shut != nil && !force {
		return c.shut
	}
	if c.first == nil {
		c.first = l
		c.filled.Or(c.bit)
	} else {
		c.last.next = l
	}
	c.last = l
	return nil
}

// take removes the loop that has waited longest and returns it, or nil.
func (c *calls) take() *loop {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.first
	if l == nil {
		return nil
	}
	c.first, l.next = l.next, nil
	if c.first == nil {
		c.last = nil
		c.filled.And(^c.bit)
	}
	return l
}

// close makes put refuse with err from now on.
func (c *calls) close(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shut == nil {
		c.shut = err
	}
}
