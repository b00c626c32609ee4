//go:build unix

package load

import (
	"time"

	"golang.org/x/sys/unix"
)

// processCPU is the CPU time of this process so far, user and system.
func processCPU() time.Duration {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
