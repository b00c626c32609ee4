package bench

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/echo/prefork"
	"github.com/poolbench/poolbench/strategies/processes"
)

// The test binary is its own worker process and its own host of cells.
func TestMain(m *testing.M) {
	processes.Hook(append(slices.Clone(work.JobKinds), pooled.Kind)...)
	prefork.Hook(nil)
	// A process built with the race detector sleeps a second before it exits.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	if len(os.Args) > 1 && os.Args[1] == "host" {
		if err := Host(hosted, hostedServers...); err != nil {
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
