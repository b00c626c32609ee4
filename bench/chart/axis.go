package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// An Axis is one of the two directions of a chart.
type Axis struct {
	Label string // what is counted, with its unit
	Scale Scale

	// Write writes a value beside its tick; nil writes the number.
	Write func(v float64) string

	// Low and High are what the axis spans at least; where both are 0, what is
	// drawn decides.
	Low, High float64

	Ticks []float64 // nil: chosen by the scale

	silent bool // there is room for the texts of ticks, and others write them
}

// Scale says what equal steps on an axis stand for.
type Scale int

const (
	Linear Scale = iota // equal differences
	Log                 // equal factors
	Nines               // quantiles, from 0 to 1: each step is another nine
)

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

// shows says whether the scale has a place for x.
func (s Scale) shows(x float64) bool {
	switch s {
	case Log:
		return x >= 1/farthest && x <= farthest
	case Nines:
		return x >= 0 && x < 1
	}
	return math.Abs(x) <= farthest
}

// over returns the axis with its ends around values. Ends that are given are kept
// unless a value lies beyond them.
func (a Axis) over(values []float64) Axis {
	given := a.Low != 0 || a.High != 0
	if given {
		values = append(slices.Clip(values), a.Low, a.High)
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if a.Scale.shows(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high { // nothing is drawn
		low, high = 0.5, 0.9
	}
	switch {
	case given && a.Scale.at(low) < a.Scale.at(high):
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

// place is where a value lies between the ends of the axis, from 0 to 1. What is
// beyond an end lies at it.
func (a Axis) place(v float64) float64 {
	low := a.Scale.at(a.Low)
	return max(0, min((a.Scale.at(v)-low)/(a.Scale.at(a.High)-low), 1))
}

// holds says whether the axis has a place for a value.
func (a Axis) holds(v float64) bool { return a.Scale.shows(v) && v >= a.Low && v <= a.High }

// write writes a value of the axis.
func (a Axis) write(v float64) string {
	if a.Write == nil {
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
	return a.Write(v)
}

// precise writes a value with as many digits as a measurement has. Quantiles are
// exact.
func (a Axis) precise(v float64) string {
	if a.Scale != Nines {
		v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	}
	return a.write(v)
}

// interval writes an interval behind its value; "" if there is none.
func (a Axis) interval(low, high float64) string {
	if !(low < high && a.Scale.shows(low) && a.Scale.shows(high)) {
		return ""
	}
	return fmt.Sprintf(" (%s to %s)", a.precise(low), a.precise(high))
}

// A tick is a value that an axis marks, and what is written at it.
type tick struct {
	at   float64
	text string
}

// mostTicks is how many values an axis marks unless the caller chooses them.
const mostTicks = 8

// ticks returns the values to mark: as many as can be read, each with a text of
// its own. room is where a tick's text stands along the axis, and half of what it
// takes.
func (a Axis) ticks(room func(tick) (middle, half float64)) []tick {
	for most := mostTicks; ; most-- {
		var ticks []tick
		at := a.Ticks
		if at == nil {
			at = a.choose(most)
		}
		end, last, all := math.Inf(-1), "", true
		for _, v := range at {
			if !a.holds(v) {
				continue
			}
			t := tick{v, a.write(v)}
			middle, half := room(t)
			if middle-half < end || a.Ticks == nil && t.text == last {
				all = false
				continue
			}
			ticks, end, last = append(ticks, t), middle+half, t.text
		}
		if all || a.Ticks != nil || most == 2 {
			return ticks
		}
	}
}

// choose picks at most so many round values.
func (a Axis) choose(most int) (at []float64) {
	low, high := a.Low, a.High
	switch a.Scale {
	case Nines:
		return []float64{0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999}
	case Log:
		digits := [][]float64{{1, 2, 5}, {1, 3}, {1}}
		for i := 0; i == 0 || len(at) > most; i++ {
			at = decades(low, high, digits[min(i, 2)], max(1, i-1))
		}
		if few := 3; len(at) < few && high < 10*low { // such an axis is nearly linear
			return even(low, high, most)
		}
		return at
	}
	return even(low, high, most)
}

// even returns at most so many values between two ends, in equal steps of one,
// two or five of some decade.
func even(low, high float64, most int) (at []float64) {
	step := math.Pow10(int(math.Floor(math.Log10((high - low) / float64(most)))))
	for i := 0; math.Floor(high/step)-math.Ceil(low/step)+1 > float64(most); i++ {
		step *= []float64{2, 2.5, 2}[i%3]
	}
	first := math.Ceil(low / step)
	for i := range int(math.Floor(high/step)-first) + 1 {
		at = append(at, (first+float64(i))*step)
	}
	return at
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
