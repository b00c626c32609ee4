package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
)

// turnLength is about how long a side keeps its turn.
const turnLength = time.Millisecond

// warmBatches is how many batches are looked at for what they allocate. Some
// pools take a few until they keep what they have made.
const warmBatches = 16

// A side is a cell that takes turns.
type side struct {
	cell   Cell
	tally  *tally
	runner runner
	repeat int     // batches a turn
	allocs float64 // a task, in steady state
	alone  bool    // for the memory of its process
}

// openSide opens a cell, runs it until it is warm, and finds out how many of
// its batches make a turn. One that is alone in its process takes a single turn
// of one batch, the first, and says how much memory the process has had at its
// peak. All tasks are one func, so that nothing grows with their number but what
// the pool itself needs.
func openSide(c Cell, all []*strategies.Strategy, calibration work.Calibration, alone bool) (*side, error) {
	s := &side{cell: c, tally: newTally(), repeat: 1, alone: alone}
	var err error
	if s.runner, err = newRunner(c, all, s.tally, calibration); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name(), err)
	}
	if alone {
		return s, nil
	}
	if err := s.warm(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// warm runs the first batches, which are not timed but checked.
func (s *side) warm() error {
	fastest := time.Duration(1<<63 - 1)
	var allocs []float64
	for i := range 1 + warmBatches {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		wall, _, err := s.batch()
		runtime.ReadMemStats(&after)
		if err != nil {
			return err
		}
		fastest = min(fastest, wall)
		if i > 0 { // the first makes what is kept
			allocs = append(allocs, float64(after.Mallocs-before.Mallocs))
		}
		if len(allocs) > 0 && fastest > 20*turnLength {
			break
		}
	}
	// The least: what the runtime allocates now and then is no task's.
	s.allocs = slices.Min(allocs) / float64(s.cell.Tasks)
	s.repeat = int(max(1, turnLength/max(1, fastest)))
	return nil
}

// batch runs one batch and verifies it off the clock.
func (s *side) batch() (wall, cpu time.Duration, err error) {
	s.tally.reset()
	used, start := experiment.CPUTime(), time.Now()
	err = s.runner.run()
	wall = time.Since(start)
	cpu = experiment.CPUTime() - used
	if err == nil {
		err = s.tally.check(s.cell.Tasks)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", s.cell.Name(), err)
	}
	return wall, cpu, err
}

// Turn runs the cell's batches, for about a millisecond unless it is alone.
func (s *side) Turn() (experiment.Turn, error) {
	turn := experiment.Turn{Ops: s.repeat * s.cell.Tasks, Values: make(map[string]float64)}
	for range s.repeat {
		wall, cpu, err := s.batch()
		if err != nil {
			return turn, err
		}
		turn.Wall += wall
		turn.CPU += cpu
	}
	if !s.alone {
		turn.Values[results.AllocsPerTask] = s.allocs
	} else if _, peak := machine.Resident(os.Getpid()); peak > 0 {
		turn.Values[results.PeakRSS] = float64(peak)
	}
	return turn, nil
}

// Close closes the pool.
func (s *side) Close() error { return s.runner.Close() }
