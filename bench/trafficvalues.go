package bench

import (
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
)

// summarizeTraffic makes of a side's turns the values of its process. Turns
// for which the generator cannot vouch count for nothing but their number; if
// most are such, the process has no other figures.
func summarizeTraffic(turns []experiment.Turn, t Traffic, reference []experiment.Turn) map[string]float64 {
	good := valid(turns)
	invalid := 1 - float64(len(good))/float64(len(turns))
	if invalid >= 0.5 {
		values := medians(turns, func(unit string) bool { return slices.Contains(always, unit) })
		values[results.Invalid] = invalid
		return values
	}
	values := medians(good, func(string) bool { return true })
	values[results.Invalid] = invalid
	if t.purpose() == forCapacity {
		values[results.XRef] = experiment.Ratio(turns, reference, unlessInvalid(experiment.Turn.WallPerOp))
	}
	values[results.CPUXRef] = experiment.Ratio(turns, reference, unlessInvalid(unitOf(results.CPUNsPerReq)))
	return values
}

// medians are those of the units that are wanted, each over the turns that
// have it.
func medians(turns []experiment.Turn, wanted func(unit string) bool) map[string]float64 {
	of := make(map[string][]experiment.Turn)
	for _, t := range turns {
		for unit := range t.Values {
			if wanted(unit) {
				of[unit] = append(of[unit], t)
			}
		}
	}
	values := make(map[string]float64)
	for unit, having := range of {
		values[unit] = experiment.Median(having, unitOf(unit))
	}
	return values
}

// always are the units that mean something of an invalid turn too.
var always = []string{results.FailedReq, results.UnansweredReq, results.GenCPU, results.OfferedRate, results.Starved, results.Rejected, results.Crashed}

// valid returns the turns whose figures count.
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

// unlessInvalid is of, but not a number for a turn whose figures mean nothing.
func unlessInvalid(of func(experiment.Turn) float64) func(experiment.Turn) float64 {
	return func(t experiment.Turn) float64 {
		if t.Note != "" {
			return math.NaN()
		}
		return of(t)
	}
}

// noteInvalid writes why figures of a cell are left out.
func (m *measurement) noteInvalid(c Cell, turns []experiment.Turn) error {
	for _, note := range notes(turns) {
		if err := m.Results.Note("INVALID " + c.Name() + ": " + note); err != nil {
			return err
		}
	}
	return nil
}

// notes says why turns mean nothing, each reason once.
func notes(turns []experiment.Turn) (out []string) {
	for _, t := range turns {
		if t.Note != "" && !slices.Contains(out, t.Note) {
			out = append(out, t.Note)
		}
	}
	return out
}
