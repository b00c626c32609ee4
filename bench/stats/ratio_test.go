package stats_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestLogRatiosTurnFactorsIntoSteps(t *testing.T) {
	got := must(stats.LogRatios([]float64{2, 1, 3}, []float64{1, 2, 3}))
	for i, want := range []float64{math.Ln2, -math.Ln2, 0} {
		near(t, "log ratio", got[i], want, 1e-15)
	}
}

func TestLogRatiosRejectWhatHasNone(t *testing.T) {
	for _, row := range []struct {
		a, b []float64
		want string
	}{
		{[]float64{1, 2}, []float64{1}, "2 values over 1"},
		{[]float64{1, 0}, []float64{1, 1}, "numerators: value 2 of 2 is 0"},
		{[]float64{1, 1}, []float64{-1, 1}, "denominators: value 1 of 2 is -1"},
	} {
		if _, err := stats.LogRatios(row.a, row.b); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%v over %v: error %v, want %q in it", row.a, row.b, err, row.want)
		}
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
