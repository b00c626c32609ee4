package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Module returns the module that holds the packages, one that the tree is the
// source of, as a tree of its own, and the packages' import paths. It is outside
// any workspace, in which the go command changes no versions.
func (t Tree) Module(ctx context.Context, patterns ...string) (module Tree, packages []string, err error) {
	args := append(append([]string{"list"}, t.Flags...), "-f", "{{.ImportPath}} {{with .Module}}{{if .Main}}{{.Dir}}{{end}}{{end}}", "--")
	text, err := t.goCommand(ctx, append(args, patterns...)...)
	if err != nil {
		return t, nil, fmt.Errorf("find the module of %s in %s: %w", strings.Join(patterns, ", "), t.Dir, err)
	}
	var dirs []string
	for line := range strings.Lines(text) {
		path, dir, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		packages = append(packages, path)
		if !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	if len(dirs) != 1 || dirs[0] == "" {
		return t, nil, fmt.Errorf("%s are not packages of one module whose source is in %s: name packages of one", strings.Join(patterns, ", "), t.Dir)
	}
	t.Dir, t.Alone = dirs[0], true
	return t, packages, nil
}

// WithModule returns the tree, that of a module, with another version of a module
// it depends on, through a copy of go.mod in folder: the tree's own stays as it is.
func (t Tree) WithModule(ctx context.Context, folder, module, version string) (Tree, error) {
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(t.Dir, name))
		if errors.Is(err, os.ErrNotExist) && name == "go.sum" {
			continue // of a module that requires none
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), text, 0o644)
		}
		if err != nil {
			return t, fmt.Errorf("copy %s to change a version in it: %w", name, err)
		}
	}
	modfile := "-modfile=" + filepath.Join(folder, "go.mod")
	if _, err := t.goCommand(ctx, "get", modfile, module+"@"+version); err != nil {
		return t, fmt.Errorf("get %s@%s: %w", module, version, err)
	}
	other := t
	// What the version needs besides has no checksum yet.
	other.Flags = append(append([]string(nil), t.Flags...), modfile, "-mod=mod")
	chosen, err := other.goCommand(ctx, append(append([]string{"list"}, other.Flags...), "-m", "-f", "{{.Version}}", module)...)
	if err != nil {
		return t, fmt.Errorf("look which version of %s is used: %w", module, err)
	}
	if chosen != version && version != "latest" {
		return t, fmt.Errorf("%s@%s was asked for, and %s is what the other dependencies allow: choose that version, or raise the others first", module, version, chosen)
	}
	return other, nil
}
