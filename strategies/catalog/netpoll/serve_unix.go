//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netpoll

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/cloudwego/netpoll"

	"github.com/poolbench/poolbench/echo"
)

// lastPatience is how long OnRequest may take to notice that its connection was
// closed.
const lastPatience = time.Second

// Serve serves on ln with that many event loops until ctx is cancelled and it
// has drained, and closes ln. See the package's documentation for what becomes
// of each of the options.
func Serve(ctx context.Context, ln net.Listener, loops int, o echo.Options) error {
	s, err := newServer(ln, loops, o)
	if err != nil {
		_ = ln.Close()
		return fmt.Errorf("serve on netpoll with %d event loops: %w", loops, err)
	}
	defer release()
	defer s.options.Stats.Include(s.read)()
	loop, err := netpoll.NewEventLoop(s.request,
		netpoll.WithOnPrepare(s.prepare),
		netpoll.WithWriteTimeout(s.options.WriteTimeout))
	if err != nil {
		_ = s.listener.Close()
		return fmt.Errorf("serve on netpoll: %w", err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		s.watch(stop)
	}()
	defer func() {
		close(stop)
		<-stopped
	}()
	broken := make(chan error, 1)
	go func() { broken <- loop.Serve(s.listener) }()
	select {
	case <-ctx.Done():
		err = s.drain(loop)
		for {
			select {
			case <-broken: // nil, for it was stopped
				return err
			case <-time.After(time.Millisecond):
				// The library forgets a Shutdown that comes before Serve has begun.
				err = errors.Join(err, s.drain(loop))
			}
		}
	case err := <-broken:
		return errors.Join(fmt.Errorf("serve on netpoll: %w", err), s.drain(loop))
	}
}

// newServer prepares a server with as many loops.
func newServer(ln net.Listener, loops int, o echo.Options) (*server, error) {
	o, err := o.WithDefaults()
	if err != nil {
		return nil, err
	}
	if loops < 1 {
		return nil, errors.New("use 1 or more")
	}
	converted, err := netpoll.ConvertListener(ln)
	if err != nil {
		return nil, err
	}
	if err := acquire(loops); err != nil {
		return nil, errors.Join(err, converted.Close())
	}
	s := &server{options: o, open: make(map[*connection]struct{}), none: make(chan struct{}, 1)}
	s.listener = listener{converted, s}
	return s, nil
}

// drain closes idle connections, waits for the others as long as the grace
// period, and closes them too.
func (s *server) drain(loop netpoll.EventLoop) error {
	ctx, cancel := context.WithTimeout(context.Background(), s.options.Grace)
	defer cancel()
	if loop.Shutdown(ctx) != nil {
		s.cutOff()
	}
	// The library counts on callbacks that may still be running.
	late := time.NewTimer(lastPatience)
	defer late.Stop()
	for s.read().Active > 0 {
		select {
		case <-s.none:
		case <-late.C:
			return fmt.Errorf("serve on netpoll: drain: %w %d connections %v after a grace period of %v; let Transform end sooner",
				echo.ErrHeld, s.read().Active, lastPatience, s.options.Grace)
		}
	}
	return nil
}
