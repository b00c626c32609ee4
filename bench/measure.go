package bench

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/fanout"
	"github.com/poolbench/poolbench/bench/loadtest"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
)

// A Plan is one run: what is measured, in which order, and where it goes.
type Plan struct {
	Groups      []PlannedGroup
	Seed        uint64
	Budget      experiment.Budget
	Calibration work.Calibration
	Traffic     experiment.Budget // of the groups with traffic on servers, which come last
	Python      string            // the interpreter that peers run on, if there are any
	Peers       map[string]string // addresses of servers that run already, by name
	Results     *results.Writer

	// Child returns the command that ends up in Host.
	Child func() (*exec.Cmd, error)

	// Patience is how long a process may go on without a turn ending before
	// it is killed; 0: 20 seconds.
	Patience time.Duration

	// Isolate gives every cell a process of its own, with the turns handed
	// round between them: to see whether strategies disturb one another.
	Isolate bool

	// Progress, if set, is called after every session.
	Progress func(Progress)
}

// Progress is how far a run has come.
type Progress struct {
	Group   string // that was measured last
	Block   int
	Elapsed time.Duration
	Left    time.Duration // about, until the end of the run
	Lines   int           // written so far
}

// An Outcome is what became of a run.
type Outcome struct {
	Blocks   int       // begun
	Cells    int       // planned
	Measured int       // of them, with at least one process
	Failures []Failure // cells that were given up
}

// A Failure is a cell that was given up, and why.
type Failure struct {
	Cell Cell
	Err  error
}

func (f Failure) Error() string { return fmt.Sprintf("%s: %v", f.Cell.Name(), f.Err) }

// Measure runs the plan and writes a line for each process of each cell. A
// cell that fails, hangs or kills its process is given up and reported in the
// outcome, and the run goes on without it. An error means that the run itself
// could not go on: the context ended, or results could not be written. What
// was measured until then is written.
func (p *Plan) Measure(ctx context.Context) (Outcome, error) {
	m := &measurement{Plan: p, begin: time.Now(), ahead: p.forecasts(), failed: make(map[string]error), measured: make(map[string]bool)}
	if m.Patience == 0 {
		m.Patience = experiment.DefaultPatience
	}
	blocks, err := m.all(ctx)
	out := Outcome{Blocks: blocks, Measured: len(m.measured)}
	for _, g := range p.Groups {
		out.Cells += len(g.Cells)
		for _, c := range g.Cells {
			if err := m.failed[c.Name()]; err != nil {
				out.Failures = append(out.Failures, Failure{c, err})
			}
		}
	}
	return out, err
}

// A measurement is a plan being carried out.
type measurement struct {
	*Plan
	begin    time.Time
	ahead    []*forecast // of the fan-outs and of the traffic
	lines    int
	failed   map[string]error  // cells given up, by name
	measured map[string]bool   // cells with a line, by name
	capacity loadtest.Capacity // what the rates of traffic are shares of
}

// all measures the fan-outs, and then the traffic. It returns the number of
// blocks of that of the two which had more.
func (m *measurement) all(ctx context.Context) (blocks int, err error) {
	fanouts, traffic := m.parts()
	if len(fanouts) > 0 {
		if blocks, err = m.blocks(ctx, fanouts, m.Budget); err != nil {
			return blocks, err
		}
	}
	m.ahead = m.ahead[1:]
	if len(traffic) == 0 {
		return blocks, nil
	}
	begin := time.Now()
	m.ahead[0].begin = begin
	if err := m.findCapacity(ctx, traffic); err != nil {
		return blocks, err
	}
	budget := m.Traffic
	if budget.Time > 0 {
		budget.Time = max(1, budget.Time-time.Since(begin))
	}
	more, err := m.blocks(ctx, traffic, budget)
	return max(blocks, more), err
}

// blocks visits groups until their budget is used up.
func (m *measurement) blocks(ctx context.Context, groups []PlannedGroup, budget experiment.Budget) (int, error) {
	ahead := m.ahead[0]
	if ahead.begin.IsZero() {
		ahead.begin = time.Now()
	}
	return experiment.Blocks(ctx, m.Seed, len(groups), budget, func(ctx context.Context, s experiment.Session) (bool, error) {
		begin := time.Now()
		did, err := m.visit(ctx, &groups[s.Group], s)
		if s.Block == 1 {
			ahead.saw(s.Group, time.Since(begin))
		}
		if did && m.Progress != nil {
			m.Progress(Progress{Group: groups[s.Group].Slug, Block: s.Block, Elapsed: time.Since(m.begin), Left: m.left(), Lines: m.lines})
		}
		return did, err
	})
}

// left estimates how much longer the run takes.
func (m *measurement) left() (total time.Duration) {
	for _, f := range m.ahead {
		total += f.left(time.Now())
	}
	return total
}

