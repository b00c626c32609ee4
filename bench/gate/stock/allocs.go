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

// Try runs a fresh process of the benchmark for three repetitions, and returns what
// it took to begin and to end, and what a repetition takes with its set-up: the
// faster of the last two, for anything may come between.
func Try(ctx context.Context, binary Binary, b Benchmark, patience time.Duration) (start, repetition time.Duration, err error) {
	const times = 3
	begin := time.Now()
	results, err := repeat(ctx, binary, b, times, patience)
	if err != nil {
		return 0, 0, err
	}
	repetition = min(results[1].since, results[2].since)
	return max(0, time.Since(begin)-times*repetition), repetition, nil
}
