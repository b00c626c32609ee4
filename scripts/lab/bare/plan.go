package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
)

// A Plan is one run of the comparison.
type Plan struct {
	Groups      []Group
	Seed        uint64
	Budget      experiment.Budget
	Calibration work.Calibration
	Results     *results.Writer

	// Child returns a command that ends up in Host.
	Child func() (*exec.Cmd, error)
}

// patience is how long a turn may take before its process is killed.
const patience = 20 * time.Second

// hostSpec tells a child process what to open.
type hostSpec struct {
	Cells       []Cell           `json:"cells"`
	Alone       bool             `json:"alone,omitempty"`
	Calibration work.Calibration `json:"calibration"`
}

// Host is the child's half of a plan: it opens the cells that its parent names
// and takes turns as told.
func Host(all []*strategies.Strategy) error {
	return experiment.Host(func(words json.RawMessage) ([]experiment.Opener, error) {
		var spec hostSpec
		if err := json.Unmarshal(words, &spec); err != nil {
			return nil, fmt.Errorf("read which cells to open: %w", err)
		}
		openers := make([]experiment.Opener, len(spec.Cells))
		for i, c := range spec.Cells {
			openers[i] = func() (experiment.Side, error) { return openSide(c, all, spec.Calibration, spec.Alone) }
		}
		return openers, nil
	})
}

// Measure runs the plan and writes a line for each process of each cell. It
// ends with the first cell that fails: what is compared here is known to work.
func (p *Plan) Measure(ctx context.Context) error {
	_, err := experiment.Blocks(ctx, p.Seed, len(p.Groups), p.Budget, func(ctx context.Context, s experiment.Session) (bool, error) {
		return true, p.session(ctx, &p.Groups[s.Group], s)
	})
	return err
}

// session measures one group once.
func (p *Plan) session(ctx context.Context, g *Group, s experiment.Session) error {
	var turns [][]experiment.Turn
	var errs []error
	var err error
	switch {
	case g.Alone:
		turns, errs = experiment.Alone(experiment.Order(s.Seed), p.apart(ctx, g))
	case g.Apart:
		sides := p.apart(ctx, g)
		turns, errs = experiment.Exchanges(experiment.Order(s.Seed), sides, g.Exchanges)
		for _, side := range sides {
			err = errors.Join(err, side.Close())
		}
	default:
		turns, errs, err = p.exchange(ctx, g, s.Seed)
	}
	if err := errors.Join(append(errs, err)...); err != nil {
		return fmt.Errorf("group %s: %w", g.Slug, err)
	}
	if err := p.Results.Block(results.Block{Number: s.Block, Group: g.Slug, Seed: s.Seed, Steal: -1}); err != nil {
		return err
	}
	for i, c := range g.Cells {
		ops := 0
		for _, t := range turns[i] {
			ops += t.Ops
		}
		name := c.Name()
		if c.Procs > 1 {
			name += "-" + strconv.Itoa(c.Procs) // as package testing writes it
		}
		if err := p.Results.Line(name, ops, g.values(i, turns)); err != nil {
			return err
		}
	}
	return nil
}

// exchange lets the cells of a group take turns in one process.
func (p *Plan) exchange(ctx context.Context, g *Group, seed uint64) (turns [][]experiment.Turn, errs []error, err error) {
	process, err := p.start(ctx, hostSpec{Cells: g.Cells, Calibration: p.Calibration})
	if err != nil {
		return nil, nil, err
	}
	if turns, errs, err = process.Exchanges(ctx, g.Exchanges, seed); err != nil {
		return nil, nil, err
	}
	return turns, errs, process.Close()
}

// apart returns a side for each cell of a group. Each starts a process of its own
// at its first turn.
func (p *Plan) apart(ctx context.Context, g *Group) []experiment.Side {
	sides := make([]experiment.Side, len(g.Cells))
	for i, c := range g.Cells {
		sides[i] = experiment.Lazy(func() (experiment.Side, error) {
			process, err := p.start(ctx, hostSpec{Cells: []Cell{c}, Alone: g.Alone, Calibration: p.Calibration})
			if err != nil {
				return nil, err
			}
			return process.Side(ctx, 0), nil
		})
	}
	return sides
}

// start begins a process with as many processors as its cells name.
func (p *Plan) start(ctx context.Context, spec hostSpec) (*experiment.Process, error) {
	cmd, err := p.Child()
	if err != nil {
		return nil, err
	}
	cmd.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(spec.Cells[0].Procs))
	return experiment.Start(ctx, cmd, spec, patience)
}

// values makes of the turns of cell i what its line says. Ratios are to the
// subject under the same workload, and the ideal is the loop over the same
// tasks, spread over all processors.
func (g *Group) values(i int, turns [][]experiment.Turn) map[string]float64 {
	own, c := turns[i], g.Cells[i]
	values := map[string]float64{
		results.NsPerTask:    experiment.Median(own, experiment.Turn.WallPerOp),
		results.CPUNsPerTask: experiment.Median(own, experiment.Turn.CPUPerOp),
	}
	if !g.Alone {
		subject := g.turnsOf(turns, c.Workload, Subject)
		values[results.XRef] = experiment.Ratio(own, subject, experiment.Turn.WallPerOp)
		values[results.CPUXRef] = experiment.Ratio(own, subject, experiment.Turn.CPUPerOp)
		ideal := g.turnsOf(turns, c.Workload, Loop)
		values[results.Efficiency] = experiment.Ratio(ideal, own, experiment.Turn.WallPerOp) / float64(c.Procs)
	}
	for unit := range own[0].Values {
		values[unit] = experiment.Median(own, func(t experiment.Turn) float64 { return t.Values[unit] })
	}
	return values
}

// turnsOf returns the turns of a strategy under a workload, or nil.
func (g *Group) turnsOf(turns [][]experiment.Turn, w Workload, strategy string) []experiment.Turn {
	for i, c := range g.Cells {
		if c.Workload == w && c.Strategy == strategy {
			return turns[i]
		}
	}
	return nil
}
