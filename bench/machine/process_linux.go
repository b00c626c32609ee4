package machine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Resident returns the resident memory of the processes together, in bytes, and
// the sum of each one's peak so far. Memory that they share counts for each. A
// process that has ended counts nothing; 0 means unknown.
func Resident(pids ...int) (now, peak int64) {
	for _, pid := range pids {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			continue // it has ended
		}
		now, peak = now+kibibytes(status, "VmRSS:"), peak+kibibytes(status, "VmHWM:")
	}
	return now, peak
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

// Descendants returns a process and all that descend from it, nothing where that
// is not known.
func Descendants(pid int) []int {
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil || len(lists) == 0 {
		return nil
	}
	pids := []int{pid}
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // the thread is gone, and its children are another's
		}
		for _, word := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(word); err == nil {
				pids = append(pids, Descendants(child)...)
			}
		}
	}
	return pids
}
