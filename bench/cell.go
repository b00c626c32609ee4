package bench

import (
	"fmt"
	"strings"

	"github.com/poolbench/poolbench/bench/work"
)

// A Workload says what is done, whoever does it. Of a cell with traffic only
// Measure and Limit count.
type Workload struct {
	Measure    Measure    `json:"measure"`
	Pattern    Pattern    `json:"pattern"`
	Pool       Lifetime   `json:"pool"`
	Work       string     `json:"work"` // the name of a work.Kind
	Grain      work.Grain `json:"grain"`
	Tasks      int        `json:"tasks"` // submitted and awaited together
	Limit      int        `json:"limit"`
	Submitters int        `json:"submitters"` // goroutines that submit
}

// Measure is what is looked at; it is the first word of a benchmark's name.
type Measure string

const (
	Fanout  Measure = "Fanout"  // how long it takes
	Latency Measure = "Latency" // how long each task takes, from submit to done
	Memory  Measure = "Memory"  // what it needs at its peak, in a process of its own
	Echo    Measure = "Echo"    // how an echo server fares under the cell's traffic
)

// Pattern is how results come back.
type Pattern string

const (
	WaitEach Pattern = "waiteach" // strategies.WaitEach
	Collect  Pattern = "collect"  // strategies.Collect
	Callback Pattern = "callback" // strategies.Callback
	Native   Pattern = "native"   // an idiom of the library
)

// Lifetime is how long a pool lives.
type Lifetime string

const (
	Fresh Lifetime = "fresh" // opened and closed with every batch
	Kept  Lifetime = "kept"  // opened before, and closed when all is over
)

// Names that stand in a cell in the place of a strategy's.
const (
	// Reference is the strategy that ratios are taken to.
	Reference = "goroutines"

	// Control is the reference measured a second time: its ratio should be 1.
	Control = "control"

	// Loop is the bare loop that does the same work with no pool at all.
	Loop = "loop"
)

// A Cell is one strategy under one workload: a fan-out, or the traffic of an
// echo server.
type Cell struct {
	Workload
	Idiom    string  `json:"idiom,omitempty"`  // with Native
	Traffic  Traffic `json:"traffic,omitzero"` // with Echo
	Strategy string  `json:"strategy"`
}

// Name returns the benchmark's name without the word Benchmark. The strategy
// comes last, so that a name cut off before it is the name of a comparison.
func (c Cell) Name() string {
	return string(c.Measure) + "/" + c.keys()
}

// keys returns the part of the name after the first slash.
func (c Cell) keys() string {
	if c.Measure == Echo {
		return c.Traffic.keys(c.Limit) + "/strategy=" + c.Strategy
	}
	var b strings.Builder
	fmt.Fprintf(&b, "pattern=%s", c.Pattern)
	if c.Idiom != "" {
		fmt.Fprintf(&b, "/idiom=%s", c.Idiom)
	}
	grain := c.Grain
	if grain == "" {
		grain = "0"
	}
	fmt.Fprintf(&b, "/pool=%s/work=%s/grain=%s/tasks=%d/limit=%d/submitters=%d/strategy=%s",
		c.Pool, c.Work, grain, c.Tasks, c.Limit, c.Submitters, c.Strategy)
	return b.String()
}

// of returns the cell of a strategy under the workload.
func (w Workload) of(strategy string) Cell { return Cell{Workload: w, Strategy: strategy} }
