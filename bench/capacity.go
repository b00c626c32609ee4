package bench

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/strategies"
)

// A capacity is how many requests are answered in a second at the most. It is
// measured once, before anything that is held against it, so that a rate is
// the same number for every strategy.
type capacity struct {
	Common  float64 `json:"common,omitempty"`  // of the reference, as sustained finds it
	Handler float64 `json:"handler,omitempty"` // of as many places as overloaded cells have, each with their handler
}

// of is the capacity that a cell's rate is a share of.
func (c capacity) of(t Traffic) float64 {
	if t.Handler > 0 {
		return c.Handler
	}
	return c.Common
}

// textbook is the plainest pool that keeps a limit. A limit's capacity is what
// it gets through, so that it does not depend on which strategies take part.
var textbook = &strategies.Strategy{
	Name: "textbook",
	Open: func(limit int) (strategies.Pool, error) { return make(places, limit), nil },
}

// places are the places of the textbook's pool: a task holds one.
type places chan struct{}

func (p places) Go(task func()) error {
	p <- struct{}{}
	go func() {
		defer func() { <-p }()
		task()
	}()
	return nil
}

func (p places) Close() error {
	for range cap(p) {
		p <- struct{}{}
	}
	return nil
}

const (
	capacityProcesses = 2
	capacityTurns     = 5
	capacityLength    = 80 * time.Millisecond
)

// findCapacity measures what the rates of cells are shares of, as far as any
// needs it, and puts it into the results. Cells for which it cannot be found
// are given up.
func (m *measurement) findCapacity(ctx context.Context, groups []Group) error {
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
	for _, need := range []struct {
		cells    []Cell
		key      string
		strategy string
		unit     Unit
		limit    int
		rate     *float64
	}{
		{common, results.CommonCapacity, Reference, UnitConnection, connections, &m.capacity.Common},
		{handled, results.HandlerCapacity, textbook.Name, UnitMessage, overloadLimit, &m.capacity.Handler},
	} {
		if len(need.cells) == 0 || *need.rate > 0 {
			continue
		}
		c := Cell{Workload: Workload{Measure: Echo, Limit: need.limit}, Traffic: need.cells[0].Traffic, Strategy: need.strategy}
		c.Traffic.Load, c.Traffic.Unit, c.Traffic.Percent = ClosedLoop, need.unit, 0
		c.Traffic.Length, c.Traffic.Requests = capacityLength, 0
		rate, err := m.closedRate(ctx, c)
		if err == nil && need.strategy == Reference {
			rate, err = m.sustained(ctx, c, rate)
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			for _, c := range need.cells {
				m.given[c.Name()] = fmt.Errorf("find the capacity that its rate is a share of: %w", err)
			}
			continue
		}
		*need.rate = rate
		if m.Results == nil {
			continue
		}
		if err := m.Results.Setting(results.Setting{Key: need.key, Value: fmt.Sprintf("%.0f req/s", rate)}); err != nil {
			return err
		}
	}
	return nil
}

// closedRate is how many requests a second a cell answers, as the median over
// a few turns of processes of its own.
func (m *measurement) closedRate(ctx context.Context, c Cell) (float64, error) {
	var turns []experiment.Turn
	for k := range capacityProcesses {
		p, err := m.start(ctx, m.Seed+uint64(k), c)
		if err != nil {
			return 0, err
		}
		of, errs, err := p.Exchanges(ctx, capacityTurns, m.Seed)
		if err != nil {
			return 0, err
		}
		if err := errors.Join(errs[0], p.Close()); err != nil {
			return 0, err
		}
		turns = append(turns, of[0]...)
	}
	figure := turns[0].Note
	turns = valid(turns)
	if rate := experiment.Median(turns, unitOf(results.ReqRate)); rate > 0 {
		return rate, nil
	}
	return 0, fmt.Errorf("the load was not valid: %s", figure)
}

// levels are the shares of what a closed loop gets through, in percent, among
// which the sustained rate is looked for; the first is taken unseen.
var levels = []int{10, 20, 30, 40, 50, 60, 70, 80, 90}

const (
	levelTurns    = 3
	levelRequests = 6000
)

// sustained is the highest rate at which the generator vouches for most runs
// against the cell. Where it shares the CPUs with the server, that is well
// below what both get through in a closed loop: there nobody is late, because
// nobody has promised a moment.
func (m *measurement) sustained(ctx context.Context, c Cell, closed float64) (float64, error) {
	cells := make([]Cell, len(levels))
	for i, percent := range levels {
		cells[i] = c
		cells[i].Traffic.Load, cells[i].Traffic.Percent, cells[i].Traffic.Requests = OpenLoop, percent, levelRequests
	}
	m.capacity.Common = closed
	defer func() { m.capacity.Common = 0 }()
	p, err := m.start(ctx, m.Seed, cells...)
	if err != nil {
		return 0, err
	}
	var failed error
	first := sort.Search(len(levels)-1, func(i int) bool { // that is too high
		good := 0
		for k := 0; k < levelTurns && failed == nil; k++ {
			turn, err := p.Side(ctx, i+1).Turn()
			if err != nil {
				failed = err
			} else if turn.Note == "" {
				good++
			}
		}
		return 2*good <= levelTurns
	})
	if err := errors.Join(failed, p.Close()); err != nil {
		return 0, err
	}
	return closed * float64(levels[first]) / 100, nil
}
