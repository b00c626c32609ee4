//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/results"
)

// start begins the command in a folder of its own. Its processes can be told
// by what it adds to their environment.
func start(t *testing.T, args ...string) (cmd *exec.Cmd, stdout, stderr *bytes.Buffer, dir, mark string) {
	t.Helper()
	dir = t.TempDir()
	mark = "POOLBENCH_TEST=" + dir
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	cmd = exec.Command("poolbench", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, stdout, stderr
	cmd.Env = append(os.Environ(), mark)
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	return cmd, stdout, stderr, dir, mark
}

func TestAnInterruptedRunLeavesWhatItMeasured(t *testing.T) {
	for _, c := range []struct {
		name   string
		signal os.Signal
		flags  []string
	}{
		{"SIGINT", syscall.SIGINT, nil},
		{"SIGTERM", syscall.SIGTERM, nil},
		{"SIGINT while every cell has a process", syscall.SIGINT, []string{"--isolate"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"run", "--time", "10m", "--strategy", "semaphore,processes", "--question", "submit", "--out", "out"}, c.flags...)
			cmd, stdout, stderr, dir, mark := start(t, args...)
			path := filepath.Join(dir, "out", "results.txt")
			awaitLine(t, cmd, path)
			if runtime.GOOS == "linux" && len(marked(t, mark)) == 0 {
				t.Error("the run's processes cannot be found: something is wrong with the test")
			}
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
				t.Fatalf("got %v, want exit code %d\n%s", err, exitInterrupted, stderr)
			}
			said := regexp.MustCompile(`poolbench: interrupted: [1-9]\d* of 10 cells are measured, in out/results.txt\n$`)
			if !said.MatchString(stderr.String()) {
				t.Errorf("stderr does not end with how many cells are measured:\n%s", stderr)
			}
			if !strings.Contains(stdout.String(), "Results: out/results.txt\n") {
				t.Errorf("what was measured is not answered:\n%s", stdout)
			}
			if set, err := results.Open(path); err != nil || len(set.Cells) == 0 {
				t.Errorf("the results are not readable: %v", err)
			}
			if left := marked(t, mark); len(left) > 0 {
				t.Errorf("still running: %q", left)
			}
		})
	}
}

func TestARunInterruptedAtOnceSaysSo(t *testing.T) {
	t.Parallel()
	cmd, stdout, stderr, dir, mark := start(t, "run", "--question", "memory", "--out", "out")
	// The head is written; the first group takes seconds.
	await(t, cmd, func() bool {
		text, err := os.ReadFile(filepath.Join(dir, "out", "results.txt"))
		return err == nil && bytes.Contains(text, []byte("Unit "))
	})
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
		t.Fatalf("got %v, want exit code %d\n%s", err, exitInterrupted, stderr)
	}
	if !regexp.MustCompile(`poolbench: interrupted before any of \d+ cells was measured\n$`).MatchString(stderr.String()) {
		t.Errorf("got\n%s", stderr)
	}
	if stdout.Len() > 0 {
		t.Errorf("there is an answer to nothing:\n%s", stdout)
	}
	if left := marked(t, mark); len(left) > 0 {
		t.Errorf("still running: %q", left)
	}
}

func TestAnInterruptedCheckEndsAtOnceWithAllItStarted(t *testing.T) {
	for _, c := range []struct {
		name  string
		flags []string
	}{
		{"of one strategy", []string{"--strategy", "workerpool"}},
		{"of two strategies as JSON", []string{"--strategy", "workerpool,antsmulti", "--json"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cmd, _, stderr, _, mark := start(t, append([]string{"check"}, c.flags...)...)
			if runtime.GOOS == "linux" {
				await(t, cmd, func() bool { return len(marked(t, mark)) > 1 }) // it has begun to examine
			}
			// Proving what waits for idle workers to leave takes seconds.
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
				t.Fatalf("got %v, want exit code %d\n%s", err, exitInterrupted, stderr)
			}
			if !regexp.MustCompile(`poolbench: interrupted: 0 of [12] strategies are checked\n$`).MatchString(stderr.String()) {
				t.Errorf("got\n%s", stderr)
			}
			if left := marked(t, mark); len(left) > 0 {
				t.Errorf("still running: %q", left)
			}
		})
	}
}

// awaitLine waits until a results file holds a line that was measured.
func awaitLine(t *testing.T, cmd *exec.Cmd, path string) {
	t.Helper()
	await(t, cmd, func() bool {
		text, err := os.ReadFile(path)
		return err == nil && bytes.Contains(text, []byte("\nBenchmark"))
	})
}

// await waits for what another process does, of which only its traces can be
// seen.
func await(t *testing.T, cmd *exec.Cmd, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			cmd.Process.Kill()
			t.Fatal("the run did not come so far in 30 seconds")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// marked lists the processes whose environment holds mark, where the operating
// system tells.
func marked(t *testing.T, mark string) (commands []string) {
	t.Helper()
	environs, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range environs {
		environ, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(environ, []byte(mark)) {
			continue // another user's, gone, or none of ours
		}
		command, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		commands = append(commands, strings.ReplaceAll(string(command), "\x00", " "))
	}
	return commands
}
