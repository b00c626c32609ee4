package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestClopperPearsonAgreesWithR(t *testing.T) {
	// binom.test(successes, trials, conf.level = confidence)$conf.int of R 4.2.
	for _, row := range []struct {
		successes, trials     int
		confidence, low, high float64
	}{
		{17, 20, .95, 0.62107317345468604, 0.96792906281453628},
		{17, 20, .99, 0.55053459326051402, 0.98235736204580526},
		{0, 20, .95, 0, 0.16843347098308536},
		{20, 20, .90, 0.86089165933173484, 1},
		{67, 168, .95, 0.32417852282266496, 0.47707686572095631},
		{2, 36, .95, 0.0068003006540228172, 0.18663670645755404},
		{25, 432, .99, 0.032780558020503316, 0.093147757268268738},
		{1, 1, .95, 0.025, 1},
		{500, 100000, .95, 0.0045722441500705875, 0.005456841177010281},
	} {
		got := must(stats.ClopperPearson(row.successes, row.trials, row.confidence))
		near(t, "low", got.Low, row.low, 1e-8)
		near(t, "high", got.High, row.high, 1e-8)
		near(t, "estimate", got.Estimate, float64(row.successes)/float64(row.trials), 0)
	}
}

func TestClopperPearsonTurnsWithSuccessAndFailure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 80).Draw(t, "trials")
		k := rapid.IntRange(0, n).Draw(t, "successes")
		confidence := rapid.Float64Range(0.01, 0.999).Draw(t, "confidence")
		got := must(stats.ClopperPearson(k, n, confidence))
		turned := must(stats.ClopperPearson(n-k, n, confidence))
		if math.Abs(got.Low-(1-turned.High)) > 1e-9 || math.Abs(got.High-(1-turned.Low)) > 1e-9 {
			t.Fatalf("%d of %d: %v, the rest: %v", k, n, got, turned)
		}
		if !got.Covers(got.Estimate) {
			t.Fatalf("%d of %d: %v is without its estimate", k, n, got)
		}
	})
}

func TestClopperPearsonRejectsCountsThatCannotBe(t *testing.T) {
	for _, row := range []struct{ successes, trials int }{{0, 0}, {-1, 5}, {6, 5}} {
		if _, err := stats.ClopperPearson(row.successes, row.trials, 0.95); err == nil {
			t.Errorf("%d of %d was taken", row.successes, row.trials)
		}
	}
	for _, confidence := range []float64{0, 1, 95, math.NaN()} {
		if _, err := stats.ClopperPearson(1, 2, confidence); err == nil {
			t.Errorf("confidence %v was taken", confidence)
		}
	}
}
