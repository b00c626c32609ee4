package stats

import "math"

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

// Exp turns an interval of log-ratios into one of ratios. An unbounded one
// becomes the interval from 0 to +Inf.
func (i Interval) Exp() Interval {
	i.Estimate, i.Low, i.High = math.Exp(i.Estimate), math.Exp(i.Low), math.Exp(i.High)
	return i
}
