package stock

import (
	"context"
	"fmt"
	"math"
	"time"
)

// maxOps bounds the operations of a turn, for benchmarks that do nothing.
const maxOps = 1 << 30

// Calibrate returns how many operations make a turn of about that length, and
// how long one takes. guess is what one took before, warming up included.
func Calibrate(ctx context.Context, binary Binary, b Benchmark, guess, turn, patience time.Duration) (n int, perOp float64, err error) {
	const rounds, repetitions = 8, 3
	perOp = max(float64(guess), 0.01)
	n = operations(turn, perOp)
	if float64(guess) > 100*float64(turn) {
		return 1, perOp, nil
	}
	for range rounds {
		b.N = n
		results, err := repeat(ctx, binary, b, repetitions, patience)
		if err != nil {
			return 0, 0, err
		}
		perOp = math.Inf(1)
		for _, r := range results[1:] { // the first may hold the start of the process
			perOp = min(perOp, float64(r.elapsed())/float64(r.n))
		}
		if !(perOp > 0) {
			perOp = 0.001 // below what is printed
		}
		next := operations(turn, perOp)
		if ratio := float64(next) / float64(n); ratio < 1.5 && ratio > 1/1.5 || n == 1 && next == 1 {
			return next, perOp, nil
		}
		// One iteration says little of a million: no leap beyond a hundredfold.
		n = min(next, 100*n)
	}
	if math.IsInf(perOp, 1) {
		return 0, 0, fmt.Errorf("calibrate %s: no time was measured", b.Name)
	}
	return n, perOp, nil
}

func operations(turn time.Duration, perOp float64) int {
	return int(min(max(1, float64(turn)/perOp), maxOps))
}
