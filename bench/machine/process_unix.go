//go:build unix && !linux

package machine

import (
	"os"
	"runtime"
	"syscall"
)

// Resident returns the peak of this process's resident memory so far, in bytes.
// The present size and other processes are not known on this platform: 0.
func Resident(pids ...int) (now, peak int64) {
	var usage syscall.Rusage
	if len(pids) != 1 || pids[0] != os.Getpid() || syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0, 0
	}
	if runtime.GOOS == "darwin" {
		return 0, int64(usage.Maxrss) // counted in bytes there, in KiB elsewhere
	}
	return 0, int64(usage.Maxrss) * 1024
}
