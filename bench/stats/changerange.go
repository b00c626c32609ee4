package stats

// rangeQuantile is the likelihood ratio that the true place of a change stays
// below with a probability of 95 %: c in (1-exp(-c/2))² = 0.95.
const rangeQuantile = 7.352277

// changeRange bounds the place of the one change in x: every place at which two
// constant levels fit the values almost as well as they do at the best one, by
// the likelihood ratio for normal noise, and the place found for it. The limit
// is that of small changes, whose place is least certain; for larger ones the
// confidence is above 95 %. Simulated changes that a search had found lay in
// their range in 88 to 99 %, least where most of their like were missed.
//
// Source: Siegmund, Confidence sets in change-point problems, International
// Statistical Review 56 (1988); the quantile: Hansen, Sample splitting and
// threshold estimation, Econometrica 68 (2000), table I.
func changeRange(x []float64, found int) (first, last int) {
	misfit := misfits(x)
	least := misfit[found]
	for t := 1; t < len(x); t++ {
		least = min(least, misfit[t])
	}
	variance := least / float64(max(1, len(x)-2))
	first, last = found, found
	for t := 1; t < len(x); t++ {
		if misfit[t] <= least+rangeQuantile*variance {
			first, last = min(first, t), max(last, t)
		}
	}
	return first, last
}

// misfits returns, for every place t from 1 on, the sum of squares that x[:t]
// and x[t:] are away from their two means.
func misfits(x []float64) []float64 {
	sums := make([]float64, len(x))
	var left, right spread
	for i, v := range x[:len(x)-1] {
		left.add(v)
		sums[i+1] += left.squares
	}
	for i := len(x) - 1; i > 0; i-- {
		right.add(x[i])
		sums[i] += right.squares
	}
	return sums
}

// A spread is the sum of squares of values around their mean, one value after
// another, as in Welford, Note on a method for calculating corrected sums of
// squares and products, Technometrics 4 (1962).
type spread struct {
	n, mean, squares float64
}

func (s *spread) add(v float64) {
	s.n++
	away := v - s.mean
	s.mean += away / s.n
	s.squares += away * (v - s.mean)
}
