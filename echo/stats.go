package echo

import (
	"slices"
	"sync"
)

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

// A Counter tells what a server has done so far and what it holds. A server
// that is not one of this package's follows its Counter in Options.Stats.
type Counter interface {
	Counts() Counts
}

// Stats counts what servers do. The zero value is ready for use; it must not
// be copied. Counting costs a message four stores to memory of its own
// connection's: no counter is shared between connections.
type Stats struct {
	mu      sync.Mutex
	running map[*followed]struct{}
	ended   Counts
}

// followed makes a Counter a key, whatever its type.
type followed struct{ Counter }

// Read returns the counts at this moment. It looks at every open connection,
// which takes a tenth of a millisecond for a thousand of them.
func (s *Stats) Read() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := s.ended
	for f := range s.running {
		total.add(f.Counts())
	}
	return total
}

// PIDs returns the numbers of the processes that serve besides this one, so
// that their CPU time and memory can be added to its own.
func (s *Stats) PIDs() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var pids []int
	for f := range s.running {
		if owner, ok := f.Counter.(interface{ PIDs() []int }); ok {
			pids = append(pids, owner.PIDs()...)
		}
	}
	slices.Sort(pids)
	return pids
}

// Follow adds what c counts to what Read returns, until leave is called; what
// c has counted by then is kept. If c also has a method PIDs() []int, as a
// strategies.ProcessOwner has it, PIDs returns those. c may be asked by several
// goroutines, and must not use the Stats. leave is to be called once.
func (s *Stats) Follow(c Counter) (leave func()) {
	f := &followed{c}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		s.running = make(map[*followed]struct{})
	}
	s.running[f] = struct{}{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.running, f)
		s.ended.add(f.Counts())
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
