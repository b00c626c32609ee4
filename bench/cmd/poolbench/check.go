package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/poolbench/poolbench/strategies/strategytest"
	"github.com/spf13/cobra"
)

func newCheck() *cobra.Command {
	var names []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Proves that strategies behave as their traits say",
		Long: `check proves, rule by rule, that every strategy behaves exactly as its traits
declare: exactly once, limits, panics, cancel, close, leaks. It exits 1 when one
does not.

` + exitHelp,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := strategies.Validate(catalog.All...); err != nil {
				return err
			}
			chosen, err := chooseStrategies(names)
			if err != nil {
				return err
			}
			reports, err := examine(cmd.Context(), chosen)
			if err != nil {
				return err
			}
			if asJSON {
				err = json.NewEncoder(cmd.OutOrStdout()).Encode(reports)
			} else {
				err = writeReports(cmd.OutOrStdout(), reports)
			}
			if err != nil {
				return err
			}
			return broken(reports)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&names, "strategy", nil, "check only these strategies")
	f.BoolVar(&asJSON, "json", false, "print JSON: a list of reports, each with a verdict for every rule")
	complete(cmd, "strategy", strategyNames())
	return cmd
}

// examine proves the rules for each strategy. Several are examined at once,
// each in a process of its own, since goroutines are counted.
func examine(ctx context.Context, chosen []*strategies.Strategy) ([]strategytest.Report, error) {
	if len(chosen) == 1 {
		return []strategytest.Report{strategytest.Examine(chosen[0])}, nil
	}
	reports, errs := make([]strategytest.Report, len(chosen)), make([]error, len(chosen))
	places := make(chan struct{}, examinedAtOnce)
	var all sync.WaitGroup
	for i, s := range chosen {
		all.Go(func() {
			select {
			case places <- struct{}{}:
				defer func() { <-places }()
			case <-ctx.Done():
				errs[i] = ctx.Err()
				return
			}
			reports[i], errs[i] = examineApart(ctx, s)
		})
	}
	all.Wait()
	return reports, errors.Join(errs...)
}

// examinedAtOnce is how many strategies are examined at once. Most of the time
// goes by waiting, for what must not happen.
const examinedAtOnce = 4

// examineApart examines one strategy in a process of its own.
func examineApart(ctx context.Context, s *strategies.Strategy) (strategytest.Report, error) {
	self, err := experiment.Self("check", "--strategy", s.Name, "--json")
	if err != nil {
		return strategytest.Report{}, err
	}
	cmd := exec.CommandContext(ctx, self.Path)
	cmd.Args = self.Args
	cmd.WaitDelay = 5 * time.Second
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return strategytest.Report{}, ctx.Err()
	}
	var reports []strategytest.Report
	if json.Unmarshal(out, &reports) != nil || len(reports) != 1 {
		return strategytest.Report{}, fmt.Errorf("examine %s: its process gave no report (%v): %s", s.Name, err, strings.TrimSpace(stderr.String()))
	}
	return reports[0], nil
}

// broken says which strategies broke a promise, as an error, or returns nil.
func broken(reports []strategytest.Report) error {
	var names []string
	for _, r := range reports {
		if r.Err() != nil {
			names = append(names, r.Strategy)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return bad(fmt.Errorf("%d of %d strategies do not behave as declared: %s", len(names), len(reports), strings.Join(names, ", ")))
}

// writeReports writes a line for each strategy, and what is wrong below it.
func writeReports(out io.Writer, reports []strategytest.Report) error {
	for _, r := range reports {
		count := make(map[strategytest.Status]int)
		for _, v := range r.Verdicts {
			count[v.Status]++
		}
		line := fmt.Sprintf("%-12s %d rules proved", r.Strategy, count[strategytest.Passed])
		for _, status := range []strategytest.Status{strategytest.Failed, strategytest.NotApplicable, strategytest.NotProved} {
			if count[status] > 0 {
				line += fmt.Sprintf(", %d %s", count[status], status)
			}
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
		for _, v := range r.Verdicts {
			if v.Status == strategytest.Failed {
				if _, err := fmt.Fprintf(out, "  rule %d, %s: %s\n", v.Rule, v.Name, v.Reason); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
