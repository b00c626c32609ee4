package bench

import (
	"bytes"
	"os"
	"strconv"
)

// peakRSS returns the largest resident set, in bytes, that this process has
// had so far, and adds those of the processes given. 0 means unknown.
func peakRSS(pids ...int) int64 {
	_, peak := residentSet(pids...)
	return peak
}

// residentSet returns the resident set, in bytes, of this process and of the
// processes given together, and the sum of the largest that each has had so
// far. 0 means unknown.
func residentSet(pids ...int) (now, peak int64) {
	now, peak = residentSetOf("self")
	for _, pid := range pids {
		theirs, highest := residentSetOf(strconv.Itoa(pid))
		now, peak = now+theirs, peak+highest
	}
	return now, peak
}

// residentSetOf reads what the kernel keeps for each process.
func residentSetOf(process string) (now, peak int64) {
	status, err := os.ReadFile("/proc/" + process + "/status")
	if err != nil {
		return 0, 0
	}
	return kibibytes(status, "VmRSS:"), kibibytes(status, "VmHWM:")
}

func kibibytes(status []byte, key string) int64 {
	_, rest, _ := bytes.Cut(status, []byte(key))
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