// visit measures a group once, and says whether there was anything to measure.
func (m *measurement) visit(ctx context.Context, g *PlannedGroup, s experiment.Session) (bool, error) {
	if g.MostBlock > 0 && s.Block > g.MostBlock {
		return false, nil
	}
	before := m.lines
	if err := m.session(ctx, g, s); err != nil {
		return false, err
	}
	return m.lines > before, nil
}

// session measures the cells of a group that are not given up. A process that
// dies costs the cell that was at work, and the others begin again.
func (m *measurement) session(ctx context.Context, g *PlannedGroup, s experiment.Session) error {
	for {
		before := machine.Steal()
		cells := slices.DeleteFunc(slices.Clone(g.Cells), func(c Cell) bool { return m.failed[c.Name()] != nil })
		if len(cells) == 0 {
			return nil
		}
		turns, errs, err := m.exchange(ctx, g, cells, s.Seed)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var blamed *experiment.SideError
		switch {
		case errors.As(err, &blamed) && blamed.Side < len(cells):
			m.failed[cells[blamed.Side].Name()] = err
			continue
		case err != nil:
			for _, c := range cells {
				m.failed[c.Name()] = err
			}
			return nil
		}
		for i, err := range errs {
			if err != nil {
				m.failed[cells[i].Name()] = err
			}
		}
		block := results.Block{Number: s.Block, Group: g.Slug, Seed: s.Seed, Steal: -1}
		if before >= 0 {
			block.Steal = machine.Steal() - before
		}
		return m.write(&PlannedGroup{Group: g.Group, Cells: cells, Alone: g.Alone}, block, turns)
	}
}

// exchange lets cells take turns, in one process or in one each.
func (m *measurement) exchange(ctx context.Context, g *PlannedGroup, cells []Cell, seed uint64) (turns [][]experiment.Turn, errs []error, err error) {
	if !g.Alone && (!m.Isolate || g.traffic()) {
		p, err := m.start(ctx, seed, cells...)
		if err != nil {
			return nil, nil, err
		}
		turns, errs, err = p.Exchanges(ctx, g.Exchanges, seed)
		if err != nil {
			return nil, nil, err
		}
		return turns, errs, p.Close()
	}
	sides := make([]experiment.Side, len(cells))
	for i, c := range cells {
		sides[i] = m.lone(ctx, seed, c)
	}
	if g.Alone {
		turns, errs = experiment.Alone(experiment.Order(seed), sides)
	} else {
		turns, errs = experiment.Exchanges(experiment.Order(seed), sides, g.Exchanges)
	}
	for i, s := range sides {
		errs[i] = errors.Join(errs[i], s.Close())
	}
	return turns, errs, nil
}

// start begins a process that holds the cells.
func (m *measurement) start(ctx context.Context, seed uint64, cells ...Cell) (*experiment.Process, error) {
	cmd, err := m.Child()
	if err != nil {
		return nil, err
	}
	return experiment.Start(ctx, cmd, hostSpec{
		Cells: cells, Seed: seed, Calibration: m.Calibration, Python: m.Python, Capacity: m.capacity, Peers: m.Peers,
	}, m.Patience)
}

// lone returns a side that starts a process of its own at its first turn.
func (m *measurement) lone(ctx context.Context, seed uint64, c Cell) experiment.Side {
	return experiment.Lazy(func() (experiment.Side, error) {
		p, err := m.start(ctx, seed, c)
		if err != nil {
			return nil, err
		}
		return p.Side(ctx, 0), nil
	})
}

// write makes a line of each cell's turns.
func (m *measurement) write(g *PlannedGroup, block results.Block, turns [][]experiment.Turn) error {
	if err := m.Results.Block(block); err != nil {
		return err
	}
	var reference, loop []experiment.Turn
	if !g.Alone { // those took no turns with one another, and so have no ratio
		reference = turnsOf(turns, g.Reference())
		loop = turnsOf(turns, slices.IndexFunc(g.Cells, func(c Cell) bool { return c.Strategy == Loop }))
	}
	for i, c := range g.Cells {
		if len(turns[i]) == 0 {
			continue
		}
		var values map[string]float64
		if g.traffic() {
			values = loadtest.Summarize(turns[i], c.Traffic, reference)
			for _, reason := range loadtest.Invalid(turns[i]) {
				if err := m.Results.Note("INVALID " + c.Name() + ": " + reason); err != nil {
					return err
				}
			}
		} else {
			values = fanout.Summarize(turns[i], reference, loop)
		}
		ops := 0
		for _, t := range turns[i] {
			ops += t.Ops
		}
		if err := m.Results.Line(c.Name()+procs(), ops, values); err != nil {
			return err
		}
		m.lines++
		m.measured[c.Name()] = true
	}
	return nil
}

// turnsOf returns the turns of a side, or nil if there is no such side.
func turnsOf(turns [][]experiment.Turn, i int) []experiment.Turn {
	if i < 0 {
		return nil
	}
	return turns[i]
}

// procs is the suffix by which the benchmark format gives GOMAXPROCS.
func procs() string {
	if n := cpus(); n != 1 {
		return "-" + strconv.Itoa(n)
	}
	return ""
}
