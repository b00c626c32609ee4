//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package netpoll

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"

	"github.com/poolbench/poolbench/echo"
)

// Serve returns an error: the library does not exist here.
func Serve(_ context.Context, ln net.Listener, _ int, _ echo.Options) error {
	return errors.Join(fmt.Errorf("serve on netpoll: the library does not exist on %s; use another server", runtime.GOOS), ln.Close())
}
