package question

import (
	"fmt"
	"slices"

	"github.com/poolbench/poolbench/bench"
)

// footprint says what a strategy needs that has next to nothing to do: the
// whole catalog takes part in that, also what cannot wait for many tasks at
// once. It is "" where that was not measured.
func (e *Evidence) footprint() string {
	g := e.Group("footprint")
	peaks, _ := g.Peaks()
	i := slices.IndexFunc(peaks, func(p Peak) bool { return p.Row.Strategy == bench.Reference })
	if i < 0 || len(peaks) < 2 {
		return ""
	}
	reference, most := peaks[i], peaks[len(peaks)-1]
	if most.Row == reference.Row {
		return ""
	}
	keys := reference.Row.Cell.Keys
	return fmt.Sprintf("With next to nothing to do, %s tasks of %s %s, go f() peaks at %s, and what needs most is %s with %s (%s), its worker processes included.",
		keys["tasks"], keys["work"], keys["grain"], span(reference.Memory, bytes), most.Row.Label(), span(most.Memory, bytes), Times(most.Ratio))
}
