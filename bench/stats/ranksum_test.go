package stats_test

import (
	"math"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

// Permeability constants of the human chorioamnion at term and earlier:
// Hollander and Wolfe, Nonparametric Statistical Methods (1973), table 4.1.
var (
	atTerm  = []float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}
	earlier = []float64{1.15, 0.88, 0.90, 0.74, 1.21}
)

func TestRankSumAgreesWithThePublishedExample(t *testing.T) {
	test := must(stats.RankSum(atTerm, earlier))
	near(t, "U", test.Statistic, 15, 0)
	near(t, "Less", test.Less, 0.1272061272061272, 1e-12)
	near(t, "Greater", test.Greater, 0.89676989676989671, 1e-12)
	near(t, "TwoSided", test.TwoSided, 0.2544122544122544, 1e-12)
}

func TestShiftAgreesWithThePublishedExample(t *testing.T) {
	// wilcox.test(earlier, atTerm, conf.int = TRUE) of R 4.2.
	for _, row := range []struct{ confidence, low, high float64 }{
		{.90, -0.72, 0.08},
		{.95, -0.76, 0.15},
		{.99, -1.01, 0.35},
	} {
		got := must(stats.Shift(atTerm, earlier, row.confidence))
		near(t, "estimate", got.Estimate, -0.305, 1e-12)
		near(t, "low", got.Low, row.low, 1e-12)
		near(t, "high", got.High, row.high, 1e-12)
	}
}

func TestRankSumCountsEveryDealWithTies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := floats(rapid.SliceOfN(rapid.IntRange(0, 4), 1, 5).Draw(t, "x"))
		y := floats(rapid.SliceOfN(rapid.IntRange(0, 4), 1, 5).Draw(t, "y"))
		got := must(stats.RankSum(x, y))

		all := append(append([]float64{}, x...), y...)
		u := func(second func(i int) bool) (sum float64) {
			for i, a := range all {
				for j, b := range all {
					if second(i) || !second(j) {
						continue
					}
					if b > a {
						sum++
					} else if b == a {
						sum += 0.5
					}
				}
			}
			return sum
		}
		observed := u(func(i int) bool { return i >= len(x) })
		var deals, atMost, atLeast float64
		for deal := range 1 << len(all) {
			if bits.OnesCount(uint(deal)) != len(y) {
				continue
			}
			deals++
			switch sum := u(func(i int) bool { return deal>>i&1 == 1 }); {
			case sum < observed:
				atMost++
			case sum > observed:
				atLeast++
			default:
				atMost++
				atLeast++
			}
		}
		near(t, "U", got.Statistic, observed, 0)
		near(t, "Less", got.Less, atMost/deals, 1e-12)
		near(t, "Greater", got.Greater, atLeast/deals, 1e-12)
	})
}

func TestRankSumAgreesWithRAtTheEndsOfItsRange(t *testing.T) {
	// pwilcox(1000, 50, 50) and, beyond exact, wilcox.test(Y, X, exact = FALSE)
	// of R 4.2 with ties.
	x, y := make([]float64, 50), make([]float64, 50)
	for i := range x {
		x[i], y[i] = float64(i), 19+float64(i+1)/100 // above 20 of x each: U = 1000
	}
	near(t, "Less", must(stats.RankSum(x, y)).Less, 0.042725607759136364, 1e-12)

	x, y = make([]float64, 60), make([]float64, 55)
	for i := range x {
		x[i] = float64((i + 1) * 29 % 17)
	}
	for i := range y {
		y[i] = float64((i + 1) * 31 % 19)
	}
	test := must(stats.RankSum(x, y))
	near(t, "U with ties", test.Statistic, 1835.5, 0)
	near(t, "Greater with ties", test.Greater, 0.14978653445722068, 1e-12)
	near(t, "Less with ties", test.Less, 0.85151581597454784, 1e-12)
}

