package stock

import (
	"context"
	"fmt"
	"time"
)

// Allocs returns the bytes and allocations that an operation takes, as one fresh
// process of the benchmark has them after warming up.
func Allocs(ctx context.Context, binary Binary, b Benchmark, patience time.Duration) (bytes, allocs float64, err error) {
	results, err := repeat(ctx, binary, b, 2, patience)
	if err != nil {
		return 0, 0, err
	}
	last := results[1].values
	bytes, ok := last["B/op"]
	allocs, also := last["allocs/op"]
	if !ok || !also {
		return 0, 0, fmt.Errorf("run %s: its line has no allocations", b.Name)
	}
	return bytes, allocs, nil
}
