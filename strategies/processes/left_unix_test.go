//go:build unix

package processes

import (
	"fmt"
	"os"
	"syscall"
	"testing"
)

// exists reports whether there is a process of that number, dead or alive.
func exists(pid int) bool { return syscall.Kill(pid, 0) != syscall.ESRCH }

// openFiles counts the files that this process has open.
func openFiles(t *testing.T) int {
	if r, w, err := os.Pipe(); err == nil { // the runtime's poller has files too, from the first pipe on
		_ = r.Close()
		_ = w.Close()
	}
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// writeAnswer writes into the frames of this worker, past everything.
func writeAnswer(b []byte) { _, _ = syscall.Write(4, b) }

// newFileMode is the mode that a new file gets which may be read and written by
// all, and so shows the umask.
func newFileMode() string {
	mask := syscall.Umask(0)
	syscall.Umask(mask)
	return fmt.Sprintf("%o", 0o666&^mask)
}

// killedBySomethingElse is in what is said of a worker that a test killed.
const killedBySomethingElse = "signal: killed, and not by this program"
