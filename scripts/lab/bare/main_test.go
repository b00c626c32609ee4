package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The processes of a plan are this test binary, called with the word host.
func TestMain(m *testing.M) {
	// A process built with the race detector sleeps a second before it exits.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	if len(os.Args) > 1 && os.Args[1] == hostCommand {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestMistakesAreNamedBeforeAnythingIsMeasured(t *testing.T) {
	out := filepath.Join(t.TempDir(), "results.txt")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-blocks", "1"}, "-out: want a file"},
		{[]string{"-out", out}, "want an end"},
		{[]string{"-out", out, "-blocks", "1", "results"}, `unexpected argument "results"`},
		{[]string{"-out", out, "-blocks", "1", "-group", "noob"}, "no group begins with that; there are noop-kept-2-1000, "},
	} {
		if err := run(t.Context(), io.Discard, c.args); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %q", c.args, err, c.want)
		}
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Errorf("there is a file of results: %v", err)
	}
}
