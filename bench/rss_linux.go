package bench

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// peakRSS returns the largest resident set, in bytes, that this process has
// had so far, and adds those of the processes given. 0 means unknown.
func peakRSS(pids ...int) int64 {
	total := highWater("/proc/self/status")
	for _, pid := range pids {
		total += highWater(fmt.Sprintf("/proc/%d/status", pid))
	}
	return total
}

// highWater reads VmHWM, which the kernel keeps for each process.
func highWater(path string) int64 {
	status, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kibi, err := strconv.ParseInt(string(fields[0]), 10, 64)
	if err != nil {
		return 0
	}
	return kibi * 1024
}
