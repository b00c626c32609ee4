package strategytest

import (
	"slices"
	"strings"
	"testing"

	. "github.com/poolbench/poolbench/strategies"
)

// withOptions is a strategy that rejects with one option, and with another says
// that it queues and does as does says.
func withOptions(does Traits) *Strategy {
	rejects, queues := Traits{Full: FullRejects}, Traits{Full: FullQueues}
	return &Strategy{
		Name: "optional", Open: fakeOpen(Traits{}, sound, plain),
		Options: []Option{
			{Name: "nonblocking", Traits: rejects, Open: fakeOpen(rejects, sound, plain)},
			{Name: "queue", Traits: queues, Open: fakeOpen(does, sound, plain)},
		},
	}
}

func TestEveryOptionIsProved(t *testing.T) {
	report := Examine(withOptions(Traits{Full: FullQueues}))
	if err := report.Err(); err != nil {
		t.Error(err)
	}
	if len(report.Options) != 2 || report.Options[0].Strategy != "optional+nonblocking" || report.Options[1].Strategy != "optional+queue" {
		t.Fatalf("the report has the options %+v", report.Options)
	}
	for _, r := range append(report.Options, report) {
		if len(r.Verdicts) != len(Rules()) || slices.ContainsFunc(r.Verdicts, func(v Verdict) bool { return v.Status == NotProved }) {
			t.Errorf("%s: the verdicts are %+v", r.Strategy, r.Verdicts)
		}
	}
}

func TestAWrongTraitOfAnOptionFailsByTheOptionsName(t *testing.T) {
	err := Check(withOptions(Traits{Full: FullQueues, Closed: ClosedReusable}))
	if err == nil || !strings.HasPrefix(err.Error(), `strategy "optional+queue", rule 11 (closed): `) || strings.Contains(err.Error(), "nonblocking") {
		t.Errorf("got %v", err)
	}
}

func TestRunHasASubtestForEveryOption(t *testing.T) {
	Run(t, withOptions(Traits{Full: FullQueues}))
}
