package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// ModuleName returns the module that the tree belongs to.
func (t Tree) ModuleName(ctx context.Context) (string, error) {
	name, err := t.goCommand(ctx, "list", "-m")
	if err != nil {
		return "", fmt.Errorf("find the Go module of %s: %w", t.Dir, err)
	}
	return name, nil
}

// WithModule returns the tree with another version of a module it depends on,
// through a copy of go.mod in folder: the tree's own stays as it is.
func (t Tree) WithModule(ctx context.Context, folder, module, version string) (Tree, error) {
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(t.Dir, name))
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
