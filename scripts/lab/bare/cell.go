package main

import (
	"fmt"
	"time"

	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
)

// A Workload says what is done, whoever does it.
type Workload struct {
	Form       Form              `json:"form"`
	Pool       workload.Lifetime `json:"pool"`
	Work       string            `json:"work"` // the name of a work.Kind
	Grain      work.Grain        `json:"grain"`
	Tasks      int               `json:"tasks"` // handed over and awaited together
	Limit      int               `json:"limit"`
	Submitters int               `json:"submitters"` // goroutines that hand over
	Procs      int               `json:"procs"`      // GOMAXPROCS
}

// A Form is what tasks are handed over as.
type Form string

const (
	Go   Form = "go"   // a func for each, one by one
	Each Form = "each" // one func of an index, for all
	Map  Form = "map"  // the same with a result for each: the idioms of the catalog
)

// Names that stand in a cell in the place of a strategy's.
const (
	// Subject is the pool whose figures these are. Ratios are taken to it.
	Subject = "stealing"

	// Control is the subject measured a second time: its ratio should be 1.
	Control = "control"

	// Textbook is the pool of the textbooks.
	Textbook = "handrolled"

	// Iter is the loop of the library conc, the fastest of any library where
	// the number of tasks is known.
	Iter = "conc"

	// Loop does the tasks one after the other.
	Loop = "loop"

	// Halves does them in two goroutines, each one half: what no pool can
	// do better on two processors.
	Halves = "halves"
)

// A Cell is one strategy under one workload.
type Cell struct {
	Workload
	Strategy string `json:"strategy"`
}

// Name returns the benchmark's name without the word Benchmark.
func (c Cell) Name() string {
	grain := c.Grain
	if grain == "" {
		grain = "0"
	}
	return fmt.Sprintf("Bare/form=%s/pool=%s/work=%s/grain=%s/tasks=%d/limit=%d/submitters=%d/procs=%d/strategy=%s",
		c.Form, c.Pool, c.Work, grain, c.Tasks, c.Limit, c.Submitters, c.Procs, c.Strategy)
}

// Floor returns the least time that a batch takes because its tasks wait; 0 for
// work that keeps a processor busy.
func (w Workload) Floor() time.Duration {
	kind := work.Find(w.Work)
	if kind == nil || kind.Unit != work.UnitSleep {
		return 0
	}
	return w.Grain.Duration() * time.Duration(w.Tasks) / time.Duration(w.Limit)
}

// of returns the cells of strategies under the workload.
func (w Workload) of(strategies ...string) []Cell {
	cells := make([]Cell, len(strategies))
	for i, s := range strategies {
		cells[i] = Cell{w, s}
	}
	return cells
}

// A Group is the cells that take turns with one another, and so can be
// compared.
type Group struct {
	Slug      string
	Cells     []Cell
	Exchanges int  // in each process
	Apart     bool // every cell in a process of its own; the processes take turns
	Alone     bool // every cell in a process of its own, one after the other, for its memory
}
