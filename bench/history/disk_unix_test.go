//go:build unix

package history_test

import (
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/poolbench/poolbench/bench/history"
)

// limitFileSize makes writes of more than a few bytes fail, as they do on a full
// disk.
func limitFileSize() {
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 100, Max: 100}); err != nil {
		panic(err)
	}
}

func TestAFullDiskLosesNothingThatWasThere(t *testing.T) {
	dir := t.TempDir()
	path := add(t, dir, build(1, map[string]float64{"A": 1.5}))
	folder := path[:strings.LastIndexByte(path, os.PathSeparator)]
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		room, want string
		records    int
	}{{"little", "the history is as it was", 1}, {"", "<nil>", 2}} {
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), addVariable+"="+dir, roomVariable+"="+row.room)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if !strings.Contains(string(out), row.want) {
			t.Errorf("adding with room %q said %q, want %q", row.room, out, row.want)
		}
		records, err := history.Read(dir)
		if err != nil || len(records) != row.records {
			t.Fatalf("%d records, %v; want %d", len(records), err, row.records)
		}
		if names := files(t, folder); len(names) != row.records {
			t.Errorf("the folder holds %v", names)
		}
	}
	if is, err := os.ReadFile(path); err != nil || !slices.Equal(is, was) {
		t.Errorf("the first record became %q, %v", is, err)
	}
}
