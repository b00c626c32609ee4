package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/poolbench/poolbench/strategies/strategytest"
)

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

// writeReport writes a line for a strategy, and what is wrong below it.
func writeReport(out io.Writer, r strategytest.Report) error {
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
		if v.Status != strategytest.Failed {
			continue
		}
		what := fmt.Sprintf("rule %d, %s", v.Rule, v.Name)
		if v.Rule == 0 {
			what = v.Name // none of the rules
		}
		if _, err := fmt.Fprintf(out, "  %s: %s\n", what, v.Reason); err != nil {
			return err
		}
	}
	return nil
}
