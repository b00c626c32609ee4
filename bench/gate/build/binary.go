package build

import (
	"context"
	"fmt"
	"strings"
)

// TestBinary compiles a package's tests and links them at path, with the
// functions in an order drawn from layout: where code lies can change its time
// by a percent or two, and a single layout would pass that off as a change.
// Compiling is cached by the go command, so that more layouts cost only links.
func (t Tree) TestBinary(ctx context.Context, pkg Package, path string, layout uint32, ldflags ...string) error {
	// -w leaves out what debuggers read, a quarter of the work of linking.
	ldflags = append([]string{"-w", fmt.Sprintf("-randlayout=%d", layout)}, ldflags...)
	args := append([]string{"test", "-c", "-trimpath", "-ldflags=" + strings.Join(ldflags, " "), "-o", path}, t.Flags...)
	if _, err := t.goCommand(ctx, append(args, pkg.Path)...); err != nil {
		return fmt.Errorf("build the tests of %s: %w", pkg.Path, err)
	}
	return nil
}

// Version returns the version of Go that builds in the tree.
func (t Tree) Version(ctx context.Context) (string, error) {
	version, err := t.goCommand(ctx, "env", "GOVERSION")
	if err != nil {
		return "", fmt.Errorf("ask for the version of Go: %w", err)
	}
	return version, nil
}
