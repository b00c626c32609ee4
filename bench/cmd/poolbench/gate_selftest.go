package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/gate/selftest"
	"github.com/spf13/cobra"
)

// testItself measures the gate itself and prints what it found.
func (o *gateOptions) testItself(cmd *cobra.Command) error {
	if o.request.Budget < 2*gate.LeastBudget {
		return fmt.Errorf("--budget %v: two gates need at least %v", o.request.Budget, 2*gate.LeastBudget)
	}
	out, err := o.folder()
	if err != nil {
		return err
	}
	bar, show := newGateProgress(cmd.ErrOrStderr())
	report, err := selftest.Run(cmd.Context(), selftest.Options{
		Budget: o.request.Budget, Scheduler: o.request.Scheduler, Seed: o.request.Seed, Out: out, Say: bar.say, Progress: show,
	})
	bar.end()
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	printing := printText(cmd, func(to io.Writer) error {
		_, err := fmt.Fprintf(to, "%s\nRaw data of every gate: %s\n", report.Text(), out)
		return err
	})
	switch {
	case printing != nil:
		return fmt.Errorf("print the report, whose raw data are in %s: %w", out, printing)
	case err != nil:
		return &exitError{exitInterrupted, errors.New("interrupted; the report is of the gates before")}
	case report.FalseAlarms():
		return bad(fmt.Errorf("identical builds are called REGRESSED more often than in %g %% of gates", 100*report.Alpha))
	}
	return nil
}
