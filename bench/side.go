package bench

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
)

// batchPatience is how long a batch may go on without a task being done: less
// than a process may, so that the pool is blamed in words of its own.
const batchPatience = defaultPatience * 3 / 4

// turnLength is about how long a side keeps its turn: short enough to be over
// before the machine's weather changes.
const turnLength = time.Millisecond

// A side is a cell that takes turns.
type side struct {
	cell   Cell
	engine engine
	batch  *batch
	repeat int                // batches a turn
	lost   bool               // the pool never ran a task that it had accepted
	stop   func()             // watching the batch; nil if nobody does
	steady map[string]float64 // what is the same in every turn
}

// openSide opens a cell, runs it until it is warm, and finds out how many of
// its batches make a turn.
func openSide(c Cell, s *strategies.Strategy, seed uint64, calibration work.Calibration) (*side, error) {
	t := &side{cell: c, repeat: 1}
	var err error
	if t.batch, err = openBatch(c, seed, calibration); err != nil {
		return nil, err
	}
	if t.engine, err = newEngine(c, s); err != nil {
		return nil, err
	}
	t.stop = t.batch.watch(batchPatience)
	if err := t.warm(); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// openBatch makes the tasks of a cell.
func openBatch(c Cell, seed uint64, calibration work.Calibration) (*batch, error) {
	kind := work.Find(c.Work)
	if kind == nil {
		return nil, fmt.Errorf("there is no work %q", c.Work)
	}
	size, err := kind.Size(c.Grain, calibration)
	if err != nil {
		return nil, err
	}
	// The loop submits nothing, and so no task of it waits.
	stamped := c.Measure == Latency && c.Strategy != Loop
	return newBatch(kind, size, c.Tasks, seed, stamped), nil
}

// warm runs the first batches, which are not timed but checked.
func (t *side) warm() error {
	first, err := t.once()
	if err != nil {
		return err
	}
	fastest := first.wall
	var bytes, allocs []float64
	for range warmBatches {
		t.batch.renew()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, err = t.engine.run(t.batch)
		fastest = min(fastest, time.Since(start))
		runtime.ReadMemStats(&after)
		if err := t.checked(err); err != nil {
			return err
		}
		bytes = append(bytes, float64(after.TotalAlloc-before.TotalAlloc))
		allocs = append(allocs, float64(after.Mallocs-before.Mallocs))
		if fastest > 2*turnLength {
			break // in so long a batch what the runtime adds is little
		}
	}
	if t.engine.runsHere() > 0 {
		// The least: what the runtime allocates now and then, such as a
		// goroutine that it keeps, is no task's.
		tasks := float64(t.cell.Tasks)
		t.steady = map[string]float64{
			results.BPerTask:      slices.Min(bytes) / tasks,
			results.AllocsPerTask: slices.Min(allocs) / tasks,
		}
	}
	t.repeat = int(max(1, turnLength/max(1, fastest)))
	return nil
}

// warmBatches is how many batches are looked at for what they allocate.
const warmBatches = 3

// A run is what one batch took.
type run struct {
	wall, cpu, submitted time.Duration
}

// once runs one batch. New inputs are made before and results are checked
// afterwards, off the clock.
func (t *side) once() (run, error) {
	t.batch.renew()
	pids := t.pids()
	cpu, start := experiment.CPUTime(pids...), time.Now()
	submitted, err := t.engine.run(t.batch)
	r := run{wall: time.Since(start), submitted: submitted}
	r.cpu = experiment.CPUTime(pids...) - cpu
	return r, t.checked(err)
}

// checked says what went wrong with a batch that ended with err.
func (t *side) checked(err error) error {
	if err == nil {
		err = t.batch.check(t.engine.runsHere())
	}
	if errors.Is(err, errOverdue) {
		t.lost = true
	}
	if err != nil {
		return fmt.Errorf("%s: %w", t.cell.Name(), err)
	}
	return nil
}

// Turn runs the cell's batches for about a millisecond.
func (t *side) Turn() (experiment.Turn, error) {
	turn := experiment.Turn{Ops: t.repeat * t.cell.Tasks, Values: make(map[string]float64, 4)}
	var submitted time.Duration
	for range t.repeat {
		r, err := t.once()
		if err != nil {
			return turn, err
		}
		turn.Wall += r.wall
		turn.CPU += r.cpu
		submitted += r.submitted
	}
	if !t.cpuKnown() {
		turn.CPU = 0
	}
	if submitted > 0 {
		turn.Values[results.SubmitNs] = float64(submitted) / float64(turn.Ops)
	}
	for unit, value := range t.steady {
		turn.Values[unit] = value
	}
	if s := t.batch.stamps; s != nil {
		turn.Values[results.DoneP50] = s.quantile(0.50)
		turn.Values[results.DoneP99] = s.quantile(0.99)
	}
	return turn, nil
}

// pids returns the processes besides this one whose CPU time counts.
func (t *side) pids() []int {
	if r, ok := t.engine.(*remote); ok {
		return r.pids()
	}
	return nil
}

// cpuKnown tells whether the clock of this process, and of those that are
// known, saw all the work: processes that live for one batch are not.
func (t *side) cpuKnown() bool {
	r, isRemote := t.engine.(*remote)
	return !isRemote || len(r.pids()) > 0
}

// Close closes the pool, unless that would wait for ever for a task that it
// has lost.
func (t *side) Close() error {
	if t.stop != nil {
		t.stop()
	}
	if t.lost {
		return nil
	}
	return t.engine.Close()
}
