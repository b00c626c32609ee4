package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/poolbench/poolbench/strategies/strategytest"
)

// broken says which strategies do not behave as declared, as an error, or
// returns nil.
func broken(reports []strategytest.Report) error {
	var names []string
	all := flattened(reports)
	for _, r := range all {
		if r.Options = nil; r.Err() != nil {
			names = append(names, r.Strategy)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return bad(fmt.Errorf("%d of %d strategies do not behave as declared: %s", len(names), len(all), strings.Join(names, ", ")))
}

// flattened returns each report followed by those of its options.
func flattened(reports []strategytest.Report) (all []strategytest.Report) {
	for _, r := range reports {
		all = append(append(all, r), r.Options...)
	}
	return all
}

// writeReport writes how many rules a strategy keeps, and below which these are
// and what is wrong.
func writeReport(out io.Writer, r strategytest.Report) error {
	rules := make(map[strategytest.Status][]string)
	for _, v := range r.Verdicts {
		rules[v.Status] = append(rules[v.Status], v.Name)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-22s %d rules proved", r.Strategy, len(rules[strategytest.Passed]))
	for _, status := range []strategytest.Status{strategytest.Failed, strategytest.NotApplicable, strategytest.NotProved} {
		if n := len(rules[status]); n > 0 {
			fmt.Fprintf(&b, ", %d %s", n, status)
		}
	}
	b.WriteString("\n")
	for _, list := range []struct {
		what   string
		status strategytest.Status
	}{{"proved", strategytest.Passed}, {"not applicable", strategytest.NotApplicable}, {"not proved", strategytest.NotProved}} {
		if len(rules[list.status]) > 0 {
			fmt.Fprintf(&b, "  %s: %s\n", list.what, strings.Join(rules[list.status], ", "))
		}
	}
	for _, v := range r.Verdicts {
		if v.Status != strategytest.Failed || v.Follows != "" {
			continue
		}
		what := fmt.Sprintf("rule %d, %s", v.Rule, v.Name)
		if v.Rule == 0 {
			what = v.Name // none of the rules
		}
		fmt.Fprintf(&b, "  %s: %s\n", what, v.Reason)
		for _, c := range r.Consequences(v) {
			fmt.Fprintf(&b, "    follows from it: %s\n", c.Line())
		}
	}
	if _, err := io.WriteString(out, b.String()); err != nil {
		return err
	}
	for _, option := range r.Options {
		if err := writeReport(out, option); err != nil {
			return err
		}
	}
	return nil
}
