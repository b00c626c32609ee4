//go:build unix

package machine

import (
	"math"
	"syscall"
)

// OpenFiles returns how many files and connections this process, and a process
// that it starts, may have open at once. Go raises the limit as far as it can.
func OpenFiles() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil || uint64(limit.Cur) > math.MaxInt32 {
		return math.MaxInt32
	}
	return int(limit.Cur)
}
