package echo

import "time"

// A sighting is what the watch saw of a connection, and since when.
type sighting struct {
	messages uint64
	phase    phase
	since    time.Time
}

// watch makes reads and writes fail that have waited for longer than the
// timeouts, until stop is closed. It looks four times in a timeout: rarely
// enough to cost nothing, and a message pays for no timer of its own.
func (s *server) watch(stop <-chan struct{}) {
	shortest := s.WriteTimeout
	if shortest == 0 || 0 < s.IdleTimeout && s.IdleTimeout < shortest {
		shortest = s.IdleTimeout
	}
	if shortest == 0 {
		return
	}
	ticker := time.NewTicker(max(time.Millisecond, shortest/4))
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case now := <-ticker.C:
			s.each(func(c *conn) { c.look(now) })
		}
	}
}

// look is called by the watch alone.
func (c *conn) look(now time.Time) {
	messages, phase := c.messages.Load(), phase(c.phase.Load())
	if messages != c.seen.messages || phase != c.seen.phase || c.seen.since.IsZero() {
		c.seen = sighting{messages, phase, now}
		return
	}
	waited := now.Sub(c.seen.since)
	switch {
	case phase == reading && c.server.IdleTimeout > 0 && waited >= c.server.IdleTimeout:
		_ = c.net.SetReadDeadline(longAgo)
	case phase == writing && c.server.WriteTimeout > 0 && waited >= c.server.WriteTimeout:
		_ = c.net.SetWriteDeadline(longAgo)
	}
}
