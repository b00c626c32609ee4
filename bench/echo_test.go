package bench_test

import (
	"os/exec"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// BenchmarkEcho runs every cell of traffic of the quick profile under the whole
// catalog:
//
//	go test -run '^$' -bench Echo ./bench
func BenchmarkEcho(b *testing.B) {
	child := func() (*exec.Cmd, error) { return experiment.Self("hostcatalog") }
	bench.RunEcho(b, child, catalog.All, catalog.Servers...)
}
