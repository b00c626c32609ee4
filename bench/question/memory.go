package question

import (
	"fmt"
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
)

// MemoryUse asks what a limit saves.
var MemoryUse = &Question{
	Slug:   "memory",
	Ask:    "How much memory does a pool really save?",
	answer: answerMemory,
}

func answerMemory(e *Evidence) (out []string) {
	for _, g := range e.Groups("memory") {
		reference := g.Row(bench.Reference)
		if reference == nil {
			continue
		}
		keys := reference.Cell.Keys
		rows := slices.SortedFunc(slices.Values(g.Rows), func(a, b *Row) int {
			return compareFloats(typical(a.Cell, memoryUnit(a)).Estimate, typical(b.Cell, memoryUnit(b)).Estimate)
		})
		unit, what := results.PeakRSS, "of memory"
		if len(reference.Cell.Values(unit)) == 0 {
			unit, what = results.PeakStack, "of stacks"
		}
		out = append(out, fmt.Sprintf("With %s tasks that each wait %s, go f() peaks at %s %s and %.0f goroutines.",
			keys["tasks"], keys["grain"], span(typical(reference.Cell, unit), bytes), what,
			typical(reference.Cell, results.PeakGoroutines).Estimate))
		var words []string
		for _, r := range rows {
			if r == reference {
				continue
			}
			ratio := RatioOf(Paired(r.Cell, reference.Cell, unit, unit))
			words = append(words, fmt.Sprintf("%s %s (%s, %.0f goroutines)", r.Label(), bytes(typical(r.Cell, unit).Estimate),
				Times(ratio), typical(r.Cell, results.PeakGoroutines).Estimate))
		}
		out = append(out, fmt.Sprintf("Limited to %s at once: %s. That is the whole process; a Go program that does nothing takes some megabytes of it.",
			limitOf(g, reference), list(words)))
	}
	return out
}

// memoryUnit is what memory is compared in: what the operating system counts,
// or where that is unknown the stacks.
func memoryUnit(r *Row) string {
	if len(r.Cell.Values(results.PeakRSS)) > 0 {
		return results.PeakRSS
	}
	return results.PeakStack
}

// limitOf is the limit that a group's strategies share.
func limitOf(g *Group, fallback *Row) string {
	for _, r := range g.Rows {
		if r.Strategy == "semaphore" {
			return r.Cell.Keys["limit"]
		}
	}
	return fallback.Cell.Keys["limit"]
}

func compareFloats(a, b float64) int {
	switch {
	case math.IsNaN(a) || a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
