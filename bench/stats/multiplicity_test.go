package stats_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestAdjustedPValuesAgreeWithR(t *testing.T) {
	got := must(stats.Holm([]float64{.01, .02, .03, .04, .05, .001, .9, .02}))
	for i, want := range []float64{.07, .12, .12, .12, .12, .008, .9, .12} { // p.adjust(p, "holm")
		near(t, "Holm", got[i], want, 1e-14)
	}
}

func TestAdjustedPValuesKeepTheirOrderAndTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOf(rapid.Float64Range(0, 1)).Draw(t, "p")
		holm := must(stats.Holm(p))
		for i := range p {
			bonferroni := min(1, float64(len(p))*p[i])
			if !(p[i] <= holm[i]*(1+1e-12) && holm[i] <= bonferroni) {
				t.Fatalf("p %v: Holm %v, Bonferroni %v are not in this order", p[i], holm[i], bonferroni)
			}
			for j := range p {
				if p[i] < p[j] && holm[i] > holm[j] {
					t.Fatalf("%v is below %v, but not after adjusting", p[i], p[j])
				}
			}
		}
		turned := slices.Clone(p)
		slices.Reverse(turned)
		slices.Reverse(holm)
		if !slices.Equal(must(stats.Holm(turned)), holm) {
			t.Fatal("another order of the same p-values changed their adjustment")
		}
	})
}

func TestAdjustingRejectsWhatIsNoProbability(t *testing.T) {
	for _, bad := range []float64{-0.01, 1.01} {
		if _, err := stats.Holm([]float64{0.5, bad}); err == nil {
			t.Errorf("Holm took the p-value %v", bad)
		}
	}
}
