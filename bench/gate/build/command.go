package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/poolbench/poolbench/strategies/proc"
)

// output runs a command, in a process group of its own, so that a Ctrl-C at the
// terminal reaches only this program and ends the command in order. It returns
// what the command prints, without the newline at the end; an error ends with
// what it says to standard error.
func output(ctx context.Context, cmd *exec.Cmd) (string, error) {
	stderr := &proc.Tail{Most: 4096}
	var stdout strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, stderr
	err := proc.Run(ctx, cmd)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		var exit *exec.ExitError
		if said := stderr.String(); said != "" && errors.As(err, &exit) {
			return "", fmt.Errorf("%s: %s", strings.Join(cmd.Args[:min(2, len(cmd.Args))], " "), said)
		}
		return "", fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return strings.TrimSuffix(stdout.String(), "\n"), nil
}

// A Tree is a folder in which the go command is run, and how.
type Tree struct {
	Dir       string
	Toolchain string   // GOTOOLCHAIN; "" for what the environment says
	Flags     []string // of every go command that builds or lists: -tags, -modfile
	Alone     bool     // outside the workspace that the folder may belong to
}

// goCommand runs the go command in the tree.
func (t Tree) goCommand(ctx context.Context, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = t.Dir
	cmd.Env = append(os.Environ(), "PWD="+t.Dir)
	if t.Alone {
		cmd.Env = append(cmd.Env, "GOWORK=off")
	}
	if t.Toolchain != "" {
		cmd.Env = append(cmd.Env, "GOTOOLCHAIN="+t.Toolchain)
	}
	return output(ctx, cmd)
}
