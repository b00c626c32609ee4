package stats_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestAdjustedPValuesAgreeWithR(t *testing.T) {
	p := []float64{.01, .02, .03, .04, .05, .001, .9, .02}
	for _, row := range []struct {
		method string // of p.adjust
		adjust func([]float64) ([]float64, error)
		want   []float64
	}{
		{"holm", stats.Holm, []float64{.07, .12, .12, .12, .12, .008, .9, .12}},
		{"BH", stats.BenjaminiHochberg, []float64{.04, .04, .048, .16 / 3, .4 / 7, .008, .9, .04}},
	} {
		got := must(row.adjust(p))
		for i, want := range row.want {
			near(t, row.method, got[i], want, 1e-14)
		}
	}
}

func TestAdjustedPValuesKeepTheirOrderAndTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOf(rapid.Float64Range(0, 1)).Draw(t, "p")
		holm, bh := must(stats.Holm(p)), must(stats.BenjaminiHochberg(p))
		for i := range p {
			bonferroni := min(1, float64(len(p))*p[i])
			if !(p[i] <= bh[i] && bh[i] <= holm[i]*(1+1e-12) && holm[i] <= bonferroni) {
				t.Fatalf("p %v: Benjamini-Hochberg %v, Holm %v, Bonferroni %v are not in this order", p[i], bh[i], holm[i], bonferroni)
			}
			for j := range p {
				if p[i] < p[j] && (holm[i] > holm[j] || bh[i] > bh[j]) {
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
		if _, err := stats.BenjaminiHochberg([]float64{0.5, bad}); err == nil {
			t.Errorf("Benjamini-Hochberg took the p-value %v", bad)
		}
	}
}
