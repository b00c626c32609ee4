package echo

import (
	"context"
	"io"
	"net"
)

// Handle serves one connection in the caller's goroutine and closes it. When
// ctx is cancelled it answers what has arrived and ends. It is for servers
// that accept by themselves; Options.Dispatch and Options.MaxConnections are not
// used.
//
// The error says why the connection ended early. It is nil when the client
// closed or reset it, and after a drain.
//
// Cost: about ten allocations, and a goroutine that watches the timeouts.
func Handle(ctx context.Context, nc net.Conn, o Options) error {
	o.MaxConnections = 0
	s, err := newServer(o, reading)
	if err != nil {
		_ = nc.Close()
		return err
	}
	defer s.attend()()
	c := s.admit(nc)
	drained := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		s.interrupt()
		drained <- s.await()
	})
	// Deferred, because a panic of Transform passes here.
	defer func() {
		if !stop() {
			<-drained
		}
	}()
	err = c.serve()
	if err == io.EOF || err == errDrained || byClient(err) {
		return nil
	}
	return err
}
