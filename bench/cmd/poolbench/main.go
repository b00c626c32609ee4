// The command poolbench compares every strategy of the catalog on the same
// work, on the machine it runs on. Run it without arguments for help.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/echo/prefork"
	"github.com/poolbench/poolbench/strategies/processes"
	"github.com/poolbench/poolbench/strategies/remote"
	"github.com/poolbench/poolbench/strategies/strategytest"
)

func main() {
	hooks()
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// hooks lets this program serve as its own worker, as one of the processes on a
// listening socket and as its own child that proves rules; in those it does not
// return.
func hooks() {
	processes.Hook(slices.Concat(work.JobKinds, strategytest.Kinds, []remote.Kind{pooled.Kind})...)
	prefork.Hook(handler)
	strategytest.Hook(variants...)
}

// run is the whole command. It returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return exitCode(root.ExecuteContext(ctx), stderr)
}
