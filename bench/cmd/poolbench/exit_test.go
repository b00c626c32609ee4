package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/strategies/strategytest"
)

func TestExitCodesFollowTheError(t *testing.T) {
	broken := errors.New("it broke")
	for _, c := range []struct {
		what   string
		err    error
		code   int
		stderr string
	}{
		{"no error", nil, 0, ""},
		{"an error nobody classified", broken, 2, "poolbench: it broke\n"},
		{"a bad thing", bad(broken), 1, "poolbench: it broke\n"},
		{"a bad thing, wrapped", fmt.Errorf("while looking: %w", bad(broken)), 1, "poolbench: it broke\n"},
		{"an interruption", context.Canceled, 130, "poolbench: interrupted\n"},
		{"an interruption, wrapped", fmt.Errorf("while looking: %w", context.Canceled), 130, "poolbench: interrupted\n"},
		{"an interruption that says how far it came", &exitError{exitInterrupted, broken}, 130, "poolbench: it broke\n"},
		{"all has been said", &exitError{exitBad, nil}, 1, ""},
	} {
		var stderr strings.Builder
		if code := exitCode(c.err, &stderr); code != c.code || stderr.String() != c.stderr {
			t.Errorf("%s: got %d and %q, want %d and %q", c.what, code, stderr.String(), c.code, c.stderr)
		}
	}
}

// reports are those of two strategies, of which one breaks a promise.
var reports = []strategytest.Report{
	{Strategy: "good", Verdicts: []strategytest.Verdict{
		{Rule: 1, Name: "exactly once", Status: strategytest.Passed},
		{Rule: 16, Name: "resize", Status: strategytest.NotApplicable, Reason: "it cannot be resized"},
	}},
	{Strategy: "sloppy", Verdicts: []strategytest.Verdict{
		{Rule: 1, Name: "exactly once", Status: strategytest.Failed, Reason: "task 7 ran twice"},
		{Rule: 5, Name: "panic", Status: strategytest.NotProved, Reason: "no child process"},
	}},
}

func TestABrokenPromiseExitsOne(t *testing.T) {
	var stderr strings.Builder
	if code := exitCode(broken(reports), &stderr); code != exitBad {
		t.Errorf("exit code %d, want %d", code, exitBad)
	}
	if got, want := stderr.String(), "poolbench: 1 of 2 strategies do not behave as declared: sloppy\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := broken(reports[:1]); err != nil {
		t.Errorf("got %v for a strategy that keeps its promises", err)
	}
}

func TestReportsSayWhichRuleWasBroken(t *testing.T) {
	var out strings.Builder
	if err := writeReports(&out, reports); err != nil {
		t.Fatal(err)
	}
	want := `good         1 rules proved, 1 not applicable
sloppy       0 rules proved, 1 failed, 1 not proved
  rule 1, exactly once: task 7 ran twice
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
	if err := writeReports(&whole, reports); err != nil {
		t.Fatal(err)
	}
	for room := range whole.Len() {
		if writeReports(&full{room}, reports) == nil {
			t.Errorf("with room for %d of %d bytes there was no error", room, whole.Len())
		}
	}
}
