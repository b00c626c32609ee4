package stats

import (
	"fmt"
	"math"
)

// Pairs returns how many pairs a one-sided [SignedRank] test at level alpha
// needs to find a change by the factor 1+delta with probability power, when the
// log-ratios of pairs have the standard deviation sigma:
//
//	n = π/3 · ((z(alpha) + z(power)) · sigma / ln(1+delta))²
//
// and never fewer than the 1/2ⁿ ≤ alpha that the test can attain at all. delta
// is 0.03 for 3 %. π/3 is the price of ranks over means where values are
// normal; where their tails are heavier, ranks need fewer pairs than this.
//
// Source: Noether, Sample size determination for some common nonparametric
// tests, Journal of the American Statistical Association 82 (1987), with the
// asymptotic relative efficiency 3/π of Hodges and Lehmann (1956).
func Pairs(sigma, delta, alpha, power float64) (int, error) {
	if err := powerInput(sigma, alpha, power); err != nil {
		return 0, fmt.Errorf("number of pairs: %w", err)
	}
	if !(delta > 0) || math.IsInf(delta, 1) {
		return 0, fmt.Errorf("number of pairs: the change to find is %v, want a positive number", delta)
	}
	effect := math.Log1p(delta)
	z := normalQuantile(1-alpha) + normalQuantile(power)
	n := math.Ceil(math.Pi / 3 * z * z * sigma / effect * sigma / effect)
	if n > math.MaxInt32 {
		return 0, fmt.Errorf("number of pairs: a change of %.3g%% in noise of %.3g needs %.3g, more than can be run", 100*delta, sigma, n)
	}
	return max(int(n), fewestPairs(alpha)), nil
}

// MinimumDetectable returns the smallest change that n pairs find with
// probability power, in the terms of [Pairs]: 0.03 for a factor of 1.03. It is
// +Inf when so few pairs cannot reach alpha, whatever the change.
func MinimumDetectable(sigma float64, n int, alpha, power float64) (float64, error) {
	if err := powerInput(sigma, alpha, power); err != nil {
		return 0, fmt.Errorf("minimum detectable change: %w", err)
	}
	if n < fewestPairs(alpha) {
		return math.Inf(1), nil
	}
	z := normalQuantile(1-alpha) + normalQuantile(power)
	return math.Expm1(z * sigma * math.Sqrt(math.Pi/3/float64(n))), nil
}

// fewestPairs returns the least n with 1/2ⁿ ≤ alpha.
func fewestPairs(alpha float64) int {
	n := 1
	for math.Ldexp(1, -n) > alpha {
		n++
	}
	return n
}

func powerInput(sigma, alpha, power float64) error {
	if !(sigma >= 0) || math.IsInf(sigma, 1) {
		return fmt.Errorf("the standard deviation is %v, want a finite number of at least 0", sigma)
	}
	if err := openUnit("alpha", alpha); err != nil {
		return err
	}
	if err := openUnit("power", power); err != nil {
		return err
	}
	if alpha >= power {
		return fmt.Errorf("the power %v is not above alpha %v: a coin would do", power, alpha)
	}
	return nil
}
