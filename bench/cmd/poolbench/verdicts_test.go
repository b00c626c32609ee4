package main

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/strategies/strategytest"
)

// reports are those of three strategies: one breaks its own guarantees and those
// of an option, and one ended the process that examined it.
var reports = []strategytest.Report{
	{Strategy: "good", Verdicts: []strategytest.Verdict{
		{Rule: 1, Name: "exactly once", Status: strategytest.Passed},
		{Rule: 16, Name: "resize", Status: strategytest.NotApplicable, Reason: "it cannot be resized"},
	}},
	{Strategy: "sloppy", Verdicts: []strategytest.Verdict{
		{Rule: 1, Name: "exactly once", Status: strategytest.Failed, Reason: `strategy "sloppy", rule 1 (exactly once): task 7 ran twice`},
		{Rule: 5, Name: "panic", Status: strategytest.NotProved, Reason: "no child process"},
		{Rule: 9, Name: "cancel", Status: strategytest.Failed, Reason: "strategy \"sloppy\", rule 9 (cancel): the counts differ\nby one", Follows: "exactly once"},
	}, Options: []strategytest.Report{
		{Strategy: "sloppy+careful", Verdicts: []strategytest.Verdict{{Rule: 1, Name: "exactly once", Status: strategytest.Passed}}},
		{Strategy: "sloppy+fast", Verdicts: []strategytest.Verdict{{Rule: 3, Name: "full", Status: strategytest.Failed, Reason: "it waits"}}},
	}},
	{Strategy: "deadly", Verdicts: []strategytest.Verdict{
		{Name: "examination", Status: strategytest.Failed, Reason: "its process died"},
	}},
}

// writeAll writes reports until one cannot be written.
func writeAll(out io.Writer, reports []strategytest.Report) error {
	for _, r := range reports {
		if err := writeReport(out, r); err != nil {
			return err
		}
	}
	return nil
}

func TestABrokenGuaranteeExitsOne(t *testing.T) {
	var stderr strings.Builder
	if code := exitCode(broken(reports), &stderr); code != exitBad {
		t.Errorf("exit code %d, want %d", code, exitBad)
	}
	if got, want := stderr.String(), "poolbench: 3 of 5 strategies do not behave as declared: sloppy, sloppy+fast, deadly\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := broken(reports[:1]); err != nil {
		t.Errorf("got %v for a strategy that does what it declares", err)
	}
}

func TestReportsSayWhichRuleWasBroken(t *testing.T) {
	var out strings.Builder
	if err := writeAll(&out, reports); err != nil {
		t.Fatal(err)
	}
	want := `good                   1 rules proved, 1 not applicable
  proved: exactly once
  not applicable: resize
sloppy                 0 rules proved, 2 failed, 1 not proved
  not proved: panic
  rule 1, exactly once: strategy "sloppy", rule 1 (exactly once): task 7 ran twice
    follows from it: rule 9 (cancel): the counts differ
sloppy+careful         1 rules proved
  proved: exactly once
sloppy+fast            0 rules proved, 1 failed
  rule 3, full: it waits
deadly                 0 rules proved, 1 failed
  examination: its process died
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

// A full writer takes so many bytes and then fails, as a full disk does.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return 0, errors.New("no space left")
	}
	f.room -= len(p)
	return len(p), nil
}

func TestReportsThatCannotBeWrittenAreAnError(t *testing.T) {
	var whole strings.Builder
	if err := writeAll(&whole, reports); err != nil {
		t.Fatal(err)
	}
	for room := range whole.Len() {
		if writeAll(&full{room}, reports) == nil {
			t.Errorf("with room for %d of %d bytes there was no error", room, whole.Len())
		}
	}
}
