package stats

import (
	"fmt"
	"math"
)

// An Interval is an estimate and the range that its true value is claimed to
// lie in.
type Interval struct {
	Estimate float64

	// Low and High bound the range, both included. They are infinite when the
	// data do not bound it.
	Low, High float64

	// Confidence is the probability, at the least, that an interval made this
	// way covers the true value. It is what was asked for, or more where the
	// outcomes are discrete and the next narrower interval would have less;
	// for an unbounded interval it is 1.
	Confidence float64

	// N is the number of values that the interval rests on.
	N int

	// Reason says why the interval is unbounded although a bounded one was
	// asked for; otherwise it is empty.
	Reason string
}

// unbounded returns the interval that claims nothing but its estimate.
func unbounded(estimate float64, n int, reason string) Interval {
	return Interval{
		Estimate: estimate, Low: math.Inf(-1), High: math.Inf(1),
		Confidence: 1, N: n, Reason: reason,
	}
}

// Inside reports whether the whole interval lies strictly between low and high.
func (i Interval) Inside(low, high float64) bool {
	return low < i.Low && i.High < high
}

// Covers reports whether x lies in the interval.
func (i Interval) Covers(x float64) bool {
	return i.Low <= x && x <= i.High
}

func (i Interval) String() string {
	return fmt.Sprintf("%.4g [%.4g, %.4g] at %.4g%%, n=%d", i.Estimate, i.Low, i.High, 100*i.Confidence, i.N)
}
