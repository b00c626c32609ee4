package echo

import (
	"context"
	"errors"
	"fmt"
	"net"
)

// Serve accepts connections from ln and serves them in tasks that it hands to
// run, the Go method of a pool. It returns when ctx is cancelled and the
// server has drained, and it closes ln.
//
// Accepting goes on while run blocks, up to Options.MaxConnections: a
// connection that waits for a place of the pool is open, and counted as
// starved. When run returns an error, the connection is closed and counted as
// rejected.
//
// The error is nil after a clean drain. Otherwise ln failed for good, or tasks
// did not end after the grace period; tasks that the pool has not begun by then
// do nothing when they begin. A lack of file descriptors is no error: the
// server pauses, longer each time, and tries again.
func Serve(ctx context.Context, ln net.Listener, run func(task func()) error, o Options) error {
	if run == nil {
		return errors.New("echo: Serve: run is nil")
	}
	if o.Dispatch == PerMessage {
		s, err := newServer(o, reading)
		if err != nil {
			return err
		}
		return s.serve(ctx, ln, 1, func(c *conn) {
			s.all.Go(func() { c.serveMessages(run) })
		}, nil)
	}
	s, err := newServer(o, starving)
	if err != nil {
		return err
	}
	q := newQueue()
	s.keep(func() { s.submitConnections(q, run) })
	return s.serve(ctx, ln, 1, q.push, q.close)
}

// A RemoteTransform hands a message to somebody elsewhere who transforms it.
// It must not keep the message after done was called. After a nil error done is
// to be called once, with an answer that stays as it is, or with the reason why
// there is none, which ends the connection; after another error never.
type RemoteTransform func(message []byte, done func(answer []byte, err error)) error

// ServeRemote is Serve with a task per message for a pool that only takes
// bytes, such as a pool of processes. A remote.Pool is used so:
//
//	func(message []byte, done func([]byte, error)) error {
//		return pool.Submit(remote.Job{Kind: "upper", Args: message},
//			func(answer remote.Result, err error) { done(answer, err) })
//	}
//
// Options.Dispatch and Options.Transform are not used. The server cannot see
// whether the pool has begun a message, so none is counted as starved.
func ServeRemote(ctx context.Context, ln net.Listener, transform RemoteTransform, o Options) error {
	if transform == nil {
		return errors.New("echo: ServeRemote: transform is nil")
	}
	s, err := newServer(o, reading)
	if err != nil {
		return err
	}
	return s.serve(ctx, ln, 1, func(c *conn) {
		s.all.Go(func() { c.serveRemote(transform) })
	}, nil)
}

// ServeAcceptors serves without a pool: n goroutines accept connections, and
// each serves the one it has accepted before it accepts the next. So n
// connections are served, and others wait in the kernel's queue; on Linux they
// are counted as starved, elsewhere nobody sees them. A panic of
// Options.Transform ends the process; Options.Dispatch is not used.
func ServeAcceptors(ctx context.Context, ln net.Listener, n int, o Options) error {
	if n < 1 {
		return fmt.Errorf("echo: ServeAcceptors with %d accept loops; use 1 or more", n)
	}
	s, err := newServer(o, reading)
	if err != nil {
		return err
	}
	s.backlog = backlogOf(ln)
	return s.serve(ctx, ln, n, func(c *conn) {
		_ = c.serve() // how it ended is counted
	}, nil)
}

// serve runs the accept loops until ctx is cancelled or ln fails, calls
// accepted, if it is not nil, after the last connection, and drains.
func (s *server) serve(ctx context.Context, ln net.Listener, loops int, serve func(*conn), accepted func()) error {
	defer s.attend()()
	broken := make(chan error, loops)
	for range loops {
		s.keep(func() {
			if err := s.accept(ln, serve); err != nil {
				broken <- err
			}
			if accepted != nil {
				accepted()
			}
		})
	}
	select {
	case <-ctx.Done():
		return s.stop(ln)
	case err := <-broken:
		return errors.Join(fmt.Errorf("echo: accept on %v: %w", ln.Addr(), err), s.stop(ln))
	}
}

// attend begins to count and to watch for timeouts; what it returns ends both.
func (s *server) attend() (leave func()) {
	end := s.Stats.Include(s.roster.read)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		s.watch(stop)
	}()
	return func() {
		close(stop)
		<-stopped
		end()
	}
}
