package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/poolbench/poolbench/strategies/strategytest"
	"github.com/spf13/cobra"
)

func newCheck() *cobra.Command {
	var names []string
	var asJSON, here bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Proves what each strategy guarantees",
		Long: `check proves, rule by rule, that every strategy behaves exactly as its traits
declare: tasks run exactly once, limits hold, and panics, cancel, close and leaks
are as declared. So it does for every option of their libraries, which --strategy
can also name, as in ants+nonblocking. It names the rules that were proved and those
that do not apply. It exits 1 when a rule is broken.

` + exitHelp,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := strategies.Validate(catalog.All...); err != nil {
				return err
			}
			chosen := chooseStrategies(names)
			if here {
				return examineHere(cmd.OutOrStdout(), chosen)
			}
			return check(cmd, chosen, asJSON)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&names, "strategy", nil, "check only these strategies")
	f.BoolVar(&asJSON, "json", false, "print JSON: a list of reports, each with a verdict for every rule")
	f.BoolVar(&here, hereFlag, false, "examine in this process, for the one that waits for the report")
	f.Lookup(hereFlag).Hidden = true
	requireNames(cmd, "strategy", knownStrategies)
	return cmd
}

// check examines strategies and prints each report as soon as it is its turn.
// As JSON they are printed together, also when an interruption leaves a part.
func check(cmd *cobra.Command, chosen []*strategies.Strategy, asJSON bool) error {
	out := cmd.OutOrStdout()
	reports := make([]strategytest.Report, 0, len(chosen))
	err := examineEach(cmd.Context(), chosen, examineApart, func(r strategytest.Report) error {
		reports = append(reports, r)
		if asJSON {
			return nil
		}
		return printText(cmd, func(out io.Writer) error { return writeReport(out, r) })
	})
	if asJSON && (err == nil || errors.Is(err, context.Canceled)) {
		if err := json.NewEncoder(out).Encode(reports); err != nil {
			return err
		}
	}
	if errors.Is(err, context.Canceled) {
		return &exitError{exitInterrupted, fmt.Errorf("interrupted: %d of %d strategies are checked", len(reports), len(chosen))}
	}
	return errors.Join(err, broken(reports))
}

// examineHere is what a process does that was started to examine.
func examineHere(out io.Writer, chosen []*strategies.Strategy) error {
	// What a strategy prints must not get into the report.
	os.Stdout = os.Stderr
	reports := make([]strategytest.Report, len(chosen))
	for i, s := range chosen {
		reports[i] = strategytest.Examine(s)
	}
	return json.NewEncoder(out).Encode(reports)
}
