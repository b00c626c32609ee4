package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

// Depression scores of nine patients before and after therapy: Hollander and
// Wolfe, Nonparametric Statistical Methods (1973), table 3.1.
var (
	before = []float64{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30}
	after  = []float64{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29}
)

func TestSignedRankAgreesWithThePublishedExample(t *testing.T) {
	test := must(stats.SignedRank(differences(before, after)))
	want := stats.Test{N: 9, Statistic: 40, Greater: 10. / 512, Less: 505. / 512, TwoSided: 20. / 512, Exact: true}
	if test != want {
		t.Errorf("got %+v, want %+v", test, want)
	}
}

func TestSignedRankAgreesWithTablesOfCriticalValues(t *testing.T) {
	// The largest sum of ranks still significant, one-sided; from the tables of
	// Wilcoxon (1945) and McCornack, Extended tables of the Wilcoxon matched
	// pair signed rank statistic, JASA 60 (1965); computed with R's qsignrank.
	for _, row := range []struct {
		n        int
		alpha    float64
		critical int
	}{
		{5, .05, 0}, {6, .05, 2}, {7, .05, 3}, {8, .05, 5}, {9, .05, 8}, {10, .05, 10}, {12, .05, 17},
		{15, .05, 30}, {20, .05, 60}, {25, .05, 100}, {30, .05, 151}, {40, .05, 286}, {50, .05, 466},
		{6, .025, 0}, {8, .025, 3}, {10, .025, 8}, {15, .025, 25}, {20, .025, 52}, {30, .025, 137}, {50, .025, 434},
		{8, .005, 0}, {10, .005, 3}, {20, .005, 37}, {30, .005, 109}, {40, .005, 220}, {50, .005, 373},
	} {
		if p := must(stats.SignedRank(withRankSum(row.n, row.critical))).Less; p > row.alpha {
			t.Errorf("n=%d: a rank sum of %d has p=%v, want at most %v", row.n, row.critical, p, row.alpha)
		}
		if p := must(stats.SignedRank(withRankSum(row.n, row.critical+1))).Less; p <= row.alpha {
			t.Errorf("n=%d: a rank sum of %d has p=%v, want above %v", row.n, row.critical+1, p, row.alpha)
		}
	}
}

// withRankSum returns n differences without ties whose positive ranks add up
// to sum.
func withRankSum(n, sum int) []float64 {
	d := make([]float64, n)
	for rank := n; rank >= 1; rank-- {
		d[rank-1] = -float64(rank)
		if rank <= sum {
			d[rank-1] = float64(rank)
			sum -= rank
		}
	}
	return d
}

func TestSignedRankCountsEverySignPatternWithTiesAndZeros(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := floats(rapid.SliceOfN(rapid.IntRange(-4, 4), 1, 11).Draw(t, "d"))
		got := must(stats.SignedRank(d))
		less, greater := enumerateSigns(d)
		near(t, "Less", got.Less, less, 1e-15)
		near(t, "Greater", got.Greater, greater, 1e-15)
	})
}

// enumerateSigns gives the non-zero values of d all 2^n patterns of signs, and
// returns the shares whose W+ is at most, and at least, that of d.
func enumerateSigns(d []float64) (atMost, atLeast float64) {
	var nonzero []float64
	for _, v := range d {
		if v != 0 {
			nonzero = append(nonzero, v)
		}
	}
	// The mid-rank of a magnitude is the number below it, half of its equals,
	// and a half.
	rankSum := func(positive func(i int) bool) (sum float64) {
		for i, v := range nonzero {
			rank := 0.5
			for _, w := range nonzero {
				switch a, b := math.Abs(w), math.Abs(v); {
				case a < b:
					rank++
				case a == b:
					rank += 0.5
				}
			}
			if positive(i) {
				sum += rank
			}
		}
		return sum
	}
	observed := rankSum(func(i int) bool { return nonzero[i] > 0 })
	patterns := 1 << len(nonzero)
	for pattern := range patterns {
		sum := rankSum(func(i int) bool { return pattern>>i&1 == 1 })
		if sum <= observed {
			atMost++
		}
		if sum >= observed {
			atLeast++
		}
	}
	return atMost / float64(patterns), atLeast / float64(patterns)
}

