package bench

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// RunEcho benchmarks every cell of traffic of the quick profile, as
// sub-benchmarks of b that benchstat can lay out. The server and the load
// generator each are a process of its own: child must return a command that
// ends up in [Host], which TestMain can see to.
//
// One operation is one turn of some tens of milliseconds; the custom units are
// the results. Those of a turn for which the generator does not vouch are left
// out, and why is logged.
func RunEcho(b *testing.B, child func() (*exec.Cmd, error), all []*strategies.Strategy, servers ...*echo.Server) {
	if err := strategies.Validate(all...); err != nil {
		b.Fatal(err)
	}
	writeUnitsOnce.Do(func() {
		if err := results.WriteUnits(os.Stdout); err != nil {
			b.Fatal(err)
		}
	})
	m := &measurement{Plan: &Plan{Child: child, Seed: 1, Patience: defaultPatience}, given: make(map[string]error)}
	for _, g := range Quick.Groups(Selection{Strategies: all, Servers: servers}) {
		if !g.traffic() {
			continue
		}
		for _, c := range g.Cells {
			if c.Strategy == Control {
				continue // it has a meaning only in turns with the reference
			}
			b.Run(c.keys(), func(b *testing.B) {
				if err := m.findCapacity(b.Context(), []Group{{Cells: []Cell{c}}}); err != nil {
					b.Fatal(err)
				}
				if err := m.given[c.Name()]; err != nil {
					b.Fatal(err)
				}
				m.benchmark(b, c)
			})
		}
	}
}

// benchmark runs turns of one cell.
func (m *measurement) benchmark(b *testing.B, c Cell) {
	p, err := m.start(b.Context(), m.Seed, c)
	if err != nil {
		b.Fatal(err)
	}
	side := p.Side(context.Background(), 0)
	var turns []experiment.Turn
	b.ResetTimer()
	for b.Loop() {
		turn, err := side.Turn()
		if err != nil {
			b.Fatal(errors.Join(err, p.Close()))
		}
		turns = append(turns, turn)
	}
	if err := p.Close(); err != nil {
		b.Error(err)
	}
	b.ReportMetric(0, "ns/op")
	for unit, value := range summarizeTraffic(turns, c.Traffic, nil) {
		if !slices.Contains([]string{results.XRef, results.CPUXRef}, unit) {
			b.ReportMetric(value, unit)
		}
	}
	for _, note := range notes(turns) {
		b.Log("INVALID: " + note)
	}
}
