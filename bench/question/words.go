package question

import (
	"fmt"
	"math"

	"github.com/poolbench/poolbench/bench/stats"
)

// nanoseconds writes a time with three digits: "45.2 ns", "1.20 us".
func nanoseconds(v float64) string {
	for _, unit := range []struct {
		name string
		size float64
	}{{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}} {
		if v >= unit.size {
			return digits(v/unit.size) + " " + unit.name
		}
	}
	return digits(v) + " ns"
}

// bytes writes a size with three digits: "12.3 MB".
func bytes(v float64) string {
	for _, unit := range []struct {
		name string
		size float64
	}{{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}} {
		if v >= unit.size {
			return digits(v/unit.size) + " " + unit.name
		}
	}
	return digits(v) + " B"
}

// digits writes three digits of a number.
func digits(v float64) string {
	switch {
	case v >= 99.95:
		return fmt.Sprintf("%.0f", v)
	case v >= 9.995:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// span writes a quantity with its interval: "45.2 ns [44.0, 47.1 ns]".
func span(i stats.Interval, write func(float64) string) string {
	switch {
	case math.IsNaN(i.Estimate):
		return "not measured"
	case math.IsInf(i.High, 1):
		return "about " + write(i.Estimate)
	}
	return fmt.Sprintf("%s [%s, %s]", write(i.Estimate), write(i.Low), write(i.High))
}

// percent writes a share: "12 %".
func percent(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }

// Middle is the median of values that were measured; there is at least one.
func Middle(values []float64) float64 {
	m, err := stats.Quantile(values, 0.5)
	if err != nil {
		return math.NaN()
	}
	return m
}
