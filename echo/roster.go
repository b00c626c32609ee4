package echo

import "sync"

// A roster lists the open connections of one server and remembers what those
// that ended have counted.
type roster struct {
	mu   sync.Mutex
	open map[*conn]struct{}
	past Counts

	// backlog returns how many connections the kernel holds that nobody has
	// accepted; nil unless the server leaves them there to wait.
	backlog func() int
}

// add lists c, unless that would make more than limit; 0 is no limit.
func (r *roster) add(c *conn, limit int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.past.Accepted++
	if limit > 0 && len(r.open) >= limit {
		r.past.Rejected++
		return false
	}
	if r.open == nil {
		r.open = make(map[*conn]struct{})
	}
	r.open[c] = struct{}{}
	return true
}

// remove takes c off the list and counts how it ended.
func (r *roster) remove(c *conn, count func(*Counts)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, c)
	c.addTo(&r.past)
	if count != nil {
		count(&r.past)
	}
}

func (r *roster) acceptFailed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.past.AcceptErrors++
}

// each calls f for every open connection. f must not open or end one.
func (r *roster) each(f func(*conn)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.open {
		f(c)
	}
}

func (r *roster) read() Counts {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts := r.past
	for c := range r.open {
		c.addTo(&counts)
		if phase(c.phase.Load()) == starving {
			counts.Starved++
		} else {
			counts.Active++
		}
	}
	if r.backlog != nil {
		counts.Starved += r.backlog()
	}
	return counts
}
