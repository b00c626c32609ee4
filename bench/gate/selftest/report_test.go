package selftest

import (
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/stats"
)

// verdict is of a gate whose spin benchmarks of two sizes got these verdicts.
func verdict(zero, ten trial.Outcome) gate.Result {
	benchmark := func(name string, v trial.Outcome) gate.BenchmarkResult {
		change := 0.1
		p := map[bool]float64{true: 0.0001, false: 0.5}[v == trial.Regressed]
		return gate.BenchmarkResult{Name: name, Outcome: v, Findings: []gate.Finding{{
			Scheduler: scheduler.Normal, Outcome: v, Stage: trial.Confirm, Theta: 0.02, Change: &change, P: &p,
		}}}
	}
	return gate.Result{Rules: trial.Default, Benchmarks: []gate.BenchmarkResult{
		benchmark("BenchmarkSpin/alone/slowdown=0-2", zero), benchmark("BenchmarkSpin/alone/slowdown=10-2", ten),
	}}
}

func TestTheReportCountsFalseAlarmsAndFinds(t *testing.T) {
	var r Report
	r.add(verdict(trial.Same, trial.Same), false)
	r.add(verdict(trial.Regressed, trial.Regressed), false)
	r.add(verdict(trial.Same, trial.Regressed), true)
	r.add(verdict(trial.Same, trial.Inconclusive), true)
	if r.Identical != (stats.Count{Of: 1, All: 2}) || r.Benchmarks != (stats.Count{Of: 2, All: 4}) {
		t.Errorf("false alarms: %v gates, %v benchmarks", r.Identical, r.Benchmarks)
	}
	text := r.Text()
	for _, want := range []string{
		"anything REGRESSED in 1 of 2 (1 % to 99 %) gates",
		"REGRESSED wants an estimate of\n2 % or more",
		"spin       normal          10 %  1 of 2 (1 % to 99 %)     1 of 2 (1 % to 99 %)",
		"all        normal           0 %  0 of 2 (0 % to 84 %)     0 of 2 (0 % to 84 %)",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not say %q:\n%s", want, text)
		}
	}
}

func TestFalseAlarmsAreMoreThanChance(t *testing.T) {
	for _, c := range []struct {
		count stats.Count
		want  bool
	}{{stats.Count{Of: 0, All: 300}, false}, {stats.Count{Of: 3, All: 300}, false}, {stats.Count{Of: 10, All: 300}, true}, {stats.Count{Of: 0, All: 0}, false}} {
		r := Report{Identical: c.count, Alpha: 0.01}
		if got := r.FalseAlarms(); got != c.want {
			t.Errorf("%v: got %v", c.count, got)
		}
	}
}
