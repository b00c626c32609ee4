//go:build unix && !linux

package bench

import (
	"runtime"
	"syscall"
)

// peakRSS returns the largest resident set, in bytes, that this process has
// had so far. That of other processes cannot be had on this platform: with any
// pids it returns 0, for unknown.
func peakRSS(pids ...int) int64 {
	var usage syscall.Rusage
	if len(pids) > 0 || syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss) // counted in bytes there, in KiB elsewhere
	}
	return int64(usage.Maxrss) * 1024
}

// residentSet knows no present size on this platform.
func residentSet(...int) (now, peak int64) { return 0, 0 }
