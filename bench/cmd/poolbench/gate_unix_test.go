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
	"testing"
)

// gateRepository makes a small repository with benchmarks.
func gateRepository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":       "module example.com/repo\n\ngo 1.24\n",
		"repo_test.go": "package repo\n\nimport \"testing\"\n\nvar sum int\n\nfunc BenchmarkSum(b *testing.B) {\n\tfor b.Loop() {\n\t\tfor i := range 1000 {\n\t\t\tsum = sum*3 + i\n\t\t}\n\t}\n}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-q", "-b", "main", "."}, {"add", "-A"}, {"-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	return dir
}

func TestAnInterruptedGateLeavesNothingAndGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("it measures for some seconds")
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	t.Parallel()
	measuring.Lock()
	defer measuring.Unlock()
	repository, temporary := gateRepository(t), t.TempDir()
	out := filepath.Join(t.TempDir(), "out")
	mark := "POOLBENCH_TEST=" + out
	gate := func(args ...string) (*exec.Cmd, *bytes.Buffer, *bytes.Buffer) {
		cmd := exec.Command("poolbench", append([]string{"gate"}, args...)...)
		stdout, stderr := new(bytes.Buffer), new(bytes.Buffer)
		cmd.Dir, cmd.Stdout, cmd.Stderr = repository, stdout, stderr
		cmd.Env = append(os.Environ(), mark, "TMPDIR="+temporary)
		return cmd, stdout, stderr
	}
	first, _, stderr := gate("--base", "main", "--head", ".", "--budget", "4s", "--out", out)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	journal := filepath.Join(out, "pairs.jsonl")
	await(t, first, func() bool {
		text, err := os.ReadFile(journal)
		return err == nil && bytes.Count(text, []byte(`{"pair":`)) >= 2
	})
	if err := first.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := first.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
		t.Fatalf("got %v, want exit code %d\n%s", err, exitInterrupted, stderr)
	}
	if want := "poolbench: interrupted; go on with: poolbench gate --resume " + out; !strings.Contains(stderr.String(), want) {
		t.Errorf("stderr does not say %q:\n%s", want, stderr)
	}
	if runtime.GOOS == "linux" {
		if left := marked(t, mark); len(left) > 0 {
			t.Errorf("still running: %q", left)
		}
	}
	nothingLeft(t, repository, temporary)

	before, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	second, stdout, stderr := gate("--resume", out)
	if err := second.Run(); err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	after, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(after, before) {
		t.Error("what was measured before the interruption is not kept")
	}
	// The plan's first decision is made once.
	if n := bytes.Count(after, []byte(`"stage":"screen","look":1,`)); n != 1 {
		t.Errorf("the first look was opened %d times", n)
	}
	if !regexp.MustCompile(`^\. against main: 1 (SAME|INCONCLUSIVE)\n`).MatchString(stdout.String()) {
		t.Errorf("got\n%s", stdout)
	}
	nothingLeft(t, repository, temporary)
}

// nothingLeft wants a repository without worktrees and changes, and no temporary
// file.
func nothingLeft(t *testing.T, repository, temporary string) {
	t.Helper()
	for command, want := range map[string]int{"worktree list": 1, "status --porcelain": 0} {
		cmd := exec.Command("git", strings.Fields(command)...)
		cmd.Dir = repository
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(out), "\n"); n != want {
			t.Errorf("git %s prints %d lines, want %d:\n%s", command, n, want, out)
		}
	}
	entries, err := os.ReadDir(temporary)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("%s is left", e.Name())
	}
}
