package stats_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestQuantileAgreesWithRType7(t *testing.T) {
	x := []float64{3.1, -2, 7.5, 0.25, 4, 4, 11}
	for q, want := range map[float64]float64{0: -2, .1: -0.65, .25: 1.675, .5: 4, .9: 8.9, .99: 10.79, 1: 11} {
		near(t, "quantile", must(stats.Quantile(x, q)), want, 1e-14)
	}
}

func TestQuantileRisesWithItsShareBetweenTheExtremes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64(), 1, 20).Draw(t, "x")
		p, q := rapid.Float64Range(0, 1).Draw(t, "p"), rapid.Float64Range(0, 1).Draw(t, "q")
		a, b := must(stats.Quantile(x, min(p, q))), must(stats.Quantile(x, max(p, q)))
		least, most := slices.Min(x), slices.Max(x)
		rounding := 1e-15 * max(math.Abs(least), math.Abs(most))
		if a < least || a-rounding > b || b > most {
			t.Fatalf("the quantiles %v and %v of %v are %v and %v", min(p, q), max(p, q), x, a, b)
		}
	})
}

func TestQuantileRejectsSharesThatAreNone(t *testing.T) {
	for _, q := range []float64{-0.1, 1.1, math.NaN()} {
		if got, err := stats.Quantile([]float64{1, 2}, q); err == nil {
			t.Errorf("quantile %v is %v, want an error", q, got)
		}
	}
}

func TestMedianTakesTheOrderStatisticsOfTheBinomial(t *testing.T) {
	// depth: the lower end is the depth-th smallest value; coverage:
	// 1 - 2 pbinom(depth-1, n, 1/2), both from R 4.2. Depth 0 is too few.
	for _, row := range []struct {
		n          int
		confidence float64
		depth      int
		coverage   float64
	}{
		{6, .90, 1, 0.96875}, {6, .95, 1, 0.96875}, {6, .99, 0, 1},
		{9, .90, 2, 0.9609375}, {9, .95, 2, 0.9609375}, {9, .99, 1, 0.99609375},
		{20, .90, 6, 0.95861053466796875}, {20, .99, 4, 0.99742317199707031},
		{101, .90, 42, 0.92724299312247571}, {101, .95, 41, 0.95395593307065718}, {101, .99, 38, 0.99066495187935522},
	} {
		x := make([]float64, row.n)
		for i := range x {
			x[i] = float64((i*7)%row.n + 1) // 1 ... n; 7 shares no factor with these n
		}
		got := must(stats.Median(x, row.confidence))
		low, high := float64(row.depth), float64(row.n+1-row.depth)
		if row.depth == 0 {
			low, high = math.Inf(-1), math.Inf(1)
		}
		if got.Low != low || got.High != high || (got.Reason != "") != (row.depth == 0) {
			t.Errorf("n=%d at %v: got %+v, want %v to %v", row.n, row.confidence, got, low, high)
		}
		near(t, "estimate", got.Estimate, float64(row.n+1)/2, 0)
		near(t, "coverage", got.Confidence, row.coverage, 1e-12)
	}
}
