package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// WorkingTree is the revision that stands for the files as they are, changes
// and untracked files included, ignored ones left out.
const WorkingTree = "."

// A Repository is the git repository around a folder.
type Repository struct {
	Top    string // its root folder
	Prefix string // of the folder, below the root; "" for the root itself
}

// OpenRepository finds the repository that a folder lies in.
func OpenRepository(ctx context.Context, dir string) (*Repository, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, fmt.Errorf("compare revisions: there is no git in PATH; install it, or compare --base-bin with --head-bin: %w", err)
	}
	top, err := git(ctx, dir, nil, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, fmt.Errorf("%s is not in a git repository; run the gate in one, or compare --base-bin with --head-bin: %w", dir, err)
	}
	prefix, err := git(ctx, dir, nil, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	return &Repository{Top: filepath.FromSlash(top), Prefix: filepath.FromSlash(strings.TrimSuffix(prefix, "/"))}, nil
}

// A RevisionError says that a repository has no such revision.
type RevisionError struct {
	Revision string
	Known    []string // branches and tags
	Shallow  bool     // the clone lacks history
}

func (e *RevisionError) Error() string {
	text := fmt.Sprintf("unknown revision %q: want a commit, branch or tag, or . for the working tree", e.Revision)
	if e.Shallow {
		text += "; this clone is shallow, so fetch the history first (git fetch --unshallow, or fetch-depth: 0 in actions/checkout)"
	}
	return text
}

// Resolve returns the full name of a revision's commit. For [WorkingTree] it
// makes a commit of the files as they are, which belongs to no branch; index and
// files stay as they were.
func (r *Repository) Resolve(ctx context.Context, revision string) (string, error) {
	if revision == WorkingTree {
		return r.snapshot(ctx)
	}
	commit, err := git(ctx, r.Top, nil, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err == nil {
		return commit, nil
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	unknown := &RevisionError{Revision: revision}
	if names, err := git(ctx, r.Top, nil, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"); err == nil {
		unknown.Known = strings.Fields(names)
	}
	if shallow, err := git(ctx, r.Top, nil, "rev-parse", "--is-shallow-repository"); err == nil {
		unknown.Shallow = shallow == "true"
	}
	return "", unknown
}

// snapshot makes a commit of the working tree through an index of its own.
func (r *Repository) snapshot(ctx context.Context) (string, error) {
	folder, err := os.MkdirTemp("", "poolbench-index-")
	if err != nil {
		return "", fmt.Errorf("take a snapshot of the working tree: %w", err)
	}
	defer os.RemoveAll(folder)
	env := []string{
		"GIT_INDEX_FILE=" + filepath.Join(folder, "index"),
		"GIT_AUTHOR_NAME=poolbench", "GIT_AUTHOR_EMAIL=poolbench@localhost", "GIT_AUTHOR_DATE=2000-01-01T00:00:00Z",
		"GIT_COMMITTER_NAME=poolbench", "GIT_COMMITTER_EMAIL=poolbench@localhost", "GIT_COMMITTER_DATE=2000-01-01T00:00:00Z",
	}
	step := func(args ...string) (out string) {
		if err == nil {
			out, err = git(ctx, r.Top, env, args...)
		}
		return out
	}
	step("add", "--all")
	tree := step("write-tree")
	// The date is fixed, so that the same files give the same commit.
	commit := step("commit-tree", tree, "-m", "the working tree, as poolbench gate saw it")
	if err != nil {
		return "", fmt.Errorf("take a snapshot of the working tree: %w", err)
	}
	return commit, nil
}

// A Worktree is a revision checked out into a folder of its own.
type Worktree struct {
	Dir        string // the folder that stands for the one the repository was opened in
	repository *Repository
	root       string
}

// Checkout checks a commit out into root, which must not exist.
func (r *Repository) Checkout(ctx context.Context, commit, root string) (*Worktree, error) {
	// Hooks are the user's, and not made for this.
	if _, err := git(ctx, r.Top, nil, "-c", "core.hooksPath="+os.DevNull, "worktree", "add", "--detach", "--quiet", root, commit); err != nil {
		err = fmt.Errorf("check out %s: %w", commit, err)
		return nil, errors.Join(err, (&Worktree{repository: r, root: root}).Remove())
	}
	w := &Worktree{Dir: filepath.Join(root, r.Prefix), repository: r, root: root}
	if _, err := os.Stat(w.Dir); err != nil {
		err = fmt.Errorf("revision %s has no folder %s: %w", commit, r.Prefix, err)
		return nil, errors.Join(err, w.Remove())
	}
	return w, nil
}

// Remove removes the worktree, also one that is half made, and what the
// repository knows of it. It works after an interruption, too.
func (w *Worktree) Remove() error {
	ctx := context.Background()
	// Twice forced: also when it is locked, as it is while it is being made.
	_, err := git(ctx, w.repository.Top, nil, "worktree", "remove", "--force", "--force", w.root)
	if gone := os.RemoveAll(w.root); gone != nil {
		return fmt.Errorf("remove the temporary worktree: %w", gone)
	}
	if err == nil {
		return nil
	}
	// It may never have been registered.
	list, listErr := git(ctx, w.repository.Top, nil, "worktree", "list", "--porcelain")
	if listErr == nil && !strings.Contains(list, w.root) {
		return nil
	}
	return fmt.Errorf("forget the temporary worktree %s; git worktree prune does it: %w", w.root, err)
}

// git runs git and returns what it prints, without the last newline.
func git(ctx context.Context, dir string, env []string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	return output(ctx, cmd)
}
