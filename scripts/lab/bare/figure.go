package main

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/poolbench/poolbench/bench/stats"
)

// Confidence is that of every interval.
const Confidence = 0.95

// A Figure is one measured value beside what it should be.
type Figure struct {
	Target   string // what should be reached, in words
	Cell     string // where it was measured
	Against  string // what the subject is compared with, or ""
	Measured stats.Interval
	Scale    Scale
	Want     Bound
}

// A Scale is what a figure is counted in.
type Scale string

const (
	Times       Scale = "x"      // a ratio
	Nanoseconds Scale = "ns"     // a length of task
	Allocations Scale = "a task" // allocations
)

// A Bound is what a value should be: at least or at most so much.
type Bound struct {
	Least bool // at least; otherwise at most
	Value float64
}

func atLeast(v float64) Bound { return Bound{true, v} }
func atMost(v float64) Bound  { return Bound{false, v} }

// A Status says whether a figure is what it should be.
type Status string

const (
	Reached Status = "yes"  // the whole interval is
	Open    Status = "open" // the interval holds the bound
	Missed  Status = "no"   // nothing of the interval is

	NotMeasured Status = "not measured" // the record lacks a cell that it takes
)

// Status judges the figure.
func (f Figure) Status() Status {
	if f.Measured.N == 0 {
		return NotMeasured
	}
	low, high := f.Measured.Low, f.Measured.High
	if !f.Want.Least {
		low, high = -high, -low
	}
	want := f.Want.Value
	if !f.Want.Least {
		want = -want
	}
	switch {
	case low >= want:
		return Reached
	case high < want:
		return Missed
	}
	return Open
}

// WriteFigures writes how many figures of each target are reached, and then
// each.
func WriteFigures(w io.Writer, figures []Figure) error {
	out := &printer{w: w}
	out.printf("| target | cells | reached | open | missed | worst |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, target := range targets(figures) {
		count := make(map[Status]int)
		var worst Figure
		for _, f := range figures {
			if f.Target != target {
				continue
			}
			v := f.Status()
			if worst.Target == "" || worst.Status() == NotMeasured || v != NotMeasured && f.reserve() < worst.reserve() {
				worst = f
			}
			count[v]++
		}
		cells := strconv.Itoa(count[Reached] + count[Open] + count[Missed])
		if missing := count[NotMeasured]; missing > 0 {
			cells += fmt.Sprintf(", %d not measured", missing)
		}
		out.printf("| %s | %s | %d | %d | %d | %s: %s |\n", target, cells, count[Reached], count[Open], count[Missed], worst.where(), worst.value())
	}
	for _, target := range targets(figures) {
		out.printf("\n**%s**\n\n| cell | against | measured | wanted | n | reached |\n| --- | --- | --- | --- | --- | --- |\n", target)
		for _, f := range figures {
			if f.Target == target {
				out.printf("| %s | %s | %s | %s | %d | %s |\n", f.Cell, f.Against, f.value(), f.want(), f.Measured.N, f.Status())
			}
		}
	}
	return out.err
}

// targets returns the targets in the order in which they first appear.
func targets(figures []Figure) (out []string) {
	seen := make(map[string]bool)
	for _, f := range figures {
		if !seen[f.Target] {
			seen[f.Target] = true
			out = append(out, f.Target)
		}
	}
	return out
}

// reserve is how far a figure is on the good side of its bound, as the logarithm of a ratio.
func (f Figure) reserve() float64 {
	d := math.Log(f.Measured.Estimate / f.Want.Value)
	if f.Want.Value == 0 {
		d = f.Measured.Estimate
	}
	if !f.Want.Least {
		d = -d
	}
	return d
}

func (f Figure) where() string {
	if f.Against == "" {
		return f.Cell
	}
	return f.Cell + " against " + f.Against
}

// value words the measured value with its interval.
func (f Figure) value() string {
	i := f.Measured
	if i.N == 0 {
		return string(NotMeasured)
	}
	switch f.Scale {
	case Times:
		return fmt.Sprintf("%.2f [%.2f, %.2f]", i.Estimate, i.Low, i.High)
	case Allocations:
		return fmt.Sprintf("%.4f", i.Estimate)
	}
	return fmt.Sprintf("%.0f ns [%.0f, %.0f]", i.Estimate, i.Low, i.High)
}

// want words the bound. Where noise sets it and was not measured, there is none.
func (f Figure) want() string {
	if f.Want.Value == 0 {
		return ""
	}
	word := "at most"
	if f.Want.Least {
		word = "at least"
	}
	switch f.Scale {
	case Times, Allocations:
		return fmt.Sprintf("%s %.3g", word, f.Want.Value)
	}
	return fmt.Sprintf("%s %.0f ns", word, f.Want.Value)
}

// A printer keeps the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}
