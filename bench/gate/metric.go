package gate

import (
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/gate/trial"
)

// The least changes that count. That a change is one is for the test to say,
// which errs once in a hundred gates, whatever theta is; theta keeps those out of
// the verdict that nobody would act on. An estimate lies below the truth half the
// time, so a change is only found reliably when it is well above theta: at 2 %
// for time, one of 3 % is found 4 times in 5 where pairs are quiet, at 3 % it
// would be every other time.
const (
	thetaTime = 0.02 // time and throughput
	thetaP50  = 0.05
	thetaP99  = 0.10
)

// Units of stock benchmarks, by how the gate takes them.
const (
	wallUnit = "ns/op"
	cpuUnit  = "cpu-ns/op" // of a whole turn, the collections before it included; told, not judged
)

// judged returns those units of a line that the gate judges by their pairs:
// time, and what the binary itself says is better lower or higher. Allocations
// have a rule of their own, and MB/s is the time once more.
func judged(units []string, better map[string]int, theta float64) []trial.Metric {
	var out []trial.Metric
	if slices.Contains(units, wallUnit) {
		out = append(out, trial.Metric{Name: wallUnit, Theta: orDefault(theta, thetaTime)})
	}
	for _, name := range units {
		switch name {
		case wallUnit, "B/op", "allocs/op", "MB/s":
			continue
		}
		if way := better[name]; way != 0 {
			out = append(out, trial.Metric{Name: name, Theta: orDefault(theta, thetaOf(name)), HigherIsBetter: way > 0})
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

func thetaOf(unit string) float64 {
	switch {
	case strings.Contains(unit, "p50"):
		return thetaP50
	case strings.Contains(unit, "p99"):
		return thetaP99
	}
	return thetaTime
}

func orDefault(asked, otherwise float64) float64 {
	if asked > 0 {
		return asked
	}
	return otherwise
}
