package trial

import (
	"math"

	"github.com/poolbench/poolbench/bench/stats"
)

// Detectable returns the smallest slowdown, 0.03 for 3 %, that is found with
// probability Power by an arm of that noise: it must be a suspect after screen
// pairs, and confirm pairs must show it, among so many suspects, with an estimate
// of theta or more. It is +Inf when so few pairs cannot show anything.
//
// The estimate is taken as normal with variance π/3 · sigma² / n, where π/3 is the
// price of ranks over means (Noether, Sample size determination for some common
// nonparametric tests, Journal of the American Statistical Association 82, 1987);
// the last look of the confirm stage, at all of its pairs, stands for all. Where
// tails are heavier than normal ranks do better than this.
func (r Rules) Detectable(sigma, theta float64, screen, confirm, suspects int) float64 {
	alpha := r.confirmAlpha() / float64(max(1, suspects))
	if screen < stats.FewestPairs(r.ScreenAlpha) || confirm < stats.FewestPairs(alpha) {
		return math.Inf(1)
	}
	if sigma == 0 {
		return theta
	}
	margin := math.Log1p(theta)
	low, high := 0.0, 20.0
	for high-low > 1e-7 {
		effect := (low + high) / 2
		if r.found(effect, sigma, margin, alpha, screen, confirm) < r.Power {
			low = effect
		} else {
			high = effect
		}
	}
	return math.Expm1(high)
}

// found is the probability that an effect passes both stages.
func (r Rules) found(effect, sigma, margin, alpha float64, screen, confirm int) float64 {
	passes := func(alpha, least float64, n int) float64 {
		se := sigma * math.Sqrt(math.Pi/3/float64(n))
		return stats.NormalTail((max(least, stats.NormalTailQuantile(alpha)*se) - effect) / se)
	}
	return passes(r.ScreenAlpha, r.SuspectShare*margin, screen) * passes(alpha, margin, confirm)
}
