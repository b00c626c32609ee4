package question

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// MemoryUse asks what a limit saves.
var MemoryUse = &Question{
	Slug:   "memory",
	Ask:    "How much memory does a pool really save?",
	answer: answerMemory,
}

// A Peak is what one strategy needs at its peak.
type Peak struct {
	Row        *Row
	Memory     stats.Interval // bytes, in what the operating system counts or in stacks
	Ratio      stats.Interval // of the memory to the reference's
	Stack      stats.Interval // bytes of stacks
	Goroutines stats.Interval
}

// Peaks returns the peaks of a group, from the leanest to the largest, and the
// unit of Memory. Their order is that of the ratios, block by block, as that of
// all that is compared; where one has none, it is that of the peaks themselves.
func (g *Group) Peaks() ([]Peak, string) {
	unit := results.PeakRSS
	reference := g.Row(bench.Reference)
	if reference == nil || len(reference.Cell.Values(unit)) == 0 {
		unit = results.PeakStack // the operating system does not tell
	}
	var peaks []Peak
	for _, r := range g.Rows {
		if len(r.Cell.Values(unit)) == 0 {
			continue
		}
		p := Peak{
			Row: r, Memory: typical(r.Cell, unit), Ratio: RatioOf(nil),
			Stack: typical(r.Cell, results.PeakStack), Goroutines: typical(r.Cell, results.PeakGoroutines),
		}
		if reference != nil {
			p.Ratio = RatioOf(Paired(r.Cell, reference.Cell, unit))
		}
		peaks = append(peaks, p)
	}
	by := func(p Peak) float64 { return p.Ratio.Estimate }
	if slices.ContainsFunc(peaks, func(p Peak) bool { return math.IsNaN(by(p)) }) {
		by = func(p Peak) float64 { return p.Memory.Estimate }
	}
	slices.SortStableFunc(peaks, func(a, b Peak) int { return cmp.Compare(by(a), by(b)) })
	return peaks, unit
}

func answerMemory(e *Evidence) (out []string) {
	counted := "" // the unit
	for _, g := range e.Groups("memory") {
		peaks, unit := g.Peaks()
		i := slices.IndexFunc(peaks, func(p Peak) bool { return p.Row.Strategy == bench.Reference })
		if i < 0 {
			continue
		}
		reference := peaks[i]
		keys := reference.Row.Cell.Keys
		out = append(out, fmt.Sprintf("With %s %s, go f() peaks at %s%s.",
			keys["tasks"], load(g), span(reference.Memory, bytes), inGoroutines(reference)))
		if others := slices.Delete(peaks, i, i+1); len(others) > 0 {
			out = append(out, fmt.Sprintf("Under a limit of %s, %s.", g.Limit(), inMemory(others)))
			counted = unit
		}
	}
	switch counted {
	case results.PeakRSS:
		out = append(out, "This is the memory of the whole process: some megabytes of it any Go program takes.")
	case results.PeakStack:
		out = append(out, "This is the memory of stacks alone: this system does not tell that of a process.")
	}
	if text := e.footprint(); text != "" {
		out = append(out, text)
	}
	return out
}

// inGoroutines adds the number of goroutines, where it is known.
func inGoroutines(p Peak) string {
	if math.IsNaN(p.Goroutines.Estimate) {
		return ""
	}
	return fmt.Sprintf(" and %.0f goroutines", p.Goroutines.Estimate)
}

// inMemory says what several need: the leanest and the largest, and from whom
// the intervals do not set the leanest apart.
func inMemory(peaks []Peak) string {
	words := func(p Peak) string { return fmt.Sprintf("at %s, %s", bytes(p.Memory.Estimate), Times(p.Ratio)) }
	leanest, largest := peaks[0], peaks[len(peaks)-1]
	text := fmt.Sprintf("%s peaks %s of that", leanest.Row.Label(), words(leanest))
	if len(peaks) == 1 {
		return text
	}
	text += fmt.Sprintf(", and %s, which needs most, %s", largest.Row.Label(), words(largest))
	var level []string
	for _, p := range peaks[1:] {
		if !unbounded(p.Ratio) && p.Ratio.Low <= leanest.Ratio.High {
			level = append(level, p.Row.Label())
		}
	}
	if unbounded(leanest.Ratio) || len(level) == 0 {
		return text
	}
	if len(level) > 2 {
		return text + fmt.Sprintf("; between %s and %d others it is too close to call", leanest.Row.Label(), len(level))
	}
	return text + fmt.Sprintf("; between %s it is too close to call", list(append([]string{leanest.Row.Label()}, level...)))
}
