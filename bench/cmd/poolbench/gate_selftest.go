package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/gate/selftest"
)

// testItself measures the gate itself and prints what it found.
func (o *gateOptions) testItself(ctx context.Context, stdout, stderr io.Writer) error {
	if o.request.Budget < 2*gate.LeastBudget {
		return fmt.Errorf("--budget %v: two gates need at least %v", o.request.Budget, 2*gate.LeastBudget)
	}
	out, err := o.folder()
	if err != nil {
		return err
	}
	seed := uint64(o.seed)
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	bar := newGateProgress(stderr)
	report, err := selftest.Run(ctx, selftest.Options{
		Budget: o.request.Budget, Scheduler: o.request.Scheduler, Seed: seed, Out: out, Say: bar.say, Progress: bar.show,
	})
	bar.end()
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	fmt.Fprint(stdout, report.Text())
	fmt.Fprintf(stdout, "\nRaw data of every gate: %s\n", out)
	switch {
	case err != nil:
		return &exitError{exitInterrupted, errors.New("interrupted; the report is of the gates before")}
	case report.FalseAlarms():
		return bad(fmt.Errorf("identical builds are called REGRESSED more often than in %g %% of gates", 100*report.Alpha))
	}
	return nil
}
