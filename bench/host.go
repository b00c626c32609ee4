package bench

import (
	"encoding/json"
	"fmt"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/fanout"
	"github.com/poolbench/poolbench/bench/loadtest"
	"github.com/poolbench/poolbench/bench/peers"
	"github.com/poolbench/poolbench/bench/stdlib"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// A hostSpec describes to a child process the sides that it is to hold: cells,
// or a server for a cell of another process.
type hostSpec struct {
	loadtest.HostSpec
	Cells       []Cell           `json:"cells"`
	Seed        uint64           `json:"seed"`
	Calibration work.Calibration `json:"calibration"`
	Python      string           `json:"python,omitempty"`

	// Of cells with traffic: what their rates are a share of, and where servers
	// are that run already.
	Capacity loadtest.Capacity `json:"capacity,omitzero"`
	Peers    map[string]string `json:"peers,omitempty"`
}

// Host serves the cells of a group to the process that started this one, as long
// as that asks. all, with their variants, and servers are what cells may name.
//
// For cells with traffic the process is the load generator, and starts this
// program once more for each: with the arguments that it was started with
// itself, which must end up in Host again.
func Host(all []*strategies.Strategy, servers ...*echo.Server) error {
	byName := map[string]loadtest.Implementation{limiter: {Strategy: stdlib.Semaphore}}
	for _, s := range strategies.WithVariants(all...) {
		byName[s.Name] = loadtest.Implementation{Strategy: s}
	}
	for _, s := range servers {
		byName[s.Name] = loadtest.Implementation{Server: s}
	}
	byName[Control] = byName[Reference]
	return experiment.Host(func(raw json.RawMessage) ([]experiment.Opener, error) {
		var spec hostSpec
		if err := json.Unmarshal(raw, &spec); err != nil {
			return nil, fmt.Errorf("read which cells to hold: %w", err)
		}
		if s := spec.Serve; s != nil {
			return []experiment.Opener{func() (experiment.Side, error) { return loadtest.Serve(*s, byName[s.Name]) }}, nil
		}
		openers := make([]experiment.Opener, len(spec.Cells))
		for i, c := range spec.Cells {
			openers[i] = func() (experiment.Side, error) { return spec.open(c, byName[c.Strategy]) }
		}
		return openers, nil
	})
}

// open opens a cell: traffic, a peer, a strategy or the loop.
func (spec hostSpec) open(c Cell, by loadtest.Implementation) (experiment.Side, error) {
	if c.Measure == Echo {
		return loadtest.Open(loadtest.Spec{
			Traffic: c.Traffic, Name: c.Strategy, Rate: spec.Capacity.Rate(c.Traffic), Seed: spec.Seed,
			Addr: spec.Peers[c.Strategy], Python: spec.Python,
		}, by)
	}
	if peer := peers.Find(c.Strategy); peer != nil {
		size, err := work.Hash.Size(c.Grain, spec.Calibration)
		if err != nil {
			return nil, err
		}
		return peer.Open(spec.Python, peers.Request{
			Pattern: string(c.Pattern), Pool: string(c.Pool), Limit: c.Limit, Tasks: c.Tasks,
			Work: c.Work, Bytes: size, Seed: spec.Seed,
		})
	}
	options := fanout.Options{Seed: spec.Seed, Calibration: spec.Calibration, Latency: c.Measure == Latency}
	switch {
	case by.Strategy == nil && c.Strategy != Loop:
		return nil, fmt.Errorf("this program has no strategy %q", c.Strategy)
	case c.Measure == Memory:
		return fanout.OpenMemory(by.Strategy, c.Fanout, options)
	}
	return fanout.Open(by.Strategy, c.Fanout, options)
}
