package stats

import (
	"fmt"
	"math"
)

// LogRatios returns ln(a/b) for each pair. On this scale twice as slow and
// twice as fast lie equally far from zero, and steps add up.
// [Interval.Exp] leads back to ratios.
func LogRatios(a, b []float64) ([]float64, error) {
	if len(a) != len(b) {
		return nil, fmt.Errorf("log ratios: %d values over %d, want as many", len(a), len(b))
	}
	ratios := make([]float64, len(a))
	for i := range a {
		la, err := logOf(a, i)
		if err != nil {
			return nil, fmt.Errorf("log ratios: numerators: %w", err)
		}
		lb, err := logOf(b, i)
		if err != nil {
			return nil, fmt.Errorf("log ratios: denominators: %w", err)
		}
		ratios[i] = la - lb
	}
	return ratios, nil
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
