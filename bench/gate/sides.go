package gate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/version"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/poolbench/poolbench/bench/gate/build"
	"github.com/poolbench/poolbench/bench/gate/stock"
)

// A side is one of the two builds.
type side struct {
	origin   Origin
	tree     build.Tree
	patterns []string // of the packages, as the tree's go command takes them
	packages []build.Package
	ldflags  []string
	folder   string                    // for its binaries
	binaries map[string][]stock.Binary // by package; by layout, empty where it is not linked yet
}

// A workspace holds what a gate makes outside its own folder.
type workspace struct {
	root    string
	tidyUps []func() error
}

func newWorkspace() (*workspace, error) {
	root, err := os.MkdirTemp("", "poolbench-gate-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the two builds: %w", err)
	}
	w := &workspace{root: root}
	for _, name := range []string{"base", "head", "base-bin", "head-bin", "tmp"} {
		if name == "base" || name == "head" {
			continue // git makes them
		}
		if err := os.Mkdir(filepath.Join(root, name), 0o755); err != nil {
			return nil, errors.Join(fmt.Errorf("make a folder for the two builds: %w", err), w.remove())
		}
	}
	return w, nil
}

// remove removes all of it.
func (w *workspace) remove() error {
	var errs []error
	for _, tidy := range slices.Backward(w.tidyUps) {
		errs = append(errs, tidy())
	}
	return errors.Join(append(errs, os.RemoveAll(w.root))...)
}

// sides prepares both trees and lists their packages. commits are those of a
// plan that is resumed, or "".
func (w *workspace) sides(ctx context.Context, dir string, r Request, commits [2]string) (both [2]side, err error) {
	labels := [2]string{}
	labels[0], labels[1] = r.labels()
	linkers := [2][]string{r.BaseLinker, r.HeadLinker}
	if both, err = w.trees(ctx, dir, r, commits); err != nil {
		return both, err
	}
	for i := range both {
		s := &both[i]
		s.origin.Label, s.ldflags = labels[i], linkers[i]
		s.folder = filepath.Join(w.root, sideNames[i]+"-bin")
		s.binaries = make(map[string][]stock.Binary)
	}
	if r.BaseBin != "" {
		return both, nil
	}
	for i := range both {
		s := &both[i]
		if s.origin.Go, err = s.tree.Version(ctx); err != nil {
			return both, fmt.Errorf("%s: %w", sideNames[i], err)
		}
	}
	if r.BaseGo == "" {
		oneToolchain(&both)
	}
	for i := range both {
		s := &both[i]
		if s.packages, err = s.tree.Packages(ctx, s.patterns...); err != nil {
			return both, fmt.Errorf("%s (%s): %w", sideNames[i], labels[i], err)
		}
	}
	return both, nil
}

// oneToolchain makes both sides be built with the newer of the releases of Go that
// their go.mod select. Otherwise what two releases make of the same source would
// be taken for the work of the change.
func oneToolchain(both *[2]side) {
	base, head := both[0].origin.Go, both[1].origin.Go
	if base == head {
		return
	}
	newer := base
	if version.Compare(base, head) < 0 {
		newer = head
	}
	for i := range both {
		both[i].tree.Toolchain, both[i].origin.Go = newer, newer
	}
}

// trees makes the two source trees.
func (w *workspace) trees(ctx context.Context, dir string, r Request, commits [2]string) (both [2]side, err error) {
	var flags []string
	if r.Tags != "" {
		flags = []string{"-tags=" + r.Tags}
	}
	for i := range both {
		both[i].tree, both[i].patterns = build.Tree{Dir: dir, Flags: flags}, r.Packages
	}
	switch {
	case r.BaseBin != "", r.linked():
		return both, nil
	case r.Module != "":
		for i, version := range []string{r.BaseVersion, r.HeadVersion} {
			folder := filepath.Join(w.root, sideNames[i])
			if err := os.Mkdir(folder, 0o755); err != nil {
				return both, fmt.Errorf("make a folder for go.mod: %w", err)
			}
			if both[i].tree, both[i].patterns, err = both[i].tree.Module(ctx, r.Packages...); err != nil {
				return both, err
			}
			if both[i].tree, err = both[i].tree.WithModule(ctx, folder, r.Module, version); err != nil {
				return both, fmt.Errorf("%s: %w", sideNames[i], err)
			}
		}
		return both, nil
	case r.BaseGo != "":
		for i, release := range []string{r.BaseGo, r.HeadGo} {
			both[i].tree.Toolchain = release
			if err := both[i].tree.CheckRelease(ctx); err != nil {
				return both, fmt.Errorf("%s: %w", sideNames[i], err)
			}
		}
		return both, nil
	}
	return both, w.revisions(ctx, dir, r, commits, &both)
}

