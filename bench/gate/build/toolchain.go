package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var release = regexp.MustCompile(`^go1\.\d+(\.\d+|rc\d+|beta\d+)?$`)

// CheckRelease makes sure that a release of Go can be had and builds this
// module. The go command downloads it where that is allowed.
func (t Tree) CheckRelease(ctx context.Context) error {
	if !release.MatchString(t.Toolchain) {
		return fmt.Errorf("%q is no release of Go: want one such as go1.26.3", t.Toolchain)
	}
	// Outside the module first, so that the two reasons can be told apart.
	alone := Tree{Dir: os.TempDir(), Toolchain: t.Toolchain}
	if _, err := alone.Version(ctx); err != nil {
		return fmt.Errorf("get %s: it is neither installed nor to be downloaded here; install it (go install golang.org/dl/%s@latest), or go online: %w", t.Toolchain, t.Toolchain, err)
	}
	version, err := t.goCommand(ctx, "list", "-m", "-f", "{{.GoVersion}}")
	if err != nil {
		return fmt.Errorf("%s does not build this module, whose %s: %w", t.Toolchain, t.goLine(), err)
	}
	if got, err := t.Version(ctx); err != nil {
		return err
	} else if got != t.Toolchain {
		return fmt.Errorf("%s was asked for and %s is used (%s, go line %s)", t.Toolchain, got, t.goLine(), version)
	}
	return nil
}

// goLine names the line of go.mod that asks for a version of Go.
func (t Tree) goLine() string {
	path := filepath.Join(t.Dir, "go.mod")
	text, err := os.ReadFile(path)
	if err != nil {
		return "go.mod cannot be read"
	}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "go" {
			return fmt.Sprintf("go.mod:%d asks for it with the line %q", number, strings.TrimSpace(line))
		}
	}
	return "go.mod has no go line"
}
