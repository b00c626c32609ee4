package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// A Point is where on a sweep a level is reached.
type Point struct {
	// X is the value sought. Outside the sweep it is the nearest end of it,
	// a bound and no estimate.
	X     float64
	Place Place
}

// Place says where a point lies relative to the sweep that was measured.
type Place int

const (
	InSweep    Place = iota // between two measured values
	BelowSweep              // at the smallest value measured, or below
	AboveSweep              // above the largest value measured
)

func (p Place) String() string {
	switch p {
	case InSweep:
		return "in the sweep"
	case BelowSweep:
		return "below the sweep"
	case AboveSweep:
		return "above the sweep"
	}
	return "invalid"
}

// Crossing returns the smallest x at which y reaches level, on a curve that
// rises with x: the share of the ideal (y) that is left of tasks of length x
// grows with the length, because a fixed overhead weighs less. That x is the
// minimum effective task granularity, METG, of Slaughter et al., Task Bench,
// SC20.
//
// Measured curves wobble, so y is first made non-decreasing with [Isotonic].
// Between two neighbours y is taken to be linear in ln x, the scale on which a
// geometric sweep is even. x must be positive and increase strictly.
func Crossing(x, y []float64, level float64) (Point, error) {
	if err := sweep(x, len(y), level); err != nil {
		return Point{}, fmt.Errorf("crossing: %w", err)
	}
	fit, err := Isotonic(y)
	if err != nil {
		return Point{}, fmt.Errorf("crossing: %w", err)
	}
	last := len(x) - 1
	switch {
	case fit[0] >= level:
		return Point{X: x[0], Place: BelowSweep}, nil
	case fit[last] < level:
		return Point{X: x[last], Place: AboveSweep}, nil
	}
	i := 1
	for fit[i] < level {
		i++
	}
	part := (level/2 - fit[i-1]/2) / (fit[i]/2 - fit[i-1]/2) // halves, for the differences cannot overflow
	at := math.Exp((1-part)*math.Log(x[i-1]) + part*math.Log(x[i]))
	return Point{X: min(x[i], max(x[i-1], at))}, nil
}

// sweep says what makes x no sweep of n points, or level no level, or nil.
func sweep(x []float64, n int, level float64) error {
	if len(x) != n {
		return fmt.Errorf("%d places for %d values, want as many", len(x), n)
	}
	if math.IsNaN(level) || math.IsInf(level, 0) {
		return fmt.Errorf("the level is %v, want a finite number", level)
	}
	if err := finiteSample(x); err != nil {
		return fmt.Errorf("places: %w", err)
	}
	if x[0] <= 0 {
		return fmt.Errorf("the first place is %v, want positive numbers", x[0])
	}
	for i := 1; i < len(x); i++ {
		if x[i] <= x[i-1] {
			return fmt.Errorf("place %d is %v after %v, want increasing numbers", i+1, x[i], x[i-1])
		}
	}
	return nil
}

// CrossingInterval returns the [Crossing] of the medians of samples, which hold
// the repeated measurements of y at each x, and its interval by [Bootstrap]. A
// replicate whose crossing lies outside the sweep counts as beyond that end, so
// Low is 0 when the sweep does not bound the point from below, and High is +Inf
// when it does not bound it from above.
func CrossingInterval(rng *rand.Rand, x []float64, samples [][]float64, level float64, replicates int, confidence float64) (Point, Interval, error) {
	fail := func(err error) (Point, Interval, error) {
		return Point{}, Interval{}, fmt.Errorf("crossing with interval: %w", err)
	}
	if err := sweep(x, len(samples), level); err != nil {
		return fail(err)
	}
	cross := func(samples [][]float64) (Point, error) {
		medians := make([]float64, len(samples))
		for i, sample := range samples {
			var err error
			if medians[i], err = Quantile(sample, 0.5); err != nil {
				return Point{}, fmt.Errorf("place %d of %d: %w", i+1, len(samples), err)
			}
		}
		return Crossing(x, medians, level)
	}
	point, err := cross(samples)
	if err != nil {
		return fail(err)
	}
	interval, err := Bootstrap(rng, samples, replicates, confidence, func(replicate [][]float64) (float64, error) {
		p, err := cross(replicate)
		switch p.Place {
		case BelowSweep:
			return math.Inf(-1), err
		case AboveSweep:
			return math.Inf(1), err
		}
		return p.X, err
	})
	if err != nil {
		return fail(err)
	}
	interval.Estimate = point.X
	if math.IsInf(interval.Low, -1) {
		interval.Low = 0
	}
	interval.Low = min(interval.Low, x[len(x)-1])
	interval.High = max(interval.High, x[0])
	return point, interval, nil
}
