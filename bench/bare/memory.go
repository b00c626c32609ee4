package bare

import (
	"bytes"
	"os"
	"strconv"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
)

// A memorySide takes one turn of one batch in a process of its own, and says
// how much memory that process has had at its peak. All tasks are one func,
// so that nothing grows with their number but what the pool itself needs.
type memorySide struct {
	cell   Cell
	tally  *tally
	runner runner
}

func openMemorySide(c Cell, all []*strategies.Strategy, calibration work.Calibration) (*memorySide, error) {
	s := &memorySide{cell: c, tally: newTally()}
	var err error
	s.runner, err = newRunner(c, all, s.tally, calibration)
	return s, err
}

// Turn runs the batch.
func (s *memorySide) Turn() (experiment.Turn, error) {
	once := side{cell: s.cell, tally: s.tally, runner: s.runner}
	wall, cpu, err := once.batch()
	turn := experiment.Turn{Ops: s.cell.Tasks, Wall: wall, CPU: cpu, Values: make(map[string]float64)}
	if peak := peakRSS(); peak > 0 {
		turn.Values[results.PeakRSS] = float64(peak)
	}
	return turn, err
}

// Close closes the pool.
func (s *memorySide) Close() error { return s.runner.Close() }

// peakRSS returns the largest resident set, in bytes, that this process has
// had, or 0 where there is no /proc to say so.
func peakRSS() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kibi, err := strconv.ParseInt(string(fields[0]), 10, 64)
	if err != nil {
		return 0
	}
	return kibi * 1024
}
