//go:build !unix

package prefork

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies/proc"
)

// Serve returns an error: processes inherit no descriptors here.
func Serve(_ context.Context, ln net.Listener, n int, _ echo.Options) error {
	return errors.Join(fmt.Errorf("serve from %d processes: on %s a process cannot be given a listening socket; use another server", n, runtime.GOOS), ln.Close())
}

// work is never called, since nothing starts processes to serve.
func work(*proc.Parent, func(message []byte) []byte) int { return 1 }
