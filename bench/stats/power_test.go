package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestPairsFollowsItsFormula(t *testing.T) {
	// π/3·((z+z)·sigma/ln(1+delta))² with R's qnorm: 6.80, 14.04, 44.56.
	for _, row := range []struct {
		sigma, delta, alpha, power float64
		want                       int
	}{
		{0.05, 0.05, 0.05, 0.8, 7},
		{0.03, 0.03, 0.01, 0.9, 15},
		{0.128, 0.05, 0.05, 0.8, 45},
		{0, 0.05, 0.05, 0.8, 5},      // without noise: as many as can reach 1/2^n <= .05
		{0.001, 0.2, 0.001, 0.8, 10}, // likewise
	} {
		if got := must(stats.Pairs(row.sigma, row.delta, row.alpha, row.power)); got != row.want {
			t.Errorf("%+v: got %d", row, got)
		}
	}
}

func TestPairsHaveThePowerTheyWereChosenFor(t *testing.T) {
	const sigma, delta, alpha, power, experiments = 0.05, 0.03, 0.05, 0.8, 1500
	n := must(stats.Pairs(sigma, delta, alpha, power))
	rng := seeded(21)
	found := 0
	for range experiments {
		d := make([]float64, n)
		for i := range d {
			d[i] = math.Log1p(delta) + sigma*rng.NormFloat64()
		}
		if must(stats.SignedRank(d)).Greater <= alpha {
			found++
		}
	}
	if share := float64(found) / experiments; math.Abs(share-power) > 0.04 {
		t.Errorf("%d pairs found the change in %.3f of all cases, want %v", n, share, power)
	}
}

func TestTheMinimumDetectableChangeIsWhatItsPairsDetect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sigma := rapid.Float64Range(0.01, 0.5).Draw(t, "sigma")
		alpha := rapid.Float64Range(0.001, 0.2).Draw(t, "alpha")
		power := rapid.Float64Range(0.5, 0.99).Draw(t, "power")
		n := rapid.IntRange(10, 500).Draw(t, "n")
		delta := must(stats.MinimumDetectable(sigma, n, alpha, power))
		if got := must(stats.Pairs(sigma, delta*(1+1e-9), alpha, power)); got != n {
			t.Fatalf("%d pairs detect %v, which takes %d", n, delta, got)
		}
	})
}

func TestTooFewPairsDetectNothing(t *testing.T) {
	if got := must(stats.MinimumDetectable(0.01, 6, 0.01, 0.8)); !math.IsInf(got, 1) {
		t.Errorf("six pairs cannot reach .01, and detect %v", got)
	}
	if got := must(stats.MinimumDetectable(0.01, 7, 0.01, 0.8)); math.IsInf(got, 1) {
		t.Error("seven pairs reach .01, and detect nothing")
	}
}

func TestPowerRejectsWhatCannotBeAsked(t *testing.T) {
	for _, row := range []struct{ sigma, delta, alpha, power float64 }{
		{-1, .05, .05, .8}, {math.Inf(1), .05, .05, .8}, {math.NaN(), .05, .05, .8},
		{.1, 0, .05, .8}, {.1, -.1, .05, .8}, {.1, math.NaN(), .05, .8},
		{.1, .05, 0, .8}, {.1, .05, .05, 1}, {.1, .05, .3, .2}, {1e9, 1e-9, .05, .8},
	} {
		if got, err := stats.Pairs(row.sigma, row.delta, row.alpha, row.power); err == nil {
			t.Errorf("%+v: got %d pairs, want an error", row, got)
		}
	}
}

func TestStandardDeviationAgreesWithR(t *testing.T) {
	near(t, "sd", must(stats.StandardDeviation([]float64{3.1, -2, 7.5, 0.25, 4, 4, 11})), 4.3227939598189984, 1e-14)
	if _, err := stats.StandardDeviation([]float64{1}); err == nil {
		t.Error("one value has a standard deviation")
	}
}
