//go:build unix

package prefork

import (
	"cmp"
	"errors"
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
func share(ln net.Listener) (_ *os.File, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("share the listening socket: %w", err)
		}
	}()
	owner, ok := ln.(syscall.Conn)
	if !ok {
		return nil, fmt.Errorf("a %T has none to pass on; use one of net.Listen", ln)
	}
	raw, err := owner.SyscallConn()
	if err != nil {
		return nil, err
	}
	var fd int
	var failure error
	err = raw.Control(func(original uintptr) {
		fd, failure = unix.FcntlInt(original, unix.F_DUPFD_CLOEXEC, 0)
	})
	if err = cmp.Or(err, failure); err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, false); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	file := os.NewFile(uintptr(fd), "listener")
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
