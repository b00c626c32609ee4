package bench

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/echo/prefork"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/poolbench/poolbench/strategies/processes"
)

// The test binary is its own worker process and its own host of cells.
func TestMain(m *testing.M) {
	processes.Hook(append(slices.Clone(work.JobKinds), pooled.Kind)...)
	prefork.Hook(nil)
	// A process built with the race detector sleeps a second before it exits.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	if all, servers := hostedBy(os.Args); all != nil {
		out := os.Stdout
		os.Stdout = os.Stderr
		if err := Host(os.Stdin, out, all, servers...); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	// Most of these tests wait for processes of theirs.
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// hostedBy returns what cells may name in a process with these arguments: the
// strategies of these tests, or the catalog; none where the process is no host.
func hostedBy(args []string) ([]*strategies.Strategy, []*echo.Server) {
	switch {
	case len(args) < 2:
	case args[1] == "host":
		return hosted, hostedServers
	case args[1] == "hostcatalog":
		return catalog.All, catalog.Servers
	}
	return nil, nil
}
