package question

import (
	"fmt"
	"slices"

	"github.com/poolbench/poolbench/bench/results"
)

// clearly is the share of a level below which the CPUs that were at work are
// too few for it, and not just a little apart from it.
const clearly = 0.95

// Shortfall says that a run cannot tell whether pools reach a share of the
// ideal, because with the longest tasks of the sweep fewer CPUs were at work
// than that takes; "" where enough were, or where it is not known. A machine
// that lends its CPUs to others would otherwise be taken for slow pools.
func (e *Evidence) Shortfall(prefix string, level float64) string {
	groups := e.Groups(prefix)
	cpus := e.CPUs()
	if len(groups) == 0 || cpus == 0 {
		return ""
	}
	longest := slices.MaxFunc(groups, ByLoad)
	var busy []float64
	for _, r := range pooled(longest.Rows) {
		passed, used := typical(r.Cell, results.NsPerTask).Estimate, typical(r.Cell, results.CPUNsPerTask).Estimate
		if passed >= shortest && used >= shortest {
			busy = append(busy, used/passed)
		}
	}
	if len(busy) == 0 {
		return ""
	}
	given := Middle(busy)
	if given >= clearly*level*float64(cpus) {
		return ""
	}
	return fmt.Sprintf("This run was given only %.1f of %d CPUs (the median over the pools, with %s): it cannot tell who reaches %s of the machine.",
		given, cpus, load(longest), percent(level))
}