// revisions checks both revisions out, into folders whose names are of the same
// length: a path can be part of what is measured.
func (w *workspace) revisions(ctx context.Context, dir string, r Request, commits [2]string, both *[2]side) error {
	repository, err := build.OpenRepository(ctx, dir)
	if err != nil {
		return err
	}
	for i, revision := range []string{r.Base, r.Head} {
		s := &both[i]
		if s.origin.Commit = commits[i]; s.origin.Commit == "" {
			if s.origin.Commit, err = repository.Resolve(ctx, revision); err != nil {
				return fmt.Errorf("--%s: %w", sideNames[i], err)
			}
		}
		tree, err := repository.Checkout(ctx, s.origin.Commit, filepath.Join(w.root, sideNames[i]))
		if err != nil {
			return fmt.Errorf("--%s: %w", sideNames[i], err)
		}
		w.tidyUps = append(w.tidyUps, tree.Remove)
		s.tree.Dir = tree.Dir
	}
	return nil
}

// link makes a package's binary with the k-th of the layouts, unless it is
// there.
func (s *side) link(ctx context.Context, w *workspace, pkg build.Package, k int, layout uint32) error {
	for len(s.binaries[pkg.Path]) <= k {
		s.binaries[pkg.Path] = append(s.binaries[pkg.Path], stock.Binary{})
	}
	binary := &s.binaries[pkg.Path][k]
	if binary.Path != "" {
		return nil
	}
	path := filepath.Join(s.folder, strconv.Itoa(slices.IndexFunc(s.packages, func(p build.Package) bool { return p == pkg }))+"-"+strconv.Itoa(k)+".test")
	if err := s.tree.TestBinary(ctx, pkg, path, layout, s.ldflags...); err != nil {
		return err
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("build the tests of %s: go test -c made no binary", pkg.Path)
	}
	*binary = stock.Binary{Path: path, Dir: pkg.Dir, Env: w.environment()}
	return nil
}

// linked returns those of a package's binaries that have been linked.
func (s *side) linked(pkg string) []stock.Binary {
	return slices.DeleteFunc(slices.Clone(s.binaries[pkg]), func(b stock.Binary) bool { return b.Path == "" })
}

// environment is added to that of test binaries. What they leave among their
// temporary files goes with the workspace.
func (w *workspace) environment() []string {
	tmp := filepath.Join(w.root, "tmp")
	return []string{"TMPDIR=" + tmp, "TMP=" + tmp}
}

// prebuilt takes a test binary as it is.
func (s *side) prebuilt(w *workspace, dir, path string) error {
	absolute := path
	if !filepath.IsAbs(path) {
		absolute = filepath.Join(dir, path)
	}
	info, err := os.Stat(absolute)
	if err != nil {
		return fmt.Errorf("use a prebuilt test binary; make one with go test -c: %w", err)
	}
	if info.IsDir() || info.Mode()&0o111 == 0 && os.PathSeparator == '/' {
		return fmt.Errorf("use the prebuilt test binary %s: it is no program; make one with go test -c", path)
	}
	s.binaries[""] = []stock.Binary{{Path: absolute, Dir: dir, Env: w.environment()}}
	return nil
}

// hash identifies the side's first layout of each package.
func (s *side) hash() error {
	s.origin.Hashes = make(map[string]string)
	for pkg, binaries := range s.binaries {
		file, err := os.Open(binaries[0].Path)
		if err != nil {
			return fmt.Errorf("read a test binary: %w", err)
		}
		sum := sha256.New()
		_, err = io.Copy(sum, file)
		file.Close()
		if err != nil {
			return fmt.Errorf("read a test binary: %w", err)
		}
		s.origin.Hashes[pkg] = hex.EncodeToString(sum.Sum(nil))
	}
	return nil
}
