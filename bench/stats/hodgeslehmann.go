package stats

import (
	"fmt"
	"math"
	"slices"
)

// HodgesLehmann estimates the centre of the differences d by the median of
// their Walsh averages, the means of every two of them, each with itself
// included. Its interval is the one that belongs to [SignedRank]: without ties
// and zeros it excludes zero exactly when the two-sided p-value is at most
// 1-confidence. With ties it still covers with the confidence asked or more,
// because its ends are included.
//
// The interval is exact up to 50 differences and a normal approximation beyond.
// n differences carry a confidence of at most 1-2^(1-n); asked for more, the
// interval is unbounded and says so.
//
// Cost: n(n+1)/2 values are kept and sorted, so this is for thousands of
// differences, not millions.
//
// Source: Hodges, Lehmann, Estimates of location based on rank tests, Annals of
// Mathematical Statistics 34 (1963); the closed interval under ties: Noether,
// Wilcoxon confidence intervals for location parameters in the discrete case,
// Journal of the American Statistical Association 62 (1967).
func HodgesLehmann(d []float64, confidence float64) (Interval, error) {
	if err := intervalInput(d, confidence); err != nil {
		return Interval{}, fmt.Errorf("Hodges-Lehmann estimate: %w", err)
	}
	n := len(d)
	averages := make([]float64, 0, n*(n+1)/2)
	for i, a := range d {
		for _, b := range d[i:] {
			averages = append(averages, midpoint(a, b))
		}
	}

	tail := (1 - confidence) / 2
	var depth int
	var outside float64
	if n <= exactLimit {
		ranks := make([]int, n)
		for i := range ranks {
			ranks[i] = i + 1
		}
		depth, outside = signFlips(ranks).depth(tail)
	} else {
		k := float64(n)
		depth, outside = normalDepth(tail, k*(k+1)/4, math.Sqrt(k*(k+1)*(2*k+1)/24))
	}
	most := 1 - math.Ldexp(1, 1-n)
	slices.Sort(averages)
	return rankInterval(indexed(averages), len(averages), depth, outside, n, func() string {
		return fmt.Sprintf("%d differences carry a confidence of at most %.4g%%, %.4g%% was asked for", n, 100*most, 100*confidence)
	}), nil
}

// normalDepth approximates [distribution.depth] for a sum of ranks.
func normalDepth(tail, mean, sd float64) (outcomes int, probability float64) {
	outcomes = max(0, int(math.Floor(mean+0.5-NormalTailQuantile(tail)*sd)))
	if outcomes == 0 {
		return 0, 0
	}
	probability, _ = normalTails(float64(outcomes-1), mean, sd)
	return outcomes, probability
}

// rankInterval makes an interval of the pairwise estimates that a rank test
// counts, of which the i-th smallest is estimate(i): their median, and what is
// left when depth-1 of them are cut off either end, an event of probability
// outside lying beyond each.
func rankInterval(estimate func(i int) float64, count, depth int, outside float64, n int, tooFew func() string) Interval {
	centre := midpoint(estimate((count-1)/2), estimate(count/2))
	if depth == 0 {
		return unbounded(centre, n, tooFew())
	}
	return Interval{
		Estimate: centre, Low: estimate(depth - 1), High: estimate(count - depth),
		Confidence: 1 - 2*outside, N: n,
	}
}

// indexed looks up sorted values.
func indexed(sorted []float64) func(i int) float64 {
	return func(i int) float64 { return sorted[i] }
}

// midpoint returns the mean of a and b, also where their sum overflows.
func midpoint(a, b float64) float64 {
	if sum := a + b; !math.IsInf(sum, 0) {
		return sum / 2
	}
	return a/2 + b/2
}
