package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be the command, and so also the processes that
// the command starts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"poolbench": command})
}

func TestCommands(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("REPO", root)
			for _, key := range []string{"GOCACHE", "GOMODCACHE", "GOFLAGS", "GOTOOLCHAIN"} {
				value, err := exec.Command("go", "env", key).Output()
				if err != nil {
					return err
				}
				env.Setenv(key, string(value[:len(value)-1]))
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"blocks":  blocks,
			"listed":  listedStrategies,
			"alone":   alone,
			"server":  server,
			"foreign": foreign,
		},
	})
}

// exits runs a command that must end with an exit code: exits CODE NAME ARG...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE NAME ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// blocks writes the order of the first block's sessions to a file: blocks
// RESULTS FILE.
func blocks(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: blocks RESULTS FILE")
	}
	order := firstBlock(ts.ReadFile(args[0]))
	if order == "" {
		ts.Fatalf("%s holds no session of block 1", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(order), 0o644))
}

// listedStrategies wants strategies in what "list --json" printed, whole:
// listed FILE NAME...
func listedStrategies(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: listed FILE NAME...")
	}
	var entries []listEntry
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &entries))
	for _, name := range args[1:] {
		i := slices.IndexFunc(entries, func(e listEntry) bool { return e.Name == name })
		if i < 0 {
			ts.Fatalf("%s is not listed", name)
		}
		if e := entries[i]; e.Title == "" || e.Advice == "" || e.URL == "" || e.Runs == "" || len(e.Traits) < 5 {
			ts.Fatalf("%s is not described whole: %+v", name, e)
		}
	}
}
