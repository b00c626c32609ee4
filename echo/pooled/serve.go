package pooled

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/remote"
)

// Serve serves on ln with a pool of s that has that limit until ctx is
// cancelled, drains, closes the pool, and closes ln in any case. Processes that
// work for the pool are told in Options.Stats.
//
// A strategy with OpenRemote serves messages, whatever Options.Dispatch says, and
// transforms them as [Kind] does: it refuses an Options.Transform, because a
// func cannot cross to another process.
//
// The error joins what serving and closing the pool returned. A panic of
// Options.Transform that the strategy keeps until Close is returned as a
// [PanicError]. When a task still holds its connection after the grace period,
// the pool is left open, since Close would wait for that task.
func Serve(ctx context.Context, ln net.Listener, s *strategies.Strategy, limit int, o echo.Options) error {
	if s.OpenRemote != nil {
		return serveRemote(ctx, ln, s, limit, o)
	}
	pool, err := s.Open(limit)
	if err != nil {
		return errors.Join(fmt.Errorf("serve under %s: %w", s.Name, err), ln.Close())
	}
	if err := echo.Serve(ctx, ln, pool.Go, o); err != nil {
		if errors.Is(err, echo.ErrHeld) {
			return err
		}
		return errors.Join(err, closePool(s.Name, pool))
	}
	return closePool(s.Name, pool)
}

func serveRemote(ctx context.Context, ln net.Listener, s *strategies.Strategy, limit int, o echo.Options) error {
	if o.Transform != nil {
		return errors.Join(fmt.Errorf("serve under %s: Options.Transform cannot cross to another process; hook another kind %q instead", s.Name, Kind.Name), ln.Close())
	}
	pool, err := s.OpenRemote(limit)
	if err != nil {
		return errors.Join(fmt.Errorf("serve under %s: %w", s.Name, err), ln.Close())
	}
	if owner, ok := pool.(remote.ProcessOwner); ok && o.Stats != nil {
		defer o.Stats.Employ(owner.PIDs)()
	}
	err = echo.ServeRemote(ctx, ln, func(message []byte, done func([]byte, error)) error {
		return pool.Submit(remote.Job{Kind: Kind.Name, Args: message},
			func(answer remote.Result, err error) { done(answer, err) })
	}, o)
	return errors.Join(err, closePool(s.Name, pool))
}

// A PanicError is what a pool panicked with when it was closed: what a task
// had panicked with before. The connection of that task was counted among the
// panics when it ended.
type PanicError struct {
	Strategy string
	Value    any
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("the pool of %s says when it is closed that a task panicked: %v", e.Strategy, e.Value)
}

// closePool closes a pool and returns what it panics with.
func closePool(strategy string, pool interface{ Close() error }) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{strategy, value}
		}
	}()
	if err := pool.Close(); err != nil {
		return fmt.Errorf("close the pool of %s: %w", strategy, err)
	}
	return nil
}
