package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestLogsTurnFactorsIntoSteps(t *testing.T) {
	got := stats.Logs([]float64{0.5, 2, 1})
	for i, want := range []float64{-math.Ln2, math.Ln2, 0} {
		near(t, "logarithm", got[i], want, 1e-15)
	}
}

func TestLogsLeaveOutWhatHasNone(t *testing.T) {
	got := stats.Logs([]float64{0, -1, math.NaN(), math.Inf(1), math.E})
	if len(got) != 1 || got[0] != 1 {
		t.Errorf("got %v, want the logarithm of e alone", got)
	}
}

func TestGeometricMeanScalesAndInverts(t *testing.T) {
	near(t, "mean of 1, 10, 100", must(stats.GeometricMean([]float64{1, 10, 100})), 10, 1e-14)
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(1e-9, 1e9), 1, 20).Draw(t, "x")
		mean := must(stats.GeometricMean(x))
		near(t, "of inverses", must(stats.GeometricMean(mapped(x, func(v float64) float64 { return 1 / v }))), 1/mean, 1e-12)
		near(t, "of doubles", must(stats.GeometricMean(mapped(x, func(v float64) float64 { return 2 * v }))), 2*mean, 1e-12)
	})
}

func TestExpKeepsAnUnboundedIntervalUnbounded(t *testing.T) {
	log := must(stats.HodgesLehmann([]float64{math.Log(1.25)}, 0.95))
	got := log.Exp()
	near(t, "estimate", got.Estimate, 1.25, 1e-15)
	if got.Low != 0 || !math.IsInf(got.High, 1) || got.Reason == "" || got.N != 1 {
		t.Errorf("got %+v, want 0 to +Inf with its reason", got)
	}
}
