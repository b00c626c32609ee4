package report

import (
	"cmp"
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// A Cell is everything that was measured of one cell.
type Cell struct {
	Name     string // without the word Benchmark
	Group    string // what it took turns with
	Row      *question.Row
	Ratio    stats.Interval // of its time to the reference's; NaN where there is none
	Verdict  string         // what the ratio may be taken for; "" where there is none
	Figures  []Figure       // one for each unit that was measured
	Observed int            // processes, or lines where the file knows no processes
}

// A Figure is the median of one unit over a cell's processes.
type Figure struct {
	Unit string
	stats.Interval
}

// Cells returns every cell of a run, group by group, in file order.
func Cells(e *question.Evidence) (out []Cell) {
	for _, g := range e.Groups("") {
		for _, r := range g.Rows {
			c := Cell{Name: r.Cell.Name, Group: g.Slug, Row: r, Ratio: r.Ratio, Observed: len(r.Cell.Samples)}
			switch {
			case math.IsNaN(r.Ratio.Estimate):
			case r == g.Row(bench.Reference):
				c.Verdict = "reference"
			case r.Real():
				c.Verdict = r.Verdict.String()
			}
			for _, unit := range unitsOf(r.Cell) {
				values := r.Cell.Values(unit)
				median, err := stats.Median(values, question.Confidence)
				if err != nil {
					continue
				}
				c.Figures = append(c.Figures, Figure{unit, median})
			}
			out = append(out, c)
		}
	}
	return out
}

// unitsOf lists the units of a cell: those that are known in their order, then
// the others by name. Ratios have a place of their own.
func unitsOf(c *results.Cell) []string {
	var units []string
	for _, s := range c.Samples {
		for _, unit := range s.Units() {
			if !slices.Contains(units, unit) && unit != results.XRef {
				units = append(units, unit)
			}
		}
	}
	slices.SortFunc(units, compareUnits)
	return units
}

// compareUnits orders units as Units lists them, and others after those.
func compareUnits(a, b string) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b)) }

func place(unit string) int {
	i := slices.IndexFunc(results.Units, func(u results.Unit) bool { return u.Name == unit })
	if i < 0 {
		return len(results.Units)
	}
	return i
}
