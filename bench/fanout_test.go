package bench_test

import (
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// BenchmarkFanout runs every cell of the quick profile under the whole
// catalog:
//
//	go test -run '^$' -bench Fanout ./bench
func BenchmarkFanout(b *testing.B) { bench.Run(b, catalog.All...) }
