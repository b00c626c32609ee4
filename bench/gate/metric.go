package gate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/gate/trial"
)

// Units of stock benchmarks, by how the gate takes them.
const (
	wallUnit = "ns/op"
	cpuUnit  = "cpu-ns/op" // of a whole turn, the collections before it included; told, not judged
)

// judged returns those units of a line that the gate judges by their pairs:
// time, and what the binary itself says is better lower or higher. Allocations
// have a rule of their own, and MB/s is the time once more. A theta that was asked
// for stands in the place of those of the rules; 0 is none.
func judged(units []string, better map[string]int, asked float64, rules trial.Rules) []trial.Metric {
	var out []trial.Metric
	if slices.Contains(units, wallUnit) {
		out = append(out, trial.Metric{Name: wallUnit, Theta: cmp.Or(asked, rules.Theta)})
	}
	for _, name := range units {
		switch name {
		case wallUnit, "B/op", "allocs/op", "MB/s":
			continue
		}
		if way := better[name]; way != 0 {
			out = append(out, trial.Metric{Name: name, Theta: cmp.Or(asked, thetaOf(name, rules)), HigherIsBetter: way > 0})
		}
	}
	// The time leads: it is what a benchmark's line in the summary is about.
	slices.SortStableFunc(out, func(a, b trial.Metric) int { return timeRank(a.Name) - timeRank(b.Name) })
	return out
}

// timeRank puts ns/op first and other times next.
func timeRank(unit string) int {
	switch {
	case unit == wallUnit:
		return 0
	case strings.HasPrefix(unit, "ns/"):
		return 1
	}
	return 2
}

func thetaOf(unit string, rules trial.Rules) float64 {
	switch {
	case strings.Contains(unit, "p50"):
		return rules.ThetaP50
	case strings.Contains(unit, "p99"):
		return rules.ThetaP99
	}
	return rules.Theta
}
