package fanout

import (
	"runtime"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
)

// Summarize makes of a side's turns the values of its process, by unit. It
// took turns with the reference and the bare loop; values that need one which
// is missing are not a number.
func Summarize(turns, reference, loop []experiment.Turn) map[string]float64 {
	values := experiment.Medians(turns)
	values[results.NsPerTask] = experiment.Median(turns, experiment.Turn.WallPerOp)
	values[results.XRef] = experiment.Ratio(turns, reference, experiment.Turn.WallPerOp)
	// The bare loop spread over all CPUs without any cost would be the
	// ideal (Slaughter et al., "Task Bench", SC20).
	values[results.Efficiency] = experiment.Ratio(loop, turns, experiment.Turn.WallPerOp) / float64(runtime.GOMAXPROCS(0))
	if cpu := experiment.Median(turns, experiment.Turn.CPUPerOp); cpu > 0 {
		values[results.CPUNsPerTask] = cpu
		values[results.CPUXRef] = experiment.Ratio(turns, reference, experiment.Turn.CPUPerOp)
	}
	return values
}
