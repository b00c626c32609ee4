package echo

import (
	"slices"
	"sync"
)

// Counts are what a server has done and what it holds, at one moment.
type Counts struct {
	Accepted uint64 `json:"accepted"` // connections accepted, whatever became of them
	Active   int    `json:"active"`   // connections open and being served
	Starved  int    `json:"starved"`  // connections that wait for a place of the pool

	Messages uint64 `json:"messages"`  // messages answered
	BytesIn  uint64 `json:"bytes_in"`  // bytes read
	BytesOut uint64 `json:"bytes_out"` // bytes written

	Rejected uint64 `json:"rejected"` // connections closed because of MaxConnections or because the pool refused a task
	Panics   uint64 `json:"panics"`   // connections whose task panicked or called runtime.Goexit
	Resets   uint64 `json:"resets"`   // connections that their client reset
	Timeouts uint64 `json:"timeouts"` // connections closed by IdleTimeout or WriteTimeout
	Failed   uint64 `json:"failed"`   // connections that failed otherwise, a remote pool's errors included
	Cut      uint64 `json:"cut"`      // connections that were still open when the grace period ended

	AcceptErrors uint64 `json:"accept_errors"` // times that accepting failed and was tried again after a pause
}

// Stats counts what servers do. The zero value is ready for use; it must not
// be copied. Counting costs a message four stores to memory of its own
// connection's: no counter is shared between connections.
type Stats struct {
	mu      sync.Mutex
	running map[*included]struct{}
	staffs  map[*staff]struct{}
	ended   Counts
}

// included is a server whose counts go on.
type included struct{ read func() Counts }

// staff are the processes that serve for a server.
type staff struct{ pids func() []int }

// Read returns the counts at this moment. It looks at every open connection,
// which takes a tenth of a millisecond for a thousand of them.
func (s *Stats) Read() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := s.ended
	for i := range s.running {
		total.add(i.read())
	}
	return total
}

// Include adds to what Read returns the counts of a server that is not of this
// package. Until end returns, read may be called at any time, but never twice
// at once; what it returns last counts from then on.
func (s *Stats) Include(read func() Counts) (end func()) {
	i := &included{read}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		s.running = make(map[*included]struct{})
	}
	s.running[i] = struct{}{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.running, i)
		s.ended.add(i.read())
	}
}

// PIDs returns the numbers of the processes that serve besides this one, in
// order, so that their CPU time and memory can be added to its own.
func (s *Stats) PIDs() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var pids []int
	for staff := range s.staffs {
		pids = append(pids, staff.pids()...)
	}
	slices.Sort(pids)
	return pids
}

// Employ adds the processes of a server to what PIDs returns. Until end
// returns, pids may be called at any time, but never twice at once.
func (s *Stats) Employ(pids func() []int) (end func()) {
	employed := &staff{pids}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.staffs == nil {
		s.staffs = make(map[*staff]struct{})
	}
	s.staffs[employed] = struct{}{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.staffs, employed)
	}
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
