package stats

import "fmt"

// Equivalent reports whether the differences d are shown to lie within margin
// of zero on either side, with a chance of at most alpha to say so wrongly: two
// one-sided signed-rank tests, which is to ask whether the interval of
// confidence 1-2·alpha lies strictly inside (-margin, +margin). The interval is
// returned with the answer; where the differences are too few it is unbounded,
// and the answer no.
//
// No is not the opposite of yes. It may mean that the differences are large, or
// that they are too few or too noisy to tell.
//
// Source: Schuirmann, A comparison of the two one-sided tests procedure and the
// power approach, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987).
func Equivalent(d []float64, margin, alpha float64) (bool, Interval, error) {
	if !(margin > 0) {
		return false, Interval{}, fmt.Errorf("equivalence test: the margin is %v, want a positive number", margin)
	}
	if !(0 < alpha && alpha < 0.5) {
		return false, Interval{}, fmt.Errorf("equivalence test: alpha is %v, want a number between 0 and 0.5", alpha)
	}
	interval, err := HodgesLehmann(d, 1-2*alpha)
	if err != nil {
		return false, Interval{}, fmt.Errorf("equivalence test: %w", err)
	}
	return interval.Inside(-margin, margin), interval, nil
}
