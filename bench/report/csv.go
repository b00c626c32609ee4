package report

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// A Run is the results of one file.
type Run struct {
	Name     string // what it is called, such as its path
	Evidence *question.Evidence
	Remarks  []Remark // why processes of it do not count
}

// CSV writes every figure of some runs for scripts and spreadsheets: a line for
// each unit of each cell, with its median, the ends of its 95 % interval (empty
// where there is none) and the number of values. Ratios to the reference are
// lines of the unit x-ref.
func CSV(out io.Writer, runs []Run) error {
	w := csv.NewWriter(out)
	if err := w.Write([]string{"file", "group", "cell", "strategy", "unit", "estimate", "low", "high", "n", "verdict"}); err != nil {
		return err
	}
	for _, run := range runs {
		for _, c := range Cells(run.Evidence) {
			figures := c.Figures
			if !math.IsNaN(c.Ratio.Estimate) {
				figures = append([]Figure{{results.XRef, c.Ratio}}, figures...)
			}
			for _, f := range figures {
				verdict := ""
				if f.Unit == results.XRef {
					verdict = c.Verdict
				}
				line := []string{run.Name, c.Group, c.Name, c.Row.Strategy, f.Unit, decimal(f.Estimate), "", "", strconv.Itoa(f.N), verdict}
				if bounded(f.Interval) {
					line[6], line[7] = decimal(f.Low), decimal(f.High)
				}
				if err := w.Write(line); err != nil {
					return err
				}
			}
		}
	}
	w.Flush()
	return w.Error()
}

func bounded(i stats.Interval) bool { return !math.IsInf(i.Low, 0) && !math.IsInf(i.High, 0) }

// decimal writes the five digits that a results file carries.
func decimal(v float64) string { return strconv.FormatFloat(v, 'g', 5, 64) }
