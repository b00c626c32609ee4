//go:build unix

package prefork

import (
	"fmt"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// share duplicates the descriptor of ln's socket, to be given to processes.
//
// Package exec makes a descriptor blocking before it passes it on, and with it
// all that stand for the same socket, so that a process might wait in accept
// for ever. A file that was blocking when it was made is left alone.
func share(ln net.Listener) (*os.File, error) {
	owner, ok := ln.(syscall.Conn)
	if !ok {
		return nil, fmt.Errorf("share the listening socket: a %T has none to pass on; use one of net.Listen", ln)
	}
	raw, err := owner.SyscallConn()
	if err != nil {
		return nil, fmt.Errorf("share the listening socket: %w", err)
	}
	var fd int
	var failure error
	err = raw.Control(func(original uintptr) {
		fd, failure = unix.FcntlInt(original, unix.F_DUPFD_CLOEXEC, 0)
	})
	if err == nil {
		err = failure
	}
	if err == nil {
		err = unix.SetNonblock(fd, false)
	}
	if err != nil {
		return nil, fmt.Errorf("share the listening socket: %w", err)
	}
	file := os.NewFile(uintptr(fd), "listener")
	if err := unix.SetNonblock(fd, true); err != nil {
		file.Close()
		return nil, fmt.Errorf("share the listening socket: %w", err)
	}
	return file, nil
}
