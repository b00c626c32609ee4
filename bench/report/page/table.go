package page

import (
	"slices"
	"strconv"

	"github.com/poolbench/poolbench/bench/claim"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/report"
)

// A cellTable is every cell of one measure, of all runs.
type cellTable struct {
	Base  string
	Title string
	Units []unitHead
	Ratio bool // there is a column of ratios
	Rows  []cellRow
}

// A cellRow is a cell in words.
type cellRow struct {
	Run, Group, Workload, Strategy, Label string
	N                                     int
	Ratio                                 *figureCell // nil where there is none
	Verdict                               string
	Figures                               []*figureCell // by unit; nil where it was not measured
}

// A figureCell is a figure in words, and the number to sort it by.
type figureCell struct {
	Sort  string
	Value string
	Range string
	N     int // where it is not that of the row; otherwise 0
}

// titles are those of the tables of our own measures.
var titles = map[string]string{
	string(bench.Fanout): "Fan-out: how long tasks take", string(bench.Latency): "From submit to done",
	string(bench.Memory): "Memory at its peak", "Echo": "Echo server",
}

// addCells takes up the cells of one run.
func (v *view) addCells(run string, cells []report.Measured) {
	for _, c := range cells {
		base := c.Row.Cell.Base
		i := slices.IndexFunc(v.Tables, func(t cellTable) bool { return t.Base == base })
		if i < 0 {
			title := titles[base]
			if title == "" {
				title = "Benchmark" + base
			}
			v.Tables = append(v.Tables, cellTable{Base: base, Title: title})
			i = len(v.Tables) - 1
		}
		v.Tables[i].add(run, c)
		if c.Row.Strategy != "" {
			v.Names = append(v.Names, c.Row.Strategy)
		}
	}
}

// add appends a cell, and columns for the units that it brings.
func (t *cellTable) add(run string, c report.Measured) {
	row := cellRow{Run: run, Group: c.Group, Workload: workloadText(c.Row.Cell), Strategy: c.Row.Strategy, Label: c.Row.Label(), N: c.Observed, Verdict: c.Verdict()}
	if row.Workload == "" {
		row.Workload = c.Row.Cell.Name
	}
	if c.Ratio != nil {
		t.Ratio = true
		row.Ratio = newFigureCell(c.Ratio, c.Observed)
	}
	for _, f := range c.Figures {
		at := slices.IndexFunc(t.Units, func(u unitHead) bool { return u.Unit == f.Unit })
		if at < 0 {
			at = len(t.Units)
			t.Units = append(t.Units, newUnitHead(f.Unit))
		}
		for len(row.Figures) <= at {
			row.Figures = append(row.Figures, nil)
		}
		row.Figures[at] = newFigureCell(f, c.Observed)
	}
	t.Rows = append(t.Rows, row)
}

// Of returns the figures of a row, one for every column.
func (t cellTable) Of(row cellRow) []*figureCell {
	return append(row.Figures, make([]*figureCell, len(t.Units)-len(row.Figures))...)
}

// newFigureCell writes a figure with its interval. A ratio is written as the
// file has it, so that a column sorts as it reads.
func newFigureCell(c *claim.Claim, observed int) *figureCell {
	v := c.Value
	cell := &figureCell{Sort: strconv.FormatFloat(v.Estimate, 'g', 5, 64), Value: claim.Write(c.Unit, v.Estimate)}
	if claim.Bounded(v) && v.N > 0 {
		cell.Range = "[" + claim.Write(c.Unit, v.Low) + ", " + claim.Write(c.Unit, v.High) + "]"
	}
	if v.N != observed {
		cell.N = v.N
	}
	return cell
}
