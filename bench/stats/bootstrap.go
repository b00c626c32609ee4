package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Bootstrap returns statistic(samples) with its percentile interval: the
// statistic is taken again of so many replicates, in each of which every sample
// is drawn anew from itself with replacement, and the interval cuts the same
// share off either end. The seed of rng decides the result, which is the same
// on every machine. Statistic must not keep or modify its argument; it may
// return an infinity for a value that lies out of sight, but no NaN.
//
// The percentile interval is approximate and errs on the narrow side when
// samples are small. Where it could only be made up, it is refused: a sample of
// n values has C(2n-1, n) different replicates, and when these are fewer than
// 2/(1-confidence) the interval is unbounded and says so. At 95 % that asks for
// 5 values in each sample; 10 and more are better.
//
// Source: Efron, Tibshirani, An Introduction to the Bootstrap (1993), chapter
// 13; the number of replicates: Hall, The Bootstrap and Edgeworth Expansion
// (1992), appendix I.
func Bootstrap(rng *rand.Rand, samples [][]float64, replicates int, confidence float64, statistic func(samples [][]float64) (float64, error)) (Interval, error) {
	if err := openUnit("confidence", confidence); err != nil {
		return Interval{}, fmt.Errorf("bootstrap: %w", err)
	}
	if len(samples) == 0 {
		return Interval{}, fmt.Errorf("bootstrap: no samples")
	}
	// An interval with this many left out at either end must leave some.
	tail := (1 - confidence) / 2
	cut := int(tail * float64(replicates+1))
	if cut < 1 {
		return Interval{}, fmt.Errorf("bootstrap: %d replicates have no %.4g%% to cut off either end, want at least %.0f", replicates, 100*tail, math.Ceil(1/tail)-1)
	}
	smallest := len(samples[0])
	for i, sample := range samples {
		if err := finiteSample(sample); err != nil {
			return Interval{}, fmt.Errorf("bootstrap: sample %d of %d: %w", i+1, len(samples), err)
		}
		smallest = min(smallest, len(sample))
	}
	evaluate := func(samples [][]float64) (float64, error) {
		v, err := statistic(samples)
		if err == nil && math.IsNaN(v) {
			err = fmt.Errorf("is NaN")
		}
		if err != nil {
			return 0, fmt.Errorf("bootstrap: the statistic: %w", err)
		}
		return v, nil
	}

	estimate, err := evaluate(samples)
	if err != nil {
		return Interval{}, err
	}
	if distinctReplicates(smallest) < 1/tail {
		return unbounded(estimate, smallest, fmt.Sprintf("a sample of %d is too small to be drawn anew for a confidence of %.4g%%", smallest, 100*confidence)), nil
	}
	replicate := make([][]float64, len(samples))
	for i, sample := range samples {
		replicate[i] = make([]float64, len(sample))
	}
	values := make([]float64, replicates)
	for r := range values {
		for i, sample := range samples {
			for j := range replicate[i] {
				replicate[i][j] = sample[rng.IntN(len(sample))]
			}
		}
		if values[r], err = evaluate(replicate); err != nil {
			return Interval{}, err
		}
	}
	slices.Sort(values)
	return Interval{
		Estimate: estimate, Low: values[cut-1], High: values[replicates-cut],
		Confidence: confidence, N: smallest,
	}, nil
}

// distinctReplicates returns C(2n-1, n): in how many ways n values can be drawn
// from n with replacement, order aside.
func distinctReplicates(n int) float64 {
	count := 1.0
	for k := 1; k < n; k++ {
		count = count * float64(n+k) / float64(k)
	}
	return count
}
