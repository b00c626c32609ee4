package stats

import (
	"fmt"
	"math"
	"slices"
)

// Quantile returns the value below which the share q of the sample x lies,
// interpolated between its neighbours: type 7 of Hyndman and Fan, the default
// of R, NumPy and spreadsheets. q = 0 is the smallest value, 1 the largest.
//
// Source: Hyndman, Fan, Sample quantiles in statistical packages, The American
// Statistician 50 (1996).
func Quantile(x []float64, q float64) (float64, error) {
	if err := finiteSample(x); err != nil {
		return 0, fmt.Errorf("quantile: %w", err)
	}
	if !(0 <= q && q <= 1) {
		return 0, fmt.Errorf("quantile: the share is %v, want a number from 0 to 1", q)
	}
	sorted := slices.Clone(x)
	slices.Sort(sorted)
	return quantileSorted(sorted, q), nil
}

func quantileSorted(sorted []float64, q float64) float64 {
	place := q * float64(len(sorted)-1)
	below := int(place)
	low, high := sorted[below], sorted[min(below+1, len(sorted)-1)]
	if part := place - float64(below); part > 0 && low != high {
		if part == 0.5 {
			return midpoint(low, high)
		}
		// Not low + part*(high-low): the difference can overflow.
		return min(high, max(low, (1-part)*low+part*high))
	}
	return low
}

// Median returns the median of x with the interval between two of the sample's
// own values, which holds whatever the distribution: the number of values below
// the true median is a count of coin flips. n values carry a confidence of at
// most 1-2^(1-n); asked for more, the interval is unbounded and says so.
//
// Source: Thompson, On confidence ranges for the median and other expectation
// distributions for populations of unknown distribution form, Annals of
// Mathematical Statistics 7 (1936).
func Median(x []float64, confidence float64) (Interval, error) {
	if err := intervalInput(x, confidence); err != nil {
		return Interval{}, fmt.Errorf("median: %w", err)
	}
	n := len(x)
	heads := make(distribution, n+1)
	for k := range heads {
		heads[k] = binomial(n, k, 0.5)
	}
	depth, outside := heads.depth((1 - confidence) / 2)
	return rankInterval(indexed(slices.Sorted(slices.Values(x))), n, depth, outside, n, func() string {
		most := 1 - math.Ldexp(1, 1-n)
		return fmt.Sprintf("%d values carry a confidence of at most %.4g%%, %.4g%% was asked for", n, 100*most, 100*confidence)
	}), nil
}
