package picture

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// An Axis is one of the two directions of a picture.
type Axis struct {
	Label string // what is counted, with its unit
	Scale Scale

	// Write writes a value beside its tick; nil writes the number.
	Write func(v float64) string

	// Low and High are the ends; where both are 0, what is drawn decides.
	Low, High float64

	Ticks []float64 // nil: chosen by the scale
}

// Scale says what equal steps on an axis stand for.
type Scale int

const (
	Linear Scale = iota // equal differences
	Log                 // equal factors
	Nines               // quantiles, from 0 to 1: each step is another nine
)

// Normalize places x between the ends of an axis.
func (s Scale) Normalize(low, high, x float64) float64 {
	return (s.at(x) - s.at(low)) / (s.at(high) - s.at(low))
}

// at is where x lies on a ruler with equal steps.
func (s Scale) at(x float64) float64 {
	switch s {
	case Log:
		return math.Log10(x)
	case Nines:
		return -math.Log10(1 - x)
	}
	return x
}

// farthest is how large or how small numbers can be drawn. Nothing that was
// measured comes near it.
const farthest = 1e100

// shows tells whether the scale has a place for x.
func (s Scale) shows(x float64) bool {
	switch s {
	case Log:
		return x >= 1/farthest && x <= farthest
	case Nines:
		return x >= 0 && x < 1
	}
	return math.Abs(x) <= farthest
}

// over returns the axis with its ends, where they are not given, around
// values.
func (a Axis) over(values []float64) Axis {
	if a.Low != 0 || a.High != 0 {
		return a
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if a.Scale.shows(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	switch {
	case low > high && a.Scale == Nines: // nothing is drawn
		low, high = 0, 0.9
	case low > high:
		low, high = 1, 2
	case a.Scale == Log:
		room := max(math.Pow(high/low, 0.04), 1.05)
		low, high = low/room, high*room
	case a.Scale == Nines:
		low = 0
		high = 1 - (1-high)*0.8
	default:
		room := max(0.05*(high-low), 1e-3*math.Abs(high), 1e-9)
		if low < 0 || low > room {
			low -= room
		}
		high += room
	}
	a.Low, a.High = low, high
	return a
}

// ticker marks at most so many values of an axis.
type ticker struct {
	axis Axis
	most int
}

func (t ticker) Ticks(low, high float64) (ticks []plot.Tick) {
	write := t.axis.Write
	if write == nil {
		write = func(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }
	}
	at := t.axis.Ticks
	if at == nil {
		at = t.choose(low, high)
	}
	for _, v := range at {
		if v >= low && v <= high {
			ticks = append(ticks, plot.Tick{Value: v, Label: write(v)})
		}
	}
	return ticks
}

// choose picks round values.
func (t ticker) choose(low, high float64) (at []float64) {
	switch t.axis.Scale {
	case Nines:
		return []float64{0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999}
	case Log:
		for _, digits := range [][]float64{{1, 2, 5}, {1, 3}, {1}} {
			if at = decades(low, high, digits, 1); len(at) <= t.most {
				break
			}
		}
		for every := 2; len(at) > t.most; every++ {
			at = decades(low, high, []float64{1}, every)
		}
		if few := 3; len(at) < few && high < 10*low { // such an axis is nearly linear
			return even(low, high, t.most)
		}
		return at
	}
	return even(low, high, t.most)
}

// even returns at most so many values between two ends, in equal steps of one,
// two or five of some decade.
func even(low, high float64, most int) (at []float64) {
	if !(high > low) {
		return nil
	}
	for k := int(math.Floor(math.Log10((high - low) / float64(most)))); ; k++ {
		for _, digit := range []float64{1, 2, 5} {
			step := digit * math.Pow10(k)
			first, last := math.Ceil(low/step), math.Floor(high/step)
			if last-first+1 > float64(most) {
				continue
			}
			for i := first; i <= last; i++ {
				at = append(at, i*step)
			}
			return at
		}
	}
}

// decades returns the values between two ends that begin with one of digits,
// in every so many decades.
func decades(low, high float64, digits []float64, every int) (at []float64) {
	first, last := int(math.Floor(math.Log10(low))), int(math.Ceil(math.Log10(high)))
	for k := first; k <= last; k++ {
		if k%every != 0 {
			continue
		}
		for _, d := range digits {
			if v := d * math.Pow10(k); v >= low && v <= high {
				at = append(at, v)
			}
		}
	}
	return at
}
