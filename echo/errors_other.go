//go:build !windows

package echo

import "syscall"

// resets are the errors of a connection whose client is gone.
var resets = []syscall.Errno{syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, syscall.ETIMEDOUT}

// undone are errors of one connection in the kernel's queue, which accept returns
// in its place: accept(2) says to try again.
var undone = []syscall.Errno{
	syscall.ECONNABORTED, syscall.EPROTO, syscall.EPERM,
	syscall.ENETDOWN, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.EHOSTUNREACH,
}
