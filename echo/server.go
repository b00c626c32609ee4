package echo

import (
	"net"
	"sync"
	"sync/atomic"
)

// A server is what all connections of one call of Serve, ServeRemote,
// ServeAcceptors or Handle share.
type server struct {
	Options
	roster
	first   phase          // of every connection
	buffers sync.Pool      // of *[]byte of ReadSize, for reading
	all     sync.WaitGroup // open connections, and goroutines but the watch

	draining    atomic.Bool
	interrupted chan struct{} // closed when no read waits any more
	over        atomic.Bool   // the grace period has ended
}

func newServer(o Options, first phase) (*server, error) {
	o, err := o.WithDefaults()
	if err != nil {
		return nil, err
	}
	s := &server{Options: o, first: first, interrupted: make(chan struct{})}
	s.buffers.New = func() any {
		buffer := make([]byte, s.ReadSize)
		return &buffer
	}
	return s, nil
}

// admit makes nc a connection of the server, or closes it and returns nil.
func (s *server) admit(nc net.Conn) *conn {
	c := &conn{net: nc, server: s}
	c.enter(s.first)
	if !s.add(c, s.MaxConnections) {
		_ = nc.Close()
		return nil
	}
	s.all.Add(1)
	c.source = newSource(nc, &s.buffers)
	return c
}

// keep runs loop in a goroutine, and again in another when a task that ran in
// place, as some pools do it, has ended the goroutine with runtime.Goexit.
func (s *server) keep(loop func()) {
	s.all.Go(func() {
		ended := false
		defer func() {
			if !ended {
				s.keep(loop)
			}
		}()
		loop()
		ended = true
	})
}
