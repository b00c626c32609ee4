package bench

import (
	"context"
	"fmt"

	"github.com/poolbench/poolbench/bench/results"
)

// A capacity is how many requests are answered in a second at the most. It is
// measured once, before anything that is held against it, so that a rate is
// the same number for every strategy.
type capacity struct {
	Common  float64 `json:"common,omitempty"`  // of the reference and the generator together, by what a request costs them
	Handler float64 `json:"handler,omitempty"` // of as many places as overloaded cells have, each with their handler
}

// of is the capacity that a cell's rate is a share of.
func (c capacity) of(t Traffic) float64 {
	if t.Handler > 0 {
		return c.Handler
	}
	return c.Common
}

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
		found, err := m.prober(ctx).saturation(probed(common[0], Reference, UnitConnection, connections), cpus(), openThreads())
		if err := m.foundOrGivenUp(ctx, common, err, found.settings); err != nil {
			return err
		}
		m.capacity.Common = found.rate
	}
	if len(handled) > 0 && m.capacity.Handler == 0 {
		rate, err := m.prober(ctx).closed(probed(handled[0], textbook.Name, UnitMessage, overloadLimit))
		settings := func() []results.Setting {
			return []results.Setting{{Key: results.HandlerCapacity, Value: perSecond(rate)}}
		}
		if err := m.foundOrGivenUp(ctx, handled, err, settings); err != nil {
			return err
		}
		m.capacity.Handler = rate
	}
	return nil
}

// probed is the cell that a capacity is found with: like one that needs it,
// but for who serves, and how.
func probed(like Cell, strategy string, unit Unit, limit int) Cell {
	c := Cell{Workload: Workload{Measure: Echo, Limit: limit}, Traffic: like.Traffic, Strategy: strategy}
	c.Traffic.Unit, c.Traffic.Length, c.Traffic.Requests, c.Traffic.Idle = unit, probeLength, 0, 0
	return c
}

// foundOrGivenUp puts what was found into the results or, if err says why
// nothing was, gives up the cells that need it.
func (m *measurement) foundOrGivenUp(ctx context.Context, need []Cell, err error, found func() []results.Setting) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		for _, c := range need {
			m.given[c.Name()] = fmt.Errorf("find the capacity that its rate is a share of: %w", err)
		}
		return nil
	case m.Results == nil:
		return nil
	}
	for _, s := range found() {
		if err := m.Results.Setting(s); err != nil {
			return err
		}
	}
	return nil
}

// perSecond writes a rate for the head of a file.
func perSecond(rate float64) string { return fmt.Sprintf("%.0f req/s", rate) }
