package stats_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

// must is for input that is known to be valid.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

// near fails the test unless got is want up to a relative error.
func near(t failer, what string, got, want, relative float64) {
	t.Helper()
	if !close(got, want, relative) {
		t.Errorf("%s: got %.17g, want %.17g", what, got, want)
	}
}

func close(a, b, relative float64) bool {
	return a == b || math.Abs(a-b) <= relative*max(math.Abs(a), math.Abs(b))
}

func differences(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = a[i] - b[i]
	}
	return d
}

func floats(ints []int) []float64 {
	x := make([]float64, len(ints))
	for i, v := range ints {
		x[i] = float64(v)
	}
	return x
}

func mapped(x []float64, f func(float64) float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = f(v)
	}
	return y
}

// sample draws eighths, some of them equal, so that adding and doubling them is
// exact and an invariance can be asked for to the last bit.
func sample(least, most int) *rapid.Generator[[]float64] {
	return rapid.Map(rapid.SliceOfN(rapid.IntRange(-400, 400), least, most), func(ints []int) []float64 {
		return mapped(floats(ints), func(v float64) float64 { return v / 8 })
	})
}

// distinct draws values whose magnitudes and pairwise means all differ, or as
// good as: no ties, no zeros.
func distinct(least, most int) *rapid.Generator[[]float64] {
	return rapid.SliceOfNDistinct(rapid.Float64Range(-1, 1).Filter(func(v float64) bool {
		return math.Abs(v) > 1e-3
	}), least, most, math.Abs)
}

// entries are all functions of the package that take one sample, by name.
var entries = map[string]func(x []float64) ([]float64, error){
	"SignedRank": func(x []float64) ([]float64, error) {
		test, err := stats.SignedRank(x)
		return []float64{test.Statistic, test.Less, test.Greater, test.TwoSided}, err
	},
	"HodgesLehmann": func(x []float64) ([]float64, error) {
		return ends(stats.HodgesLehmann(x, 0.95))
	},
	"RankSum, first sample": func(x []float64) ([]float64, error) {
		test, err := stats.RankSum(x, []float64{1, 2, 3})
		return []float64{test.Statistic, test.Less, test.Greater, test.TwoSided}, err
	},
	"RankSum, second sample": func(x []float64) ([]float64, error) {
		test, err := stats.RankSum([]float64{1, 2, 3}, x)
		return []float64{test.Statistic, test.Less, test.Greater, test.TwoSided}, err
	},
	"Shift": func(x []float64) ([]float64, error) {
		return ends(stats.Shift(x, []float64{1, 2, 3}, 0.9))
	},
	"Median": func(x []float64) ([]float64, error) {
		return ends(stats.Median(x, 0.95))
	},
	"Quantile": func(x []float64) ([]float64, error) {
		q, err := stats.Quantile(x, 0.37)
		return []float64{q}, err
	},
	"Holm":     stats.Holm,
	"Isotonic": stats.Isotonic,
	"Crossing": func(y []float64) ([]float64, error) {
		x := make([]float64, len(y))
		for i := range x {
			x[i] = float64(i + 1)
		}
		point, err := stats.Crossing(x, y, 0.5)
		return []float64{point.X}, err
	},
	"Crossing, places": func(x []float64) ([]float64, error) {
		point, err := stats.Crossing(x, x, 0.5)
		return []float64{point.X}, err
	},
	"StandardDeviation": func(x []float64) ([]float64, error) {
		sd, err := stats.StandardDeviation(x)
		return []float64{sd}, err
	},
	"Changes": func(x []float64) (ends []float64, err error) {
		changes, err := stats.Changes(seeded(1), x, stats.Segmentation{Shortest: 2, Level: 0.4, Permutations: 9})
		for _, c := range changes {
			ends = append(ends, c.Shift.Estimate, c.Shift.Low, c.Shift.High, c.P)
		}
		return ends, err
	},
	"Bootstrap": func(x []float64) ([]float64, error) {
		return ends(stats.Bootstrap(seeded(1), [][]float64{x}, 99, 0.9, median))
	},
}

func ends(i stats.Interval, err error) ([]float64, error) {
	return []float64{i.Estimate, i.Low, i.High, i.Confidence}, err
}

func TestEveryFunctionRejectsValuesThatAreNoNumbers(t *testing.T) {
	for name, call := range entries {
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			if _, err := call([]float64{0.25, bad, 0.5}); err == nil || !strings.Contains(err.Error(), "2 of 3") {
				t.Errorf("%s of a sample with %v: error %v, want one that names value 2 of 3", name, bad, err)
			}
		}
	}
}

func TestNoFunctionModifiesItsInput(t *testing.T) {
	for name, call := range entries {
		x := []float64{0.5, 0.125, 0.75, 0.125, 0.875, 0.25}
		if strings.HasSuffix(name, "places") {
			slices.Sort(x)
			x = slices.Compact(x)
		}
		kept := slices.Clone(x)
		if _, err := call(x); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !slices.Equal(x, kept) {
			t.Errorf("%s turned its input %v into %v", name, kept, x)
		}
	}
}

// FuzzInput holds the convention that no input makes a NaN, a panic or an
// interval without its estimate.
func FuzzInput(f *testing.F) {
	f.Add(1.0, 2.0, 3.0, 0.5)
	f.Add(math.NaN(), 0.0, math.Inf(1), math.Copysign(0, -1))
	f.Add(math.MaxFloat64, -math.MaxFloat64, math.MaxFloat64, math.SmallestNonzeroFloat64)
	f.Add(0.1, 0.1, 0.1, 0.1)
	f.Fuzz(func(t *testing.T, a, b, c, d float64) {
		for _, x := range [][]float64{{a}, {a, b}, {a, b, c, d}, {a, b, c, d, a, -b, c, -d, a / 3, b / 3, c / 3}} {
			for name, call := range entries {
				results, err := call(x)
				if err != nil {
					continue
				}
				for _, r := range results {
					if math.IsNaN(r) {
						t.Errorf("%s(%v) = %v", name, x, results)
					}
				}
			}
			for _, confidence := range []float64{a, 0.5, 0.95, 1 - 1e-9} {
				interval, err := stats.HodgesLehmann(x, confidence)
				if err == nil && !interval.Covers(interval.Estimate) {
					t.Errorf("HodgesLehmann(%v, %v) = %v, without its estimate", x, confidence, interval)
				}
			}
		}
	})
}
