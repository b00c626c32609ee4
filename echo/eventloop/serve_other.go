//go:build !linux

package eventloop

import (
	"context"
	"fmt"
	"net"
	"runtime"

	"github.com/poolbench/poolbench/echo"
)

func serve(_ context.Context, ln net.Listener, _ int, _ echo.Options) error {
	_ = ln.Close() // nobody will serve on it
	return fmt.Errorf("echo: event loops on %s: they need epoll, which only Linux has; use goroutines or netpoll", runtime.GOOS)
}
