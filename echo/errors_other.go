//go:build !windows

package echo

import "syscall"

// resets are the errors of a connection whose client is gone.
var resets = []syscall.Errno{syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, syscall.ETIMEDOUT}
