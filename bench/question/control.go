package question

import (
	"math"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// A controlSummary is what the negative control showed: the reference measured
// twice under two labels.
type controlSummary struct {
	// Ratio is the run's control as one figure: in each block the geometric
	// mean over all comparisons, and their centre over the blocks.
	Ratio stats.Interval

	Comparisons int          // groups in which the control's interval is bounded
	Covering    int          // of them, those whose interval covers 1
	Widest      *claim.Claim // the control with the widest interval, nil if there is none

	// Off are the controls whose intervals do not cover 1.
	Off []*claim.Claim
}

// Control summarises the negative control.
func (e *Evidence) Control() controlSummary {
	var c controlSummary
	sum, count := make(map[int]float64), make(map[int]int)
	for _, g := range e.Groups() {
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
		control := &claim.Claim{
			Subject: row.subject(), Group: g.Slug, Unit: results.XRef, Baseline: claim.Subject{Name: Reference.Name},
			Design: claim.InTurns, Value: claim.Centre(row.Cell.Values(results.XRef)),
		}
		if !claim.Bounded(control.Value) {
			continue
		}
		c.Comparisons++
		if control.Value.Covers(1) {
			c.Covering++
		} else {
			c.Off = append(c.Off, control)
		}
		if c.Widest == nil || claim.Noise(control.Value) > claim.Noise(c.Widest.Value) {
			c.Widest = control
		}
	}
	var blocks []float64
	for block := 1; block <= len(sum); block++ {
		if n := count[block]; n > 0 {
			blocks = append(blocks, math.Exp(sum[block]/float64(n)))
		}
	}
	c.Ratio = claim.Centre(blocks)
	return c
}
