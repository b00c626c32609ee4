package echo_test

import (
	"os"
	"runtime"
	"testing"
)

// descriptors counts the open file descriptors of this process, where the
// system tells; elsewhere it is always 0.
func descriptors(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
