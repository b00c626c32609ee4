package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestTheilSenFindsTheSlopeOfALineWhateverOnePointInFiveSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slope, offset := rapid.Float64Range(-1e3, 1e3).Draw(t, "slope"), rapid.Float64Range(-1e3, 1e3).Draw(t, "offset")
		wild := rapid.Float64Range(-1e6, 1e6).Draw(t, "wild")
		var x, y []float64
		for i := range 20 {
			x, y = append(x, float64(i)), append(y, offset+slope*float64(i))
		}
		for _, i := range []int{3, 7, 11, 19} {
			y[i] = wild
		}
		if got := must(stats.TheilSen(x, y)); math.Abs(got-slope) > 1e-6*(1+math.Abs(slope)) {
			t.Fatalf("the slope is %v, want %v", got, slope)
		}
	})
}

func TestTheilSenAgreesWithTheMedianOfAllSlopes(t *testing.T) {
	// Between the points (0, 0), (1, 1), (2, 4) and (4, 2) the slopes are
	// 1, 2, 0.5, 3, 1/3 and -1.
	near(t, "slope", must(stats.TheilSen([]float64{0, 1, 2, 4}, []float64{0, 1, 4, 2})), 0.75, 1e-15)
}

func TestTheilSenRejectsWhatHasNoSlope(t *testing.T) {
	for _, row := range []struct {
		what string
		x, y []float64
	}{
		{"nothing", nil, nil},
		{"one point", []float64{1}, []float64{2}},
		{"one place", []float64{1, 1, 1}, []float64{2, 3, 4}},
		{"more places than values", []float64{1, 2}, []float64{1}},
		{"no number", []float64{1, 2}, []float64{1, math.NaN()}},
	} {
		if got, err := stats.TheilSen(row.x, row.y); err == nil {
			t.Errorf("the slope of %s is %v, want an error", row.what, got)
		}
	}
}
