package experiment

import (
	"syscall"
	"time"
)

// CPUTime returns the CPU time used so far by this process, user and kernel
// together, in steps of the scheduler's clock. That of other processes cannot
// be had on this platform: with any pids it returns 0, for unknown.
func CPUTime(pids ...int) time.Duration {
	if len(pids) > 0 {
		return 0
	}
	self, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0
	}
	var creation, exit, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(self, &creation, &exit, &kernel, &user); err != nil {
		return 0
	}
	// Both are durations in units of 100 ns, not dates.
	ticks := func(f syscall.Filetime) int64 { return int64(f.HighDateTime)<<32 | int64(f.LowDateTime) }
	return time.Duration(ticks(kernel)+ticks(user)) * 100
}
