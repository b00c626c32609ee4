package echo

import "sync"

// Counts are what a server has done and what it holds, at one moment.
type Counts struct {
	Accepted uint64 // connections accepted, whatever became of them
	Active   int    // connections open and being served
	Starved  int    // connections that wait for a place of the pool

	Messages uint64 // messages answered
	BytesIn  uint64 // bytes read
	BytesOut uint64 // bytes written

	Rejected uint64 // connections closed because of MaxConnections or because the pool refused a task
	Panics   uint64 // connections whose task panicked or called runtime.Goexit
	Resets   uint64 // connections that their client reset
	Timeouts uint64 // connections closed by IdleTimeout or WriteTimeout
	Failed   uint64 // connections that failed otherwise, a remote pool's errors included
	Cut      uint64 // connections that were still open when the grace period ended

	AcceptErrors uint64 // times that accepting failed and was tried again after a pause
}

// Stats counts what servers do. The zero value is ready for use; it must not
// be copied. Counting costs a message four stores to memory of its own
// connection's: no counter is shared between connections.
type Stats struct {
	mu      sync.Mutex
	running map[counter]struct{}
	ended   Counts
}

// A counter is a server whose counts go on.
type counter interface{ read() Counts }

// Read returns the counts at this moment. It looks at every open connection,
// which takes a tenth of a millisecond for a thousand of them.
func (s *Stats) Read() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := s.ended
	for c := range s.running {
		total.add(c.read())
	}
	return total
}

// Include adds to what Read returns the counts of a server that is not of this
// package. Until end returns, read may be called at any time, but never twice
// at once; what it returns last counts from then on.
func (s *Stats) Include(read func() Counts) (end func()) {
	c := &included{read}
	s.begin(c)
	return func() { s.end(c) }
}

type included struct{ counts func() Counts }

func (i *included) read() Counts { return i.counts() }

func (s *Stats) begin(c counter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		s.running = make(map[counter]struct{})
	}
	s.running[c] = struct{}{}
}

// end keeps what c has counted after its server is gone.
func (s *Stats) end(c counter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, c)
	s.ended.add(c.read())
}

func (c *Counts) add(d Counts) {
	c.Accepted += d.Accepted
	c.Active += d.Active
	c.Starved += d.Starved
	c.Messages += d.Messages
	c.BytesIn += d.BytesIn
	c.BytesOut += d.BytesOut
	c.Rejected += d.Rejected
	c.Panics += d.Panics
	c.Resets += d.Resets
	c.Timeouts += d.Timeouts
	c.Failed += d.Failed
	c.Cut += d.Cut
	c.AcceptErrors += d.AcceptErrors
}
