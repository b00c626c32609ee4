package echo

import "syscall"

// resets are the errors of a connection whose client is gone. WSAETIMEDOUT is
// not in package syscall.
var resets = []syscall.Errno{syscall.WSAECONNRESET, syscall.WSAECONNABORTED, 10060}

// undone are errors of one connection in the system's queue, which accept returns
// in its place.
var undone = []syscall.Errno{syscall.WSAECONNRESET, syscall.WSAECONNABORTED}
