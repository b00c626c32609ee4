package stats

import (
	"fmt"
	"math"
	"slices"
)

// RankSum tests whether the values of y lie above or below those of x, where
// the two were not taken in pairs. Greater is the p-value against "y lies
// above x". The statistic is U, the number of pairs (x, y) in which y is the
// larger, equal values counting one half.
//
// Up to 50 values a side the p-values are exact, also with ties: they count the
// ways of dealing the observed mid-ranks to the two sides. Beyond they come
// from the normal approximation with its correction for ties and continuity.
// Use [SignedRank] wherever values come in pairs: drift that both halves of a
// pair share is noise here and cancels there.
//
// Cost: some 0.1 ms at ten values a side, 30 ms at fifty, which is the worst.
//
// Source: Mann, Whitney, On a test of whether one of two random variables is
// stochastically larger than the other, Annals of Mathematical Statistics 18
// (1947); Hollander, Wolfe, Chicken (2014), section 4.1.
func RankSum(x, y []float64) (Test, error) {
	if err := twoSamples(x, y); err != nil {
		return Test{}, fmt.Errorf("rank sum test: %w", err)
	}
	m, n := len(x), len(y)
	ranks := doubledRanks(slices.Concat(x, y))
	doubledSum := 0
	for _, r := range ranks[m:] {
		doubledSum += r
	}

	// The least that the ranks of y can add up to is where U is 0.
	base := float64(n*(n+1)) / 2
	t := Test{N: m + n, Statistic: float64(doubledSum)/2 - base, Exact: max(m, n) <= exactLimit}
	if t.Exact {
		t.Less, t.Greater = deals(ranks, n).tails(doubledSum)
	} else {
		// Drawing n of the ranks without replacement.
		total := float64(m + n)
		var mean, squares float64
		for _, r := range ranks {
			mean += float64(r) / 2 / total
		}
		for _, r := range ranks {
			squares += (float64(r)/2 - mean) * (float64(r)/2 - mean)
		}
		if squares == 0 { // every value equals every other
			t.Less, t.Greater = 1, 1
		} else {
			sd := math.Sqrt(float64(m) * float64(n) / total / (total - 1) * squares)
			t.Less, t.Greater = normalTails(t.Statistic, float64(n)*mean-base, sd)
		}
	}
	t.TwoSided = min(1, 2*min(t.Less, t.Greater))
	return t, nil
}

// Shift estimates by how much the values of y lie above those of x, where the
// two were not taken in pairs: the median of all differences y-x. Its interval
// is the one that belongs to [RankSum], exact up to 50 values a side and a
// normal approximation beyond; with ties it covers with the confidence asked or
// more. When the values are too few it is unbounded and says so.
//
// Cost: len(x) times len(y) values are kept and sorted.
//
// Source: Hodges, Lehmann (1963); Hollander, Wolfe, Chicken (2014), sections
// 4.2 and 4.3.
func Shift(x, y []float64, confidence float64) (Interval, error) {
	err := twoSamples(x, y)
	if err == nil {
		err = openUnit("confidence", confidence)
	}
	if err != nil {
		return Interval{}, fmt.Errorf("shift between two samples: %w", err)
	}
	m, n := len(x), len(y)
	differences := make([]float64, 0, m*n)
	for _, a := range x {
		for _, b := range y {
			d := b - a
			if math.IsInf(d, 0) {
				return Interval{}, fmt.Errorf("shift between two samples: the difference of %g and %g is beyond the range of float64", b, a)
			}
			differences = append(differences, d)
		}
	}

	tail := (1 - confidence) / 2
	var depth int
	var outside float64
	if max(m, n) <= exactLimit {
		ranks := make([]int, m+n)
		for i := range ranks {
			ranks[i] = i + 1
		}
		depth, outside = deals(ranks, n)[n*(n+1)/2:].depth(tail)
	} else {
		a, b := float64(m), float64(n)
		depth, outside = normalDepth(tail, a*b/2, math.Sqrt(a*b*(a+b+1)/12))
	}
	return rankInterval(differences, depth, outside, m+n, func() string {
		return fmt.Sprintf("%d and %d values are too few for a confidence of %.4g%%", m, n, 100*confidence)
	}), nil
}

// twoSamples says what makes x or y no sample, or nil.
func twoSamples(x, y []float64) error {
	if err := finiteSample(x); err != nil {
		return fmt.Errorf("first sample: %w", err)
	}
	if err := finiteSample(y); err != nil {
		return fmt.Errorf("second sample: %w", err)
	}
	return nil
}

// deals returns the distribution of the sum of n ranks drawn from all without
// replacement, every draw being equally likely. It counts draws rank by rank.
// No count is subtracted from another, so each is right to fourteen digits.
func deals(ranks []int, n int) distribution {
	sorted := slices.Sorted(slices.Values(ranks))
	largest := 0
	for _, r := range sorted[len(sorted)-n:] {
		largest += r
	}
	ways := make([]distribution, n+1) // by how many are drawn, by their sum
	for k := range ways {
		ways[k] = make(distribution, largest+1)
	}
	ways[0][0] = 1
	for seen, r := range sorted {
		for k := min(n, seen+1); k >= 1; k-- {
			from, to := ways[k-1], ways[k]
			for sum := r; sum <= min(largest, k*r); sum++ { // no rank so far is above r
				to[sum] += from[sum-r]
			}
		}
	}
	drawn := ways[n]
	all := 0.0
	for _, w := range drawn {
		all += w
	}
	for sum := range drawn {
		drawn[sum] /= all
	}
	return drawn
}
