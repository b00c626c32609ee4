package echo

import (
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"syscall"
)

// ErrHeld is wrapped by the error of a server whose drain failed because
// Transform does not return. To wait for the pool's tasks would be in vain.
var ErrHeld = errors.New("tasks still hold")

var (
	errDrained  = errors.New("the server drains and nothing has arrived")
	errAborted  = errors.New("the task panicked or called runtime.Goexit")
	errCut      = errors.New("the grace period ended")
	errRejected = errors.New("the pool refused the task")
)

// timedOut reports that err came from a deadline.
func timedOut(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

// byClient reports that err means no more than that the client is gone.
func byClient(err error) bool {
	return errors.Is(err, io.ErrClosedPipe) ||
		slices.ContainsFunc(resets, func(reset syscall.Errno) bool { return errors.Is(err, reset) })
}

// passing reports that accepting may work again later: the process or the
// system lacks descriptors or memory, or one client has given up early.
func passing(err error) bool {
	var net net.Error
	if errors.As(err, &net) && net.Timeout() {
		return true
	}
	var temporary interface{ Temporary() bool }
	if errors.As(err, &temporary) && temporary.Temporary() {
		return true
	}
	return errors.Is(err, syscall.ENOBUFS) || errors.Is(err, syscall.ENOMEM) ||
		slices.ContainsFunc(undone, func(errno syscall.Errno) bool { return errors.Is(err, errno) })
}
