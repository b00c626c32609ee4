//go:build unix

package bench

import (
	"math"
	"syscall"
)

// descriptors is how many files and connections this process, and a server that
// it starts, may have open at once. Go has raised it as far as it can be.
func descriptors() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil || uint64(limit.Cur) > math.MaxInt32 {
		return math.MaxInt32
	}
	return int(limit.Cur)
}
