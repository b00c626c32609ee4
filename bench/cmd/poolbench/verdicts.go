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

// writeReport writes how many rules a strategy keeps, and below which these are
// and what is wrong.
func writeReport(out io.Writer, r strategytest.Report) error {
	rules := make(map[strategytest.Status][]string)
	for _, v := range r.Verdicts {
		rules[v.Status] = append(rules[v.Status], v.Name)
	}
	text := fmt.Sprintf("%-12s %d rules proved", r.Strategy, len(rules[strategytest.Passed]))
	for _, status := range []strategytest.Status{strategytest.Failed, strategytest.NotApplicable, strategytest.NotProved} {
		if n := len(rules[status]); n > 0 {
			text += fmt.Sprintf(", %d %s", n, status)
		}
	}
	for _, list := range []struct {
		what  string
		rules []string
	}{
		{"proved", rules[strategytest.Passed]},
		{"not applicable", rules[strategytest.NotApplicable]},
		{"not proved", rules[strategytest.NotProved]},
	} {
		if len(list.rules) > 0 {
			text += fmt.Sprintf("\n  %s: %s", list.what, strings.Join(list.rules, ", "))
		}
	}
	if _, err := fmt.Fprintln(out, text); err != nil {
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
