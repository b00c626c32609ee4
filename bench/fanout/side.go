package fanout

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
)

// batchPatience is how long a batch may go on without a task being done: less
// than a process may, so that the pool is blamed in words of its own.
const batchPatience = experiment.DefaultPatience * 3 / 4

// turnLength is about how long a side keeps its turn: short enough to be over
// before the state of a shared machine changes.
const turnLength = time.Millisecond

// Options say how a workload is run.
type Options struct {
	Seed        uint64 // of the inputs
	Calibration work.Calibration
	Latency     bool // each task is timed, from submit to done
	Batches     int  // in a turn; 0: as many as take about a millisecond
}

// A side is a strategy under a workload that takes turns.
type side struct {
	engine  engine
	batch   *batch
	batches int                // a turn
	lost    bool               // the pool never ran a task that it had accepted
	stop    func()             // watching the batch; nil if it is not watched
	steady  map[string]float64 // what is the same in every turn
}

// Open opens a strategy or, if s is nil, the bare loop that does the same work
// without a pool. It runs a few batches until the side is warm. Each turn then
// is of one or more batches, and every result is checked, off the clock.
func Open(s *strategies.Strategy, w workload.Fanout, o Options) (experiment.Side, error) {
	t, err := newSide(s, w, o)
	if err != nil {
		return nil, err
	}
	t.stop = t.batch.watch(batchPatience)
	if err := t.warm(o.Batches); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// newSide opens a side that has run nothing yet.
func newSide(s *strategies.Strategy, w workload.Fanout, o Options) (*side, error) {
	kind := work.Find(w.Work)
	if kind == nil {
		return nil, fmt.Errorf("there is no work %q", w.Work)
	}
	size, err := kind.Size(w.Grain, o.Calibration)
	if err != nil {
		return nil, err
	}
	// The loop submits nothing, and so no task of it waits.
	t := &side{batches: 1, batch: newBatch(kind, size, w.Tasks, o.Seed, o.Latency && s != nil)}
	t.engine, err = newEngine(s, w)
	return t, err
}

// warm runs the first batches, which are not timed but checked. From them it
// finds what a task allocates, and how many batches make a turn if that is not
// given.
func (t *side) warm(batches int) error {
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
	if elsewhere, _ := t.engine.elsewhere(); !elsewhere {
		// The least: what the runtime allocates now and then, such as a
		// goroutine that it keeps, is no task's.
		tasks := float64(len(t.batch.records))
		t.steady = map[string]float64{
			results.BPerTask:      slices.Min(bytes) / tasks,
			results.AllocsPerTask: slices.Min(allocs) / tasks,
		}
	}
	if t.batches = batches; batches == 0 {
		t.batches = int(max(1, turnLength/max(1, fastest)))
	}
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
	_, pids := t.engine.elsewhere()
	cpu, start := experiment.CPUTime(pids...), time.Now()
	submitted, err := t.engine.run(t.batch)
	r := run{wall: time.Since(start), submitted: submitted}
	r.cpu = experiment.CPUTime(pids...) - cpu
	return r, t.checked(err)
}

// checked says what went wrong with a batch that ended with err.
func (t *side) checked(err error) error {
	if err == nil {
		runs := uint32(1)
		if elsewhere, _ := t.engine.elsewhere(); elsewhere {
			runs = 0
		}
		err = t.batch.check(runs)
	}
	if errors.Is(err, errOverdue) {
		t.lost = true
	}
	return err
}

// Turn runs the batches of one turn.
func (t *side) Turn() (experiment.Turn, error) {
	turn := experiment.Turn{Ops: t.batches * len(t.batch.records), Values: make(map[string]float64, 4)}
	var submitted time.Duration
	for range t.batches {
		r, err := t.once()
		if err != nil {
			return turn, err
		}
		turn.Wall += r.wall
		turn.CPU += r.cpu
		submitted += r.submitted
	}
	// Processes that live for one batch are not known, and so the clock does
	// not see all the work.
	if elsewhere, pids := t.engine.elsewhere(); elsewhere && len(pids) == 0 {
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
