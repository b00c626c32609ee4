package bench

import (
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// BenchmarkFanout runs every cell of the quick profile under the whole
// catalog:
//
//	go test -run '^$' -bench Fanout ./strategies/catalog/bench
func BenchmarkFanout(b *testing.B) { bench.Run(b, catalog.All...) }