func TestSignedRankBeyondExactAgreesWithR(t *testing.T) {
	// wilcox.test(d, exact = FALSE) of R 4.2, with ties and zeros, and without.
	d := make([]float64, 60)
	for i := range d {
		d[i] = float64((i+1)*37%23-9) / 4
	}
	tied := must(stats.SignedRank(d))
	near(t, "statistic with ties", tied.Statistic, 1145.5, 0)
	near(t, "Greater with ties", tied.Greater, 0.012437873706676868, 1e-12)
	near(t, "Less with ties", tied.Less, 0.98780963109144027, 1e-12)
	if tied.N != 58 || tied.Exact {
		t.Errorf("got N=%d Exact=%v, want 58 values beyond two zeros, approximately", tied.N, tied.Exact)
	}
	for i := range d {
		d[i] = 3*math.Sin(float64(i+1)) + 0.4
	}
	untied := must(stats.SignedRank(d))
	near(t, "statistic", untied.Statistic, 1168, 0)
	near(t, "Greater", untied.Greater, 0.03152740891173357, 1e-12)
}

func TestSignedRankOfZerosFindsNothing(t *testing.T) {
	want := stats.Test{Greater: 1, Less: 1, TwoSided: 1, Exact: true}
	if got := must(stats.SignedRank([]float64{0, 0, math.Copysign(0, -1)})); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestSignedRankKeepsItsFalseAlarmRate(t *testing.T) {
	const experiments, pairs, alpha = 4000, 12, 0.05
	rng := rand.New(rand.NewPCG(1, 2))
	alarms := 0
	for range experiments {
		d := make([]float64, pairs)
		for i := range d {
			d[i] = math.Pow(rng.NormFloat64(), 3) // heavy tails
		}
		if must(stats.SignedRank(d)).Greater <= alpha {
			alarms++
		}
	}
	rate := must(stats.ClopperPearson(alarms, experiments, 0.999))
	const attainable = 191. / 4096 // the largest p-value of twelve pairs below alpha
	if !rate.Covers(attainable) {
		t.Errorf("%d false alarms in %d, want a rate of %.4f", alarms, experiments, attainable)
	}
}

func TestFewerPairsThanTheFewestReachNothing(t *testing.T) {
	for _, alpha := range []float64{0.5, 0.25, 0.1, 0.05, 0.01, 0.005, 0.001} {
		n := stats.FewestPairs(alpha)
		for pairs, want := range map[int]bool{n: true, n - 1: false} {
			if pairs == 0 {
				continue
			}
			alike := withRankSum(pairs, pairs*(pairs+1)/2)
			if p := must(stats.SignedRank(alike)).Greater; (p <= alpha) != want {
				t.Errorf("alpha %v: %d pairs that all point the same way have p = %v", alpha, pairs, p)
			}
		}
	}
}

func TestSignedRankHasItsInvariances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := sample(1, 60).Draw(t, "d")
		test := must(stats.SignedRank(d))

		flipped := must(stats.SignedRank(mapped(d, func(v float64) float64 { return -v })))
		near(t, "flipping signs: Less", flipped.Less, test.Greater, 1e-12)
		near(t, "flipping signs: Greater", flipped.Greater, test.Less, 1e-12)
		near(t, "flipping signs: TwoSided", flipped.TwoSided, test.TwoSided, 1e-12)

		if scaled := must(stats.SignedRank(mapped(d, func(v float64) float64 { return 8 * v }))); scaled != test {
			t.Fatalf("scaling changed %+v to %+v", test, scaled)
		}
		if shuffled := must(stats.SignedRank(rapid.Permutation(d).Draw(t, "shuffled"))); !close(shuffled.Less, test.Less, 1e-12) {
			t.Fatalf("another order changed %+v to %+v", test, shuffled)
		}
		up := must(stats.SignedRank(mapped(d, func(v float64) float64 { return v + 1000 })))
		if up.Greater > test.Greater*(1+1e-12) && up.N == test.N {
			t.Fatalf("shifting up raised the p-value against it from %v to %v", test.Greater, up.Greater)
		}
	})
}

func ExampleSignedRank() {
	// Seconds of a job, five times, each build's turn decided by a coin.
	base := []float64{1.02, 0.98, 1.01, 1.05, 0.99}
	head := []float64{1.09, 1.06, 1.11, 1.10, 1.08}

	ratios := make([]float64, len(head))
	for i := range head {
		ratios[i] = head[i] / base[i]
	}
	test, err := stats.SignedRank(stats.Logs(ratios))
	if err != nil {
		panic(err)
	}
	fmt.Printf("slower in %d of %d pairs, one-sided p = %.3f\n", 5, test.N, test.Greater)
	// Output: slower in 5 of 5 pairs, one-sided p = 0.031
}
