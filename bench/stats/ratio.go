package stats

import (
	"fmt"
	"math"
)

// Logs returns the natural logarithms of ratios. On this scale twice as slow
// and twice as fast lie equally far from zero, and steps add up. What has no
// finite logarithm is left out, so that there may be fewer than there are
// ratios. [Interval.Exp] leads back.
func Logs(ratios []float64) []float64 {
	logs := make([]float64, 0, len(ratios))
	for _, r := range ratios {
		if l := math.Log(r); !math.IsNaN(l) && !math.IsInf(l, 0) {
			logs = append(logs, l)
		}
	}
	return logs
}

// GeometricMean returns the n-th root of the product of the n values of x.
func GeometricMean(x []float64) (float64, error) {
	if err := finiteSample(x); err != nil {
		return 0, fmt.Errorf("geometric mean: %w", err)
	}
	sum := 0.0
	for i := range x {
		l, err := logOf(x, i)
		if err != nil {
			return 0, fmt.Errorf("geometric mean: %w", err)
		}
		sum += l
	}
	return math.Exp(sum / float64(len(x))), nil
}

// logOf returns the logarithm of the i-th value, which must be positive.
func logOf(x []float64, i int) (float64, error) {
	if v := x[i]; !(v > 0) || math.IsInf(v, 1) {
		return 0, fmt.Errorf("value %d of %d is %v, want positive finite values", i+1, len(x), v)
	}
	return math.Log(x[i]), nil
}

// Exp turns an interval of log-ratios into one of ratios. An unbounded one
// becomes the interval from 0 to +Inf.
func (i Interval) Exp() Interval {
	i.Estimate, i.Low, i.High = math.Exp(i.Estimate), math.Exp(i.Low), math.Exp(i.High)
	return i
}
