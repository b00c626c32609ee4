package report

import (
	"cmp"
	"errors"
	"slices"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
)

// Measured is everything that was measured of one cell.
type Measured struct {
	Row      *question.Row
	Group    string         // slug
	Ratio    *claim.Claim   // its time as a multiple of the reference's; nil where there is none
	Figures  []*claim.Claim // the median of each other unit, and its CPU time as a multiple of the reference's
	Observed int            // processes, or lines where the file knows no processes
}

// Verdict is what the cell's ratio may be taken for, in words; "" where there is
// none.
func (c Measured) Verdict() string {
	switch {
	case c.Ratio == nil:
		return ""
	case c.Row.Strategy == bench.Reference && c.Ratio.Verdict == claim.NotJudged:
		return "reference"
	}
	return c.Ratio.Verdict.String()
}

// Cells returns every cell of some groups, or of all, in file order.
func Cells(e *question.Evidence, groups ...*question.Group) (out []Measured, err error) {
	if len(groups) == 0 {
		groups = e.Groups()
	}
	for _, g := range groups {
		ratios, err := e.Compare(g, timeRatio)
		cpu, err2 := e.Compare(g, cpuRatio)
		if err := errors.Join(err, err2); err != nil {
			return nil, err
		}
		for _, r := range g.Rows {
			c := Measured{Row: r, Group: g.Slug, Ratio: ratios.Of(r.Cell), Observed: len(r.Cell.Samples)}
			for _, unit := range UnitsOf(r.Cell) {
				switch multiple := cpu.Of(r.Cell); {
				case unit == results.XRef || unit == results.CPUXRef && multiple == nil:
				case unit == results.CPUXRef:
					c.Figures = append(c.Figures, multiple)
				default:
					c.Figures = append(c.Figures, claim.Figures([]claim.Subject{{Cell: r.Cell, Name: r.Label()}}, unit).Claims...)
				}
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// UnitsOf lists the units of a cell: those that are known in their order, then
// the others by name.
func UnitsOf(c *results.Cell) (units []string) {
	for _, s := range c.Samples {
		for _, unit := range s.Units() {
			if !slices.Contains(units, unit) {
				units = append(units, unit)
			}
		}
	}
	slices.SortFunc(units, CompareUnits)
	return units
}

// CompareUnits orders units as results.Units lists them, then the time of an
// operation, and others after those.
func CompareUnits(a, b string) int {
	place := func(unit string) int {
		if i := slices.IndexFunc(results.Units, func(u results.Unit) bool { return u.Name == unit }); i >= 0 {
			return i
		}
		if unit == "ns/op" || unit == "sec/op" {
			return len(results.Units)
		}
		return len(results.Units) + 1
	}
	return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b))
}
