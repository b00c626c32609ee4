package stats

import (
	"errors"
	"fmt"
)

// TheilSen returns the slope of y over x: the median of the slopes between any
// two points, which up to 29 % of points that lie anywhere do not move far. It
// needs two points with different x, and takes time and memory in the square of
// their number.
//
// Source: Sen, Estimates of the regression coefficient based on Kendall's tau,
// Journal of the American Statistical Association 63 (1968).
func TheilSen(x, y []float64) (float64, error) {
	if len(x) != len(y) {
		return 0, fmt.Errorf("slope: %d places and %d values, want as many", len(x), len(y))
	}
	for _, v := range [][]float64{x, y} {
		if err := finiteSample(v); err != nil {
			return 0, fmt.Errorf("slope: %w", err)
		}
	}
	var slopes []float64
	for i := range x {
		for j := range i {
			if x[i] != x[j] {
				slopes = append(slopes, (y[i]-y[j])/(x[i]-x[j]))
			}
		}
	}
	if len(slopes) == 0 {
		return 0, errors.New("slope: all points lie at one place, want two places or more")
	}
	slope, err := Quantile(slopes, 0.5)
	if err != nil {
		return 0, fmt.Errorf("slope: %w", err)
	}
	return slope, nil
}