func TestShiftIsDualToTheRankSumTest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := distinct(4, 24).Draw(t, "values")
		m := rapid.IntRange(2, len(all)-2).Draw(t, "m")
		alpha := rapid.Float64Range(0.001, 0.5).Draw(t, "alpha")
		test := must(stats.RankSum(all[:m], all[m:]))
		interval := must(stats.Shift(all[:m], all[m:], 1-alpha))
		if excluded, significant := !interval.Covers(0), test.TwoSided <= alpha; excluded != significant {
			t.Fatalf("zero excluded by %v: %v; two-sided p %v at most %v: %v", interval, excluded, test.TwoSided, alpha, significant)
		}
	})
}

func TestShiftFollowsAShiftAndTurnsWithTheSamples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := sample(1, 20).Draw(t, "x"), sample(1, 20).Draw(t, "y")
		was := must(stats.Shift(x, y, 0.9))
		moved := must(stats.Shift(x, mapped(y, func(v float64) float64 { return v + 3 }), 0.9))
		if moved.Estimate != was.Estimate+3 || moved.Low != was.Low+3 || moved.High != was.High+3 {
			t.Fatalf("shifted by 3: %v became %v", was, moved)
		}
		turned := must(stats.Shift(y, x, 0.9))
		if turned.Estimate != -was.Estimate || turned.Low != -was.High || turned.High != -was.Low {
			t.Fatalf("the samples turned round: %v became %v", was, turned)
		}
	})
}

func TestTheEstimateOfAShiftIsTheMedianOfAllDifferences(t *testing.T) {
	values := rapid.OneOf(rapid.Float64Range(-3, 3), rapid.Float64Range(-1e-300, 1e300), rapid.Map(rapid.IntRange(-2, 2), func(i int) float64 { return float64(i) }))
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(values, 1, 60).Draw(t, "x")
		y := rapid.SliceOfN(values, 1, 60).Draw(t, "y")
		var all []float64
		for _, a := range x {
			for _, b := range y {
				all = append(all, b-a)
			}
		}
		got := must(stats.Shift(x, y, 0.5))
		if want := must(stats.Quantile(all, 0.5)); got.Estimate != want || math.Signbit(got.Estimate) && got.Estimate == 0 {
			t.Fatalf("the estimate is %v, want %v", got.Estimate, want)
		}
		if !math.IsInf(got.Low, 0) && (!slices.Contains(all, got.Low) || !slices.Contains(all, got.High)) {
			t.Fatalf("the interval %v does not end at differences", got)
		}
	})
}

func TestShiftSaysWhenADifferenceIsBeyondTheRange(t *testing.T) {
	for _, s := range [][2][]float64{{{-1e308, 1}, {1e308}}, {{1e308}, {0, -1e308}}} {
		if _, err := stats.Shift(s[0], s[1], 0.95); err == nil {
			t.Errorf("of %v and %v there is a shift", s[0], s[1])
		}
	}
}

func TestShiftSaysWhenThereAreTooFew(t *testing.T) {
	// Three a side have C(6,3) = 20 deals: 90 % can be attained, 95 % cannot.
	x, y := []float64{1, 2, 3}, []float64{4, 6, 9}
	if got := must(stats.Shift(x, y, 0.90)); got.Reason != "" || got.Low != 1 || got.High != 8 {
		t.Errorf("at 90 %%: got %+v, want 1 to 8", got)
	}
	if got := must(stats.Shift(x, y, 0.95)); got.Reason == "" || !math.IsInf(got.Low, -1) {
		t.Errorf("at 95 %%: got %+v, want no bounds and a reason", got)
	}
}

func TestRankSumOfEqualValuesFindsNothing(t *testing.T) {
	for _, n := range []int{1, 5, 60} {
		same := make([]float64, n)
		if test := must(stats.RankSum(same, same)); test.Less != 1 || test.Greater != 1 || test.TwoSided != 1 {
			t.Errorf("%d zeros a side: got %+v, want p = 1", n, test)
		}
	}
}
