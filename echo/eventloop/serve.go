package eventloop

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/poolbench/poolbench/echo"
)

// Serve accepts connections from ln, a TCP listener of package net, and serves
// them from so many event loops. It returns when ctx is cancelled and the
// server has drained, and it closes ln: at once, for it goes on with a
// descriptor of its own, under which the same socket listens.
//
// Options mean what they mean for [echo.Serve]; Options.Dispatch is not used. A
// panic of Options.Transform, or its runtime.Goexit, costs its connection
// only. While Transform works, its loop does nothing else.
//
// The error is nil after a clean drain. Otherwise there is no epoll, the
// listener failed for good, or Transform did not return after the grace period.
func Serve(ctx context.Context, ln net.Listener, loops int, o echo.Options) error {
	o, err := o.WithDefaults()
	if err == nil && loops < 1 {
		err = fmt.Errorf("echo: %d event loops; use 1 or more", loops)
	}
	if err == nil {
		return serve(ctx, ln, loops, o)
	}
	return errors.Join(err, ln.Close())
}
