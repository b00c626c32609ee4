// Package bench holds the benchmarks of the catalog, for go test.
package bench

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/echo/prefork"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/poolbench/poolbench/strategies/processes"
)

// The test binary is its own worker process and its own host of cells.
func TestMain(m *testing.M) {
	processes.Hook(append(slices.Clone(work.JobKinds), pooled.Kind)...)
	prefork.Hook(nil)
	if len(os.Args) > 1 && os.Args[1] == "host" {
		if err := bench.Host(catalog.All, catalog.Servers...); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}
