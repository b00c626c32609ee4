package stats

import (
	"fmt"
	"math"
	"slices"
	"sync"
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
// Cost: some microseconds; with ties 50 us at ten values a side and 10 ms at
// fifty, which is the worst.
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
	switch distinct := len(slices.Compact(slices.Sorted(slices.Values(ranks)))) == m+n; {
	case t.Exact && distinct:
		t.Less, t.Greater = dealsOfDistinct(m, n).tails(doubledSum / 2)
	case t.Exact:
		t.Less, t.Greater = deals(ranks, n).tails(doubledSum)
	default:
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
// Cost: some 10 us at ten values a side, 10 ms at ten thousand.
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
	x, y = slices.Sorted(slices.Values(x)), slices.Sorted(slices.Values(y))
	for _, end := range [][2]float64{{y[0], x[m-1]}, {y[n-1], x[0]}} {
		if math.IsInf(end[0]-end[1], 0) {
			return Interval{}, fmt.Errorf("shift between two samples: the difference of %g and %g is beyond the range of float64", end[0], end[1])
		}
	}

	tail := (1 - confidence) / 2
	var depth int
	var outside float64
	if max(m, n) <= exactLimit {
		depth, outside = dealsOfDistinct(m, n)[n*(n+1)/2:].depth(tail)
	} else {
		a, b := float64(m), float64(n)
		depth, outside = normalDepth(tail, a*b/2, math.Sqrt(a*b*(a+b+1)/12))
	}
	difference := func(i int) float64 { return nthDifference(x, y, i) }
	return rankInterval(difference, m*n, depth, outside, m+n, func() string {
		return fmt.Sprintf("%d and %d values are too few for a confidence of %.4g%%", m, n, 100*confidence)
	}), nil
}

// nthDifference returns the n-th of all differences y-x of values of two sorted
// samples, from 0 on, without making them: it halves the range of numbers, of
// which there are 2^64, until one is left.
func nthDifference(x, y []float64, n int) float64 {
	low, high := place(y[0]-x[len(x)-1]), place(y[len(y)-1]-x[0])
	for low < high {
		middle := low + (high-low)/2
		limit, upTo, from := number(middle), 0, 0
		for _, v := range y {
			for from < len(x) && v-x[from] > limit {
				from++
			}
			upTo += len(x) - from
		}
		if upTo > n {
			high = middle
		} else {
			low = middle + 1
		}
	}
	if d := number(low); d != 0 {
		return d
	}
	return 0 // and not -0
}

// place counts numbers from the lowest on, and number is its inverse.
func place(v float64) uint64 {
	if bits := math.Float64bits(v); bits>>63 == 1 {
		return ^bits
	} else {
		return bits | 1<<63
	}
}

func number(place uint64) float64 {
	if place>>63 == 1 {
		return math.Float64frombits(place &^ (1 << 63))
	}
	return math.Float64frombits(^place)
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

// known are the distributions of distinct ranks, by how many of them fall to each
// sample: a file has many benchmarks with equally many lines.
var known sync.Map

// dealsOfDistinct is the distribution of the sum of n of the ranks from 1 to m+n.
func dealsOfDistinct(m, n int) distribution {
	if d, ok := known.Load([2]int{m, n}); ok {
		return d.(distribution)
	}
	ranks := make([]int, m+n)
	for i := range ranks {
		ranks[i] = i + 1
	}
	d := deals(ranks, n)
	known.Store([2]int{m, n}, d)
	return d
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
