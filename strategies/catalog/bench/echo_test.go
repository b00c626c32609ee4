package bench

import (
	"os/exec"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/poolbench/poolbench/strategies/proc"
)

// BenchmarkEcho runs the cells of traffic of the quick profile, or those of all
// profiles under the strategies that the pattern names:
//
//	go test -run '^$' -bench Echo ./strategies/catalog/bench
//	go test -run '^$' -bench 'Echo/load=closed/unit=message/.*/payload=64/strategy=(weighted|errgroup)$' ./strategies/catalog/bench
func BenchmarkEcho(b *testing.B) {
	child := func() (*exec.Cmd, error) { return proc.Self("host") }
	bench.RunEcho(b, child, catalog.All, catalog.Servers...)
}
