package question

import (
	"math"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// A ControlSummary is what the negative control showed: the reference measured
// twice under two labels.
type ControlSummary struct {
	// Ratio is the run's control as one figure: in each block the geometric
	// mean over all comparisons, and their centre over the blocks.
	Ratio stats.Interval

	Comparisons int    // groups in which the control's interval is bounded
	Covering    int    // of them, those whose interval covers 1
	Widest      *Group // the one with the widest interval, nil if there is none
}

// Control summarises the negative control.
func (e *Evidence) Control() ControlSummary {
	var c ControlSummary
	sum, count := make(map[int]float64), make(map[int]int)
	for _, g := range e.Groups("") {
		row := g.Row(bench.Control)
		if row == nil {
			continue
		}
		for _, s := range row.Cell.Samples {
			if v, _ := s.Value(results.XRef); v > 0 {
				sum[s.Block.Number] += math.Log(v)
				count[s.Block.Number]++
			}
		}
		if math.IsInf(row.Ratio.High, 1) {
			continue
		}
		c.Comparisons++
		if row.Ratio.Covers(1) {
			c.Covering++
		}
		if c.Widest == nil || g.Noise() > c.Widest.Noise() {
			c.Widest = g
		}
	}
	var blocks []float64
	for block := 1; block <= len(sum); block++ {
		if n := count[block]; n > 0 {
			blocks = append(blocks, math.Exp(sum[block]/float64(n)))
		}
	}
	c.Ratio = RatioOf(blocks)
	return c
}
