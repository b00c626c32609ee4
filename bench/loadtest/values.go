package loadtest

import (
	"maps"
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
)

// Units are the custom units that values of [Summarize] can have, besides the
// ratios to a reference.
var Units = []string{
	results.ReqRate, results.CPUNsPerReq, results.P50, results.P90, results.P99, results.P999, results.ServiceP50, results.ServiceP99,
	results.LagP99, results.GenCPU, results.OfferedRate, results.Answered, results.FailedReq, results.UnansweredReq, results.Invalid,
	results.Goroutines, results.Starved, results.Rejected, results.OpenConns, results.BPerConn, results.RSSGrowth, results.Crashed, results.PeakRSS,
}

// Summarize makes of a side's turns under a traffic the values of its process,
// by unit. Only the number of invalid turns counts; if most are invalid, the
// process has no other figures.
func Summarize(turns []experiment.Turn, t workload.Traffic, reference []experiment.Turn) map[string]float64 {
	good := valid(turns)
	invalid := 1 - float64(len(good))/float64(len(turns))
	if invalid >= 0.5 {
		values := experiment.Medians(turns)
		maps.DeleteFunc(values, func(unit string, _ float64) bool { return !slices.Contains(always, unit) })
		values[results.Invalid] = invalid
		return values
	}
	values := experiment.Medians(good)
	values[results.Invalid] = invalid
	if purposeOf(t) == forCapacity {
		values[results.XRef] = experiment.Ratio(turns, reference, unlessInvalid(experiment.Turn.WallPerOp))
	}
	values[results.CPUXRef] = experiment.Ratio(turns, reference, unlessInvalid(unitOf(results.CPUNsPerReq)))
	return values
}

// always are the units that mean something of an invalid turn too.
var always = []string{results.FailedReq, results.UnansweredReq, results.GenCPU, results.OfferedRate, results.Starved, results.Rejected, results.Crashed}

// valid returns the turns whose figures are valid.
func valid(turns []experiment.Turn) []experiment.Turn {
	return slices.DeleteFunc(slices.Clone(turns), func(t experiment.Turn) bool { return t.Note != "" })
}

// unitOf returns a turn's value of a unit, not a number where it has none.
func unitOf(unit string) func(experiment.Turn) float64 {
	return func(t experiment.Turn) float64 {
		if v, ok := t.Values[unit]; ok {
			return v
		}
		return math.NaN()
	}
}

// unlessInvalid is of, but not a number for an invalid turn.
func unlessInvalid(of func(experiment.Turn) float64) func(experiment.Turn) float64 {
	return func(t experiment.Turn) float64 {
		if t.Note != "" {
			return math.NaN()
		}
		return of(t)
	}
}

// Invalid says why turns are invalid, each reason once.
func Invalid(turns []experiment.Turn) (out []string) {
	for _, t := range turns {
		if t.Note != "" && !slices.Contains(out, t.Note) {
			out = append(out, t.Note)
		}
	}
	return out
}
