package main

import (
	"os"
	"strconv"
	"strings"
)

// resident returns the bytes of memory that this process and those given hold
// now; what they share is counted for each. 0 means unknown.
func resident(pids ...int) (total int64) {
	for _, process := range append([]int{os.Getpid()}, pids...) {
		statm, err := os.ReadFile("/proc/" + strconv.Itoa(process) + "/statm")
		if err != nil {
			continue // it has ended
		}
		if fields := strings.Fields(string(statm)); len(fields) > 1 {
			pages, _ := strconv.ParseInt(fields[1], 10, 64)
			total += pages * int64(os.Getpagesize())
		}
	}
	return total
}
