//go:build unix && !linux

package experiment

import (
	"syscall"
	"time"
)

// CPUTime returns the CPU time used so far by this process, user and system
// together, in microseconds' precision. That of other processes cannot be had
// on this platform: with any pids it returns 0, for unknown.
func CPUTime(pids ...int) time.Duration {
	var usage syscall.Rusage
	if len(pids) > 0 || syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
