package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestEquivalenceIsTwoOneSidedTests(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := distinct(5, 20).Draw(t, "d")
		margin := rapid.Float64Range(0.01, 1).Draw(t, "margin")
		alpha := rapid.Float64Range(0.01, 0.4).Draw(t, "alpha")
		above := must(stats.SignedRank(mapped(d, func(v float64) float64 { return v + margin }))).Greater
		below := must(stats.SignedRank(mapped(d, func(v float64) float64 { return v - margin }))).Less
		got, interval, err := stats.Equivalent(d, margin, alpha)
		if err != nil {
			t.Fatal(err)
		}
		if want := max(above, below) <= alpha; got != want {
			t.Fatalf("%v inside ±%v: %v; one-sided p %v and %v at most %v: %v", interval, margin, got, above, below, alpha, want)
		}
	})
}

func TestEquivalenceIsNeverShownByTooFew(t *testing.T) {
	// Four equal differences carry 87.5 %, and the question takes 90 %.
	equal, interval, err := stats.Equivalent([]float64{0, 0, 0, 0}, 0.03, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	if equal || interval.Reason == "" {
		t.Errorf("got %v from %+v, want no, with a reason", equal, interval)
	}
	if equal, _, _ := stats.Equivalent([]float64{0, 0, 0, 0, 0}, 0.03, 0.05); !equal {
		t.Error("five equal differences carry 93.75 %, and were not found equivalent")
	}
}

func TestEquivalenceRejectsMarginsAndLevelsThatAreNone(t *testing.T) {
	d := []float64{1, 2, 3}
	for _, row := range []struct{ margin, alpha float64 }{
		{0, .05}, {-1, .05}, {math.NaN(), .05}, {.03, 0}, {.03, .5}, {.03, math.NaN()},
	} {
		if _, _, err := stats.Equivalent(d, row.margin, row.alpha); err == nil {
			t.Errorf("margin %v and alpha %v were taken", row.margin, row.alpha)
		}
	}
}

func TestEquivalenceAgreesWithR(t *testing.T) {
	// The greater p-value of wilcox.test(before, after, paired = TRUE, mu = ±m)
	// of R 4.2 with alternative = "greater" for -m and "less" for +m.
	for _, row := range []struct {
		margin, p float64
	}{
		{0.6, 0.150390625}, {0.75, 0.048828125}, {0.8, 0.01953125}, {0.9, 0.009765625}, {1, 0.00390625},
	} {
		d := differences(before, after)
		for _, alpha := range []float64{row.p * 0.99, row.p * 1.01} {
			got, _, err := stats.Equivalent(d, row.margin, alpha)
			if err != nil {
				t.Fatal(err)
			}
			if want := row.p <= alpha; got != want {
				t.Errorf("margin %v at %v: %v, want %v, since p = %v", row.margin, alpha, got, want, row.p)
			}
		}
	}
}
