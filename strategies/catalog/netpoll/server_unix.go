//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netpoll

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/cloudwego/netpoll"

	"github.com/poolbench/poolbench/echo"
)

// A server is what all connections of one call of Serve share.
type server struct {
	options  echo.Options // complete
	listener netpoll.Listener
	failures atomic.Uint64 // of accepting

	mu   sync.Mutex
	open map[*connection]struct{}
	past echo.Counts
	none chan struct{} // gets a value when the last connection has ended
}

// A listener counts when accepting fails. What then becomes of it is the
// library's affair: when descriptors are exhausted it tries again after pauses.
type listener struct {
	netpoll.Listener
	server *server
}

func (l listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		l.server.failures.Add(1)
	}
	return conn, err
}

// prepare is called for a new connection before it is read from. Closing it
// here keeps it from being served.
func (s *server) prepare(conn netpoll.Connection) context.Context {
	c := &connection{Connection: conn, server: s}
	s.mu.Lock()
	s.past.Accepted++
	full := s.options.MaxConnections > 0 && len(s.open) >= s.options.MaxConnections
	if full {
		s.past.Rejected++
	} else {
		s.open[c] = struct{}{}
	}
	s.mu.Unlock()
	if full {
		_ = conn.Close()
		return context.Background()
	}
	_ = conn.AddCloseCallback(c.closed) // fails only without a callback
	return context.WithValue(context.Background(), key{}, c)
}

// key finds a connection in the context that the library keeps for it.
type key struct{}

// request answers one message of what has been read. The library calls it until
// nothing is left, one call at a time for a connection.
func (s *server) request(ctx context.Context, _ netpoll.Connection) error {
	c := ctx.Value(key{}).(*connection)
	c.busy.Store(true)
	defer c.busy.Store(false)
	return c.answer()
}

// watch closes connections that have been idle for longer than IdleTimeout,
// until stop is closed.
func (s *server) watch(stop <-chan struct{}) {
	if s.options.IdleTimeout == 0 {
		<-stop
		return
	}
	ticker := time.NewTicker(max(time.Millisecond, s.options.IdleTimeout/4))
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case now := <-ticker.C:
			for _, c := range s.list() {
				c.look(now)
			}
		}
	}
}

// cutOff closes what the grace period has left.
func (s *server) cutOff() {
	for _, c := range s.list() {
		c.end(cut)
	}
}

// list returns the open connections: closing one calls back, which takes the
// lock.
func (s *server) list() []*connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*connection, 0, len(s.open))
	for c := range s.open {
		all = append(all, c)
	}
	return all
}

func (s *server) read() echo.Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := s.past
	counts.Active = len(s.open)
	counts.AcceptErrors = s.failures.Load()
	for c := range s.open {
		c.addTo(&counts)
	}
	return counts
}

// remove takes a connection off the list and counts how it ended.
func (s *server) remove(c *connection, how ending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
	c.addTo(&s.past)
	switch how {
	case panicked:
		s.past.Panics++
	case reset:
		s.past.Resets++
	case timedOut:
		s.past.Timeouts++
	case cut:
		s.past.Cut++
	case failed:
		s.past.Failed++
	}
	if len(s.open) == 0 {
		select {
		case s.none <- struct{}{}:
		default:
		}
	}
}

// discard makes the kernel forget what the client of a connection did not take.
func discard(fd int) {
	_ = syscall.SetsockoptLinger(fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1})
}
