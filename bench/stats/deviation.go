package stats

import (
	"errors"
	"fmt"
	"math"
)

// StandardDeviation returns the standard deviation of the sample x, with n-1 in
// the denominator. It needs two values.
func StandardDeviation(x []float64) (float64, error) {
	if err := finiteSample(x); err != nil {
		return 0, fmt.Errorf("standard deviation: %w", err)
	}
	if len(x) < 2 {
		return 0, errors.New("standard deviation: one value has none, want two or more")
	}
	mean := 0.0
	for i, v := range x {
		mean += v/float64(i+1) - mean/float64(i+1)
	}
	distance := 0.0
	for _, v := range x {
		distance = math.Hypot(distance, v-mean)
	}
	if math.IsInf(distance, 1) {
		return 0, errors.New("standard deviation: it is beyond the range of float64")
	}
	return distance / math.Sqrt(float64(len(x)-1)), nil
}
