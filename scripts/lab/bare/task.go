package main

import (
	"fmt"

	"github.com/poolbench/poolbench/bench/work"
)

// newTask returns the func that is every task of a workload: it works and
// counts itself. An empty task does nothing but count itself.
func newTask(w Workload, t *tally, calibration work.Calibration) (func(), error) {
	kind := work.Find(w.Work)
	if kind == nil {
		return nil, fmt.Errorf("there is no work %q", w.Work)
	}
	if kind == work.Noop {
		return func() { t.add() }, nil
	}
	size, err := kind.Size(w.Grain, calibration)
	if err != nil {
		return nil, err
	}
	task := &work.Task{Kind: kind, Size: size, Input: 1}
	return func() {
		task.Do()
		t.add()
	}, nil
}

// newBody returns the same as a func of an index.
func newBody(w Workload, t *tally, calibration work.Calibration) (func(int), error) {
	task, err := newTask(w, t, calibration)
	if err != nil {
		return nil, err
	}
	if w.Work == work.Noop.Name {
		return func(int) { t.add() }, nil // one call less
	}
	return func(int) { task() }, nil
}
