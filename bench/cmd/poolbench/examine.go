package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"sync"
	"sync/atomic"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/proc"
	"github.com/poolbench/poolbench/strategies/strategytest"
)

// hereFlag tells a process to examine by itself, and to start no other for it.
const hereFlag = "here"

// examinedAtOnce is how many strategies are examined at once. Most of the time
// goes by waiting, for what must not happen.
const examinedAtOnce = 4

// An examiner proves the rules for a strategy until ctx ends.
type examiner func(ctx context.Context, s *strategies.Strategy) strategytest.Report

// examineEach has every strategy examined, several at once, and hands over
// their reports in the given order, each as soon as it and all before it are
// there. It ends early with ctx, or with the first error of told.
func examineEach(ctx context.Context, chosen []*strategies.Strategy, examine examiner, told func(strategytest.Report) error) error {
	var all sync.WaitGroup
	defer all.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reports := make([]chan strategytest.Report, len(chosen))
	for i := range reports {
		reports[i] = make(chan strategytest.Report, 1)
	}
	var begun atomic.Int64
	for range examinedAtOnce {
		all.Go(func() {
			for i := begun.Add(1) - 1; i < int64(len(chosen)) && ctx.Err() == nil; i = begun.Add(1) - 1 {
				reports[i] <- examine(ctx, chosen[i])
			}
		})
	}
	for _, report := range reports {
		select {
		case r := <-report:
			if err := ctx.Err(); err != nil {
				return err // the report may be about the interruption
			}
			if err := told(r); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// examineApart examines a strategy in a process of its own, since goroutines
// are counted, and since what it does may end the process.
func examineApart(ctx context.Context, s *strategies.Strategy) strategytest.Report {
	self, err := proc.Self("check", "--strategy", s.Name, "--"+hereFlag)
	if err != nil {
		return unexamined(s, err)
	}
	return reportOf(ctx, self, s)
}

// reportOf runs a command that prints the report on a strategy.
func reportOf(ctx context.Context, cmd *exec.Cmd, s *strategies.Strategy) strategytest.Report {
	var out bytes.Buffer
	said := &proc.Tail{Most: 2000}
	cmd.Stdout, cmd.Stderr = &out, said
	err := proc.Run(ctx, cmd)
	var reports []strategytest.Report
	if json.Unmarshal(out.Bytes(), &reports) != nil || len(reports) != 1 {
		return unexamined(s, fmt.Errorf("the process that examined it ended without a report (%v)%s", err, said.After(": ")))
	}
	return reports[0]
}

// unexamined is the report on a strategy whose examination came to nothing. It
// is a failed one: mostly it was the strategy that ended it.
func unexamined(s *strategies.Strategy, err error) strategytest.Report {
	return strategytest.Report{Strategy: s.Name, Verdicts: []strategytest.Verdict{{
		Name: "examination", Status: strategytest.Failed, Reason: fmt.Sprintf("strategy %q: %v", s.Name, err),
	}}}
}
