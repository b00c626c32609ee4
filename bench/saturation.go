package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// A prober puts a cell under load for some turns, in a process of its own. The
// rate of an open loop is a share of the capacity.
type prober func(c Cell, of capacity) ([]experiment.Turn, error)

const (
	probeProcesses = 3
	probeTurns     = 6
	probeLength    = 80 * time.Millisecond

	// lonePercent is the share of a closed loop's rate at which requests come
	// one by one.
	lonePercent = 10
)

// prober probes in processes that are started as those of cells are.
func (m *measurement) prober(ctx context.Context) prober {
	seed := m.Seed
	return func(c Cell, of capacity) ([]experiment.Turn, error) {
		seed++
		at := *m
		at.capacity = of
		p, err := at.start(ctx, seed, c)
		if err != nil {
			return nil, err
		}
		turns, errs, err := p.Exchanges(ctx, probeTurns, seed)
		if err != nil {
			return nil, err
		}
		return turns[0], errors.Join(errs[0], p.Close())
	}
}

// closed is how many requests a second a cell answers in a closed loop: the
// median over a few turns of several processes.
func (probe prober) closed(c Cell) (float64, error) {
	c.Traffic.Load, c.Traffic.Percent = ClosedLoop, 0
	var all []experiment.Turn
	for range probeProcesses {
		turns, err := probe(c, capacity{})
		if err != nil {
			return 0, err
		}
		all = append(all, turns...)
	}
	return quantile(valid(all), all, results.ReqRate, 0.5)
}

// A saturation is the rate at which an open loop would keep every CPU busy,
// and what it follows from.
type saturation struct {
	rate              float64 // requests per second
	closed            float64 // the same in a closed loop
	server, generator float64 // CPU time of a request that comes alone, ns
}

func (s saturation) settings() []results.Setting {
	return []results.Setting{
		{Key: results.CommonCapacity, Value: perSecond(s.rate)},
		{Key: results.ClosedCapacity, Value: perSecond(s.closed)},
		{Key: results.LoneDemand, Value: fmt.Sprintf("server %.0f ns, generator %.0f ns", s.server, s.generator)},
	}
}

// saturation finds the rate at which a cell and the generator, each on as many
// threads as it may use, would keep every CPU busy: by the utilisation law, as
// many CPUs as there are through the CPU time that a request demands (Denning
// and Buzen, Computing Surveys 10, 1978), or what the generator's threads or a
// closed loop get through, if that is less.
//
// The demand is that of requests which come one by one. In a closed loop they
// come in crowds, of which one wake-up serves many: a request costs less than
// half, and most of the rates that are shares of such a capacity are out of an
// open loop's reach. Nor is the highest rate at which the generator is
// punctual a figure to divide by: the share of punctual runs falls so slowly
// with the rate that to find its middle takes minutes. CPU time per request
// repeats within a few percent.
func (probe prober) saturation(c Cell, cpus, threads int) (found saturation, err error) {
	if found.closed, err = probe.closed(c); err != nil {
		return saturation{}, err
	}
	c.Traffic.Load, c.Traffic.Percent = OpenLoop, lonePercent
	var all []experiment.Turn
	for range probeProcesses {
		turns, err := probe(c, capacity{Common: found.closed})
		if err != nil {
			return saturation{}, err
		}
		all = append(all, turns...)
	}
	// A turn in which the generator was late, and for whose latencies nobody
	// vouches, costs as much as another. What disturbs a turn makes requests
	// dearer and never cheaper: the lower quartile is what repeats.
	if found.server, err = quantile(all, all, results.CPUNsPerReq, 0.25); err != nil {
		return saturation{}, err
	}
	if found.generator, err = quantile(all, all, results.GenCPU, 0.25); err != nil {
		return saturation{}, err
	}
	second := float64(time.Second)
	found.rate = min(float64(cpus)*second/(found.server+found.generator), float64(threads)*second/found.generator, found.closed)
	return found, nil
}

// quantile is that of a unit over the turns that count, out of all of them.
func quantile(count, all []experiment.Turn, unit string, q float64) (float64, error) {
	var values []float64
	for _, t := range count {
		if v, ok := t.Values[unit]; ok {
			values = append(values, v)
		}
	}
	if v, err := stats.Quantile(values, q); err == nil && v > 0 {
		return v, nil
	}
	why := "no turn has it"
	if said := notes(all); len(said) > 0 {
		why = "the load was not valid: " + said[0]
	}
	return 0, fmt.Errorf("measure %s: %s", unit, why)
}
