package build

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// commit makes a repository of files, with a module in the folder sub.
func commit(t *testing.T, files map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	write(t, dir, files)
	for _, args := range [][]string{{"init", "-q", "-b", "main", "."}, {"add", "-A"}, {"-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first"}, {"tag", "v1"}} {
		if _, err := git(t.Context(), dir, nil, args...); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestASnapshotHoldsTheWorkingTreeAndLeavesItAlone(t *testing.T) {
	dir := commit(t, map[string]string{"sub/a.txt": "old", ".gitignore": "ignored\n"})
	write(t, dir, map[string]string{"sub/a.txt": "new", "sub/untracked.txt": "more", "ignored": "no"})
	repository, err := OpenRepository(t.Context(), filepath.Join(dir, "sub"))
	if err != nil {
		t.Fatal(err)
	}
	status := func() string {
		out, err := git(t.Context(), dir, nil, "status", "--porcelain")
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	before := status()
	first, err := repository.Resolve(t.Context(), WorkingTree)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := repository.Resolve(t.Context(), WorkingTree); err != nil || again != first {
		t.Errorf("the same files are %s and %s, %v", first, again, err)
	}
	tree, err := repository.Checkout(t.Context(), first, filepath.Join(t.TempDir(), "tree"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a.txt": "new", "untracked.txt": "more"} {
		if got, err := os.ReadFile(filepath.Join(tree.Dir, name)); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
	if _, err := os.Stat(filepath.Join(tree.root, "ignored")); err == nil {
		t.Error("an ignored file is in the snapshot")
	}
	if err := tree.Remove(); err != nil {
		t.Error(err)
	}
	if after := status(); after != before {
		t.Errorf("the status was\n%s\nand is\n%s", before, after)
	}
	if list, err := git(t.Context(), dir, nil, "worktree", "list"); err != nil || strings.Count(list, "\n") > 0 {
		t.Errorf("worktrees are left: %s, %v", list, err)
	}
}

func TestAWorktreeIsRemovedAfterAnInterruption(t *testing.T) {
	dir := commit(t, map[string]string{"a.txt": "old"})
	repository, err := OpenRepository(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(t.TempDir(), "tree")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := repository.Checkout(ctx, "HEAD", root); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted checkout is %v", err)
	}
	if _, err := os.Stat(root); err == nil {
		t.Error("half a worktree is left")
	}
}

func TestAnUnknownRevisionComesWithTheKnownOnes(t *testing.T) {
	repository, err := OpenRepository(t.Context(), commit(t, map[string]string{"a.txt": "old"}))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"v2", "--all", "v1:a.txt"} {
		var unknown *RevisionError
		if _, err := repository.Resolve(t.Context(), bad); !errors.As(err, &unknown) || strings.Join(unknown.Known, " ") != "main v1" {
			t.Errorf("%q: got %v, known %+v", bad, err, unknown)
		}
	}
	for _, good := range []string{"v1", "main", "HEAD"} {
		if commit, err := repository.Resolve(t.Context(), good); err != nil || len(commit) < 40 {
			t.Errorf("%q is %q, %v", good, commit, err)
		}
	}
}

func TestOnlyPackagesWithBenchmarksAreBuilt(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"go.mod":           "module example.com/m\n\ngo 1.24\n",
		"a/a_test.go":      "package a\n\nimport \"testing\"\n\nfunc BenchmarkA(b *testing.B) {}\n",
		"b/b_test.go":      "package b\n\nimport \"testing\"\n\nfunc TestB(t *testing.T) {}\n",
		"c/c_test.go":      "package c_test\n\nimport \"testing\"\n\nfunc BenchmarkC(b *testing.B) {}\n",
		"tagged/t_test.go": "//go:build special\n\npackage tagged\n\nimport \"testing\"\n\nfunc BenchmarkT(b *testing.B) {}\n",
	})
	for flags, want := range map[string]string{"": "example.com/m/a example.com/m/c", "-tags=special": "example.com/m/a example.com/m/c example.com/m/tagged"} {
		tree := Tree{Dir: dir}
		if flags != "" {
			tree.Flags = []string{flags}
		}
		packages, err := tree.Packages(t.Context(), "./...")
		if err != nil {
			t.Fatal(err)
		}
		var paths []string
		for _, p := range packages {
			paths = append(paths, p.Path)
		}
		if got := strings.Join(paths, " "); got != want {
			t.Errorf("with %q: got %s, want %s", flags, got, want)
		}
	}
}

func TestAReleaseThatIsTooOldIsToldWithTheGoLine(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"go.mod": "module example.com/m\n\ngo 1.999\n"})
	if got := (Tree{Dir: dir}).goLine(); got != `go.mod:3 asks for it with the line "go 1.999"` {
		t.Errorf("got %s", got)
	}
	current, err := Tree{Dir: os.TempDir()}.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !release.MatchString(current) {
		t.Skipf("%s is no release", current)
	}
	if err := (Tree{Dir: dir, Toolchain: current}).CheckRelease(t.Context()); err == nil || !strings.Contains(err.Error(), `go.mod:3 asks for it with the line "go 1.999"`) {
		t.Errorf("got %v", err)
	}
}
