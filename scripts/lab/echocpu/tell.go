package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/strategies/catalog"
)

const confidence = 0.95

// isPool says whether the name is that of a strategy, which serves in tasks of
// a connection each.
func isPool(name string) bool {
	for _, s := range catalog.All {
		if s.Name == name {
			return true
		}
	}
	return false
}

// ratio is the CPU time of a request under a cell as a multiple of what it is
// under the server in C. The turns of one process are those of one block; its
// k-th turn is compared with the other's k-th.
func ratio(cell, floor *results.Cell) (stats.Interval, error) {
	var logs []float64
	turns, others := byBlock(cell), byBlock(floor)
	for block, own := range turns {
		n := min(len(own), len(others[block]))
		ratios := make([]float64, n)
		for i := range n {
			ratios[i] = own[i] / others[block][i]
		}
		median, err := stats.Quantile(stats.Logs(ratios), 0.5)
		if err != nil {
			return stats.Interval{}, fmt.Errorf("process %d of %s: %w", block, cell.Name, err)
		}
		logs = append(logs, median)
	}
	interval, err := stats.HodgesLehmann(logs, confidence)
	return interval.Exp(), err
}

func byBlock(c *results.Cell) map[int][]float64 {
	blocks := make(map[int][]float64)
	for _, s := range c.Samples {
		v, _ := s.Value(results.CPUNsPerReq)
		blocks[s.Block.Number] = append(blocks[s.Block.Number], v)
	}
	return blocks
}

// tell prints what each server's request costs, the least first.
func tell(out io.Writer, set *results.Set) error {
	reference := set.Cell(lineName(floor))
	if reference == nil {
		return fmt.Errorf("there is no line of %s to compare with", floor)
	}
	type row struct {
		name  string
		ratio stats.Interval
		cpu   float64
		text  string
	}
	var rows []row
	for _, c := range set.Cells {
		cpu, err := stats.Quantile(c.Values(results.CPUNsPerReq), 0.5)
		if err != nil {
			return err
		}
		r := row{name: c.Keys["strategy"], cpu: cpu, text: "1"}
		if c != reference {
			if r.ratio, err = ratio(c, reference); err != nil {
				return err
			}
			r.text = fmt.Sprintf("%.3f [%.3f, %.3f]", r.ratio.Estimate, r.ratio.Low, r.ratio.High)
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.cpu, b.cpu) })
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "server\tCPU a request, us\tas a multiple of %s\n", floor)
	for _, r := range rows {
		fmt.Fprintf(table, "%s\t%.2f\t%s\n", r.name, r.cpu/1000, r.text)
	}
	return table.Flush()
}
