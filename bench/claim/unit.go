package claim

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench/results"
)

// MoreIsBetter says whether more of a unit is better than less.
func MoreIsBetter(unit string) bool { return results.Better(unit) == "higher" }

// Title is the heading of a column of a unit, in words.
func Title(unit string) string {
	if title := titles[unit]; title != "" {
		return title
	}
	return unit
}

// titles are the headings of the units that are known: ours, and those that go
// test prints.
var titles = map[string]string{
	results.XRef:      "time, to go f()",
	results.NsPerTask: "time a task", results.CPUNsPerTask: "CPU time a task", results.CPUXRef: "CPU time, to go f()",
	results.Efficiency: "share of the ideal", results.SubmitNs: "time to submit", results.BPerTask: "allocated a task",
	results.AllocsPerTask: "allocations a task", results.DoneP50: "submit to done, median", results.DoneP99: "submit to done, 99th percentile",
	results.PeakRSS: "peak memory", results.PeakStack: "peak of stacks", results.PeakGoroutines: "most goroutines",

	results.ReqRate: "requests a second", results.CPUNsPerReq: "CPU time a request",
	results.P50: "response time, median", results.P90: "response time, 90th percentile",
	results.P99: "response time, 99th percentile", results.P999: "response time, 99.9th percentile",
	results.ServiceP50: "service time, median", results.ServiceP99: "service time, 99th percentile",
	results.LagP99: "generator's delay, 99th percentile", results.GenCPU: "generator's CPU time a request",
	results.OfferedRate: "requests offered a second", results.Answered: "requests answered", results.FailedReq: "requests failed",
	results.UnansweredReq: "requests without a reply", results.Invalid: "invalid turns", results.Goroutines: "goroutines under load",
	results.Starved: "connections waiting for a worker", results.Rejected: "connections rejected", results.OpenConns: "connections open",
	results.BPerConn: "memory a connection", results.RSSGrowth: "memory growth a second", results.Crashed: "turns that crashed",

	"ns": "shortest task", "ns/op": "time an operation", "B/op": "allocated an operation", "allocs/op": "allocations an operation", "MB/s": "MB a second",
}

// shares are the units that are parts of a whole.
var shares = []string{results.Efficiency, results.Answered, results.Invalid, results.Crashed}

// Write writes a value of a unit with three digits: "45.2 ns", "12.3 MB",
// "0.21x", "97.0 %", "104 thousand". A unit that is not known is written as a bare number.
func Write(unit string, v float64) string {
	switch {
	case unit == results.XRef, unit == results.CPUXRef:
		return Ratio(v) + "x"
	case unit == results.ReqRate, unit == results.OfferedRate:
		return Number(v)
	case slices.Contains(shares, unit):
		if v == 0 || math.Abs(v) >= 0.9995 {
			return Percent(v)
		}
		return strconv.FormatFloat(100*v, 'f', 1, 64) + " %"
	case strings.HasPrefix(unit, "ns/"), strings.HasSuffix(unit, "-ns"), strings.Contains(unit, "-ns/"), unit == "ns":
		return Nanoseconds(v)
	case strings.HasPrefix(unit, "sec/"), strings.HasSuffix(unit, "-sec"):
		return Nanoseconds(1e9 * v)
	case strings.HasPrefix(unit, "B/"), strings.HasSuffix(unit, "-bytes"), strings.HasSuffix(unit, "-B/s"):
		return Bytes(v)
	}
	return Ratio(v)
}

// Nanoseconds writes a time with three digits: "45.2 ns", "1.20 us", "0.254 ns".
func Nanoseconds(v float64) string {
	switch abs := math.Abs(v); {
	case abs >= 1e-3 && abs < 0.9995:
		return strconv.FormatFloat(v, 'f', 2-int(math.Floor(math.Log10(abs))), 64) + " ns"
	case abs > 0 && abs < 1e-3:
		return strconv.FormatFloat(v, 'g', 3, 64) + " ns"
	}
	return scaled(v, "ns", "us", "ms", "s")
}

// Bytes writes a size with three digits: "12.3 MB".
func Bytes(v float64) string { return scaled(v, "B", "kB", "MB", "GB") }

// Number writes a large number with three digits and a word: "3.20 million".
func Number(v float64) string { return strings.TrimSuffix(scaled(v, "", "thousand", "million"), " ") }

// scaled writes a quantity in the largest of the units, each a thousand of the
// one before, in which it is at least one.
func scaled(v float64, units ...string) string {
	for len(units) > 1 && math.Abs(v) >= 999.5 {
		v, units = v/1000, units[1:]
	}
	return Digits(v) + " " + units[0]
}

// Digits writes three digits of a number, and an exponent where a person would
// count zeros.
func Digits(v float64) string {
	switch abs := math.Abs(v); {
	case v == 0:
		return "0"
	case abs >= 1e7:
		return fmt.Sprintf("%.2e", v)
	case abs >= 99.95:
		return fmt.Sprintf("%.0f", v)
	case abs >= 9.995:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// Ratio writes a ratio, or a number of no known unit, with two or three digits.
func Ratio(v float64) string {
	if abs := math.Abs(v); abs < 0.0995 && abs > 0 {
		return fmt.Sprintf("%.2g", v)
	}
	return Digits(v)
}

// Percent writes a share without decimals: "12 %".
func Percent(v float64) string {
	return Whole(100*max(-math.MaxFloat64/100, min(v, math.MaxFloat64/100))) + " %"
}

// Whole writes a number without decimals, and with an exponent where a person
// would count zeros.
func Whole(v float64) string {
	if math.Abs(v) >= 1e9 {
		return fmt.Sprintf("%.2e", v)
	}
	return fmt.Sprintf("%.0f", v)
}
