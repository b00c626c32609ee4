//go:build unix

package results_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/poolbench/poolbench/bench/results"
)

// room is how large the child's files may grow: not a whole number of lines.
const room = 1000

// limitFileSize makes writes past room fail, as they do on a full disk.
func limitFileSize() {
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: room, Max: room}); err != nil {
		panic(err)
	}
}

func TestOnAFullDiskWhatIsWrittenIsWholeLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.txt")
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), fillVariable+"="+path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var lines int
	if _, err := fmt.Sscan(string(out), &lines); err != nil || lines == 0 {
		t.Fatalf("the child wrote no line: %s", out)
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(string(written), "\n") || len(written) > room {
		t.Errorf("%d bytes that end in %q", len(written), written[max(0, len(written)-20):])
	}
	set, err := results.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Cells) != lines {
		t.Errorf("%d lines in the file, %d were written without an error", len(set.Cells), lines)
	}
	for _, part := range []string{"write results", fmt.Sprintf("the %d bytes before are whole lines", len(written)), "too large"} {
		if !strings.Contains(string(out), part) {
			t.Errorf("error %q does not say %q", out, part)
		}
	}
}
