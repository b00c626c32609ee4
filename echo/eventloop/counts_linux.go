package eventloop

import (
	"sync/atomic"

	"github.com/poolbench/poolbench/echo"
)

// A meter counts what the connections of one loop do. The loop alone writes
// it, so that no counter is shared.
type meter struct {
	messages, bytesIn, bytesOut atomic.Uint64
}

// add needs no read-modify-write instruction, for a counter has one writer.
func add(counter *atomic.Uint64, n int) { counter.Store(counter.Load() + uint64(n)) }

// counts is what the server has done and holds at this moment.
func (s *server) counts() echo.Counts {
	s.mu.Lock()
	c := s.rare
	s.mu.Unlock()
	c.Active = int(s.open.Load())
	for _, l := range s.loops {
		c.Messages += l.messages.Load()
		c.BytesIn += l.bytesIn.Load()
		c.BytesOut += l.bytesOut.Load()
	}
	return c
}

// note counts what does not happen with every message.
func (s *server) note(count func(*echo.Counts)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	count(&s.rare)
}
