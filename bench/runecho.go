package bench

import (
	"context"
	"errors"
	"flag"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/loadtest"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// RunEcho benchmarks the cells of traffic of the quick profile, as
// sub-benchmarks of b that benchstat can lay out. Those of all profiles, with
// every strategy and server, are hundreds: they are there for a pattern of -bench
// that names a strategy, as in
//
//	go test -run '^$' -bench 'Echo/load=closed/unit=message/.*/.*/strategy=weighted$' ./strategies/catalog/bench
//
// The server and the load generator each are a process of its own: child must
// return a command that ends up in [Host], which TestMain can see to.
//
// One operation is one turn of some tens of milliseconds; the custom units are
// the results. Those of an invalid turn are left out, and why is logged.
func RunEcho(b *testing.B, child func() (*exec.Cmd, error), all []*strategies.Strategy, servers ...*echo.Server) {
	if err := strategies.Validate(all...); err != nil {
		b.Fatal(err)
	}
	if err := declareUnits(loadtest.Units...); err != nil {
		b.Fatal(err)
	}
	m := &measurement{Plan: &Plan{Child: child, Seed: 1, Patience: experiment.DefaultPatience}, failed: make(map[string]error)}
	for _, c := range StockEcho(benchPattern(), all, servers) {
		b.Run(c.keys(), func(b *testing.B) {
			if err := m.findCapacity(b.Context(), []PlannedGroup{{Cells: []Cell{c}}}); err != nil {
				b.Fatal(err)
			}
			if err := m.failed[c.Name()]; err != nil {
				b.Fatal(err)
			}
			m.benchmark(b, c)
		})
	}
}

// benchPattern is what -bench says.
func benchPattern() string {
	if f := flag.Lookup("test.bench"); f != nil {
		return f.Value.String()
	}
	return ""
}

// StockEcho lists the cells that RunEcho offers to a pattern of -bench: those of
// the quick profile, or those of all profiles if the pattern names a strategy.
// A cell that several profiles have takes as long as in the shortest.
func StockEcho(pattern string, all []*strategies.Strategy, servers []*echo.Server) (cells []Cell) {
	profiles, named := []*Profile{Quick}, false
	if strings.Contains(pattern, strategyKey) {
		profiles, named = Profiles, true
	}
	seen := make(map[string]bool)
	for _, p := range profiles {
		for _, g := range p.Groups(Selection{Strategies: all, Servers: servers, Named: named}) {
			for _, c := range g.Cells {
				// The control has a meaning only in turns with the reference.
				if c.Measure == Echo && c.Strategy != Control && !seen[c.Name()] {
					seen[c.Name()] = true
					cells = append(cells, c)
				}
			}
		}
	}
	return cells
}

// strategyKey is what the last part of a cell's name begins with.
const strategyKey = "strategy="

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
	for unit, value := range loadtest.Summarize(turns, c.Traffic, nil) {
		if !slices.Contains([]string{results.XRef, results.CPUXRef}, unit) {
			b.ReportMetric(value, unit)
		}
	}
	for _, reason := range loadtest.Invalid(turns) {
		b.Log("INVALID: " + reason)
	}
}
