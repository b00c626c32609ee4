package stats

import (
	"fmt"
	"math"
)

// ClopperPearson returns the share of successes among trials with its exact
// interval: 17 of 20 is 0.85, and at 95 % the true share lies from 0.62 to
// 0.97. It covers with the confidence asked or more, whatever the true share.
//
// Source: Clopper, Pearson, The use of confidence or fiducial limits
// illustrated in the case of the binomial, Biometrika 26 (1934).
func ClopperPearson(successes, trials int, confidence float64) (Interval, error) {
	if trials < 1 || successes < 0 || successes > trials {
		return Interval{}, fmt.Errorf("binomial interval: %d of %d, want at least one trial and no more successes than trials", successes, trials)
	}
	if err := openUnit("confidence", confidence); err != nil {
		return Interval{}, fmt.Errorf("binomial interval: %w", err)
	}
	tail := (1 - confidence) / 2
	share := Interval{
		Estimate: float64(successes) / float64(trials), Low: 0, High: 1,
		Confidence: confidence, N: trials,
	}
	if successes > 0 {
		share.Low = rootOf(func(p float64) float64 { return binomialAtLeast(trials, successes, p) - tail })
	}
	if successes < trials {
		share.High = rootOf(func(p float64) float64 { return binomialAtLeast(trials, successes+1, p) - (1 - tail) })
	}
	return share, nil
}

// binomialAtLeast returns the probability of k successes or more among n, each
// of probability p. It sums the tail that k begins or ends, going away from the
// centre, until a term adds nothing.
func binomialAtLeast(n, k int, p float64) float64 {
	sum := 0.0
	odds := p / (1 - p)
	if float64(k) > p*float64(n) {
		for i, term := k, binomial(n, k, p); i <= n && sum+term > sum; i++ {
			sum += term
			term *= odds * float64(n-i) / float64(i+1)
		}
		return sum
	}
	for i, term := k-1, binomial(n, k-1, p); i >= 0 && sum+term > sum; i-- {
		sum += term
		term *= float64(i) / float64(n-i+1) / odds
	}
	return 1 - sum
}

// binomial returns the probability of exactly k successes among n, each of
// probability p, which lies strictly between 0 and 1.
func binomial(n, k int, p float64) float64 {
	lgamma := func(x int) float64 {
		v, _ := math.Lgamma(float64(x))
		return v
	}
	ways := lgamma(n+1) - lgamma(k+1) - lgamma(n-k+1)
	return math.Exp(ways + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
}

// rootOf returns where in (0, 1) the increasing function f crosses zero, to the
// last bit that bisection can tell.
func rootOf(f func(float64) float64) float64 {
	low, high := 0.0, 1.0
	for {
		middle := low + (high-low)/2
		if middle == low || middle == high {
			return middle
		}
		if f(middle) < 0 {
			low = middle
		} else {
			high = middle
		}
	}
}
