package bench

import (
	"context"
	"errors"
	"fmt"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/loadtest"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
)

const (
	probeProcesses = 3
	probeTurns     = 6 // in each

	// limiter is the name of the semaphore with which the capacity of a limit
	// is found, whichever strategies take part.
	limiter = "limiter"
)

// findCapacity measures what the rates of cells are shares of, as far as any
// needs it, and puts it into the results. Cells for which it cannot be found
// are given up.
func (m *measurement) findCapacity(ctx context.Context, groups []PlannedGroup) error {
	var common, handled []Cell // that need the one and the other
	for _, g := range groups {
		for _, c := range g.Cells {
			switch {
			case c.Traffic.Percent == 0:
			case c.Traffic.Handler > 0:
				handled = append(handled, c)
			default:
				common = append(common, c)
			}
		}
	}
	if len(common) > 0 && m.capacity.Common == 0 {
		found, err := m.saturation(ctx, loadtest.ClosedProbe(common[0].Traffic, workload.PerConnection, connections))
		if err := m.foundOrGivenUp(ctx, common, err, found.Settings()...); err != nil {
			return err
		}
		m.capacity.Common = found.Rate
	}
	if len(handled) > 0 && m.capacity.Handler == 0 {
		rate, err := m.closedRate(ctx, loadtest.ClosedProbe(handled[0].Traffic, workload.PerMessage, overloadLimit), limiter)
		setting := results.Setting{Key: results.HandlerCapacity, Value: loadtest.PerSecond(rate)}
		if err := m.foundOrGivenUp(ctx, handled, err, setting); err != nil {
			return err
		}
		m.capacity.Handler = rate
	}
	return nil
}

// saturation finds the common capacity.
func (m *measurement) saturation(ctx context.Context, probe workload.Traffic) (loadtest.Saturation, error) {
	closed, err := m.closedRate(ctx, probe, Reference)
	if err != nil {
		return loadtest.Saturation{}, err
	}
	turns, err := m.probe(ctx, loadtest.LoneProbe(probe), Reference, loadtest.Capacity{Common: closed})
	if err != nil {
		return loadtest.Saturation{}, err
	}
	return loadtest.Saturate(closed, turns)
}

// closedRate is how many requests a second a strategy answers in a closed loop.
func (m *measurement) closedRate(ctx context.Context, probe workload.Traffic, strategy string) (float64, error) {
	turns, err := m.probe(ctx, probe, strategy, loadtest.Capacity{})
	if err != nil {
		return 0, err
	}
	return loadtest.ClosedRate(turns)
}

// probe puts a strategy under load in a few processes, which are started as
// those of cells are.
func (m *measurement) probe(ctx context.Context, t workload.Traffic, strategy string, of loadtest.Capacity) (all []experiment.Turn, err error) {
	at := *m
	at.capacity = of
	for seed := range uint64(probeProcesses) {
		p, err := at.start(ctx, m.Seed+seed, Cell{Measure: Echo, Traffic: t, Strategy: strategy})
		if err != nil {
			return nil, err
		}
		turns, errs, err := p.Exchanges(ctx, probeTurns, m.Seed+seed)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(errs[0], p.Close()); err != nil {
			return nil, err
		}
		all = append(all, turns[0]...)
	}
	return all, nil
}

// foundOrGivenUp puts what was found into the results or, if err says why
// nothing was, gives up the cells that need it.
func (m *measurement) foundOrGivenUp(ctx context.Context, need []Cell, err error, found ...results.Setting) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		for _, c := range need {
			m.failed[c.Name()] = fmt.Errorf("find the capacity that its rate is a share of: %w", err)
		}
		return nil
	case m.Results == nil:
		return nil
	}
	for _, s := range found {
		if err := m.Results.Setting(s); err != nil {
			return err
		}
	}
	return nil
}
