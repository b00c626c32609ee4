package bench

import (
	"github.com/poolbench/poolbench/bench/peers"
	"github.com/poolbench/poolbench/bench/workload"
)

// Measure is what is looked at; it is the first word of a benchmark's name.
type Measure string

const (
	Fanout  Measure = "Fanout"  // how long it takes
	Latency Measure = "Latency" // how long each task takes, from submit to done
	Memory  Measure = "Memory"  // what it needs at its peak, in a process of its own
	Echo    Measure = "Echo"    // how an echo server fares under the cell's traffic
)

// Names that stand in a cell in the place of a strategy's.
const (
	// Reference is the strategy that ratios are taken to.
	Reference = "goroutines"

	// Own is this project's own pool. What names it best must say so, and name
	// the best of the others as well.
	Own = "stealing"

	// Control is the reference measured a second time: its ratio should be 1.
	Control = "control"

	// Loop is the bare loop that does the same work with no pool at all.
	Loop = "loop"
)

// A Cell is one strategy under one workload: a fan-out, or the traffic of an
// echo server.
type Cell struct {
	Measure Measure `json:"measure"`
	workload.Fanout
	Traffic  workload.Traffic `json:"traffic,omitzero"` // with Echo, in place of the workload
	Strategy string           `json:"strategy"`
}

// Name returns the benchmark's name without the word Benchmark. The strategy
// comes last, so that a name cut off before it is the name of a comparison.
func (c Cell) Name() string { return string(c.Measure) + "/" + c.keys() }

// keys returns the part of the name after the first slash.
func (c Cell) keys() string {
	workload := c.Fanout.Keys()
	if c.Measure == Echo {
		workload = c.Traffic.Keys()
	}
	return workload + "/strategy=" + c.Strategy
}

// IsPeer tells whether a cell of that name is no strategy but a peer in another
// language.
func IsPeer(name string) bool { return peers.Find(name) != nil }
