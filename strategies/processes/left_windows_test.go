package processes

import (
	"os"
	"testing"
)

// writeAnswer does nothing: the handle is not known here.
func writeAnswer([]byte) {}

// exists reports whether there is a process of that number.
func exists(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	p.Release()
	return true
}

// openFiles counts nothing here: Windows shows no list of a process's handles.
func openFiles(*testing.T) int { return 0 }

func newFileMode() string { return "" }

func waitForAny() {}

// killedBySomethingElse is in what is said of a worker that a test killed: here
// only its exit status.
const killedBySomethingElse = "exit status 1"
