package gate

import (
	"errors"
	"go/version"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/stock"
	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/stats"
)

func TestTheAllocRuleHoldsItsErrorRate(t *testing.T) {
	for benchmarks, want := range map[int]int{1: 7, 30: 10, 300: 11} {
		r := newAllocRule(trial.Default, benchmarks)
		if r.Runs != want {
			t.Errorf("for %d benchmarks it takes %d runs, want %d", benchmarks, r.Runs, want)
		}
		if p := separation(r.Runs) * float64(2*benchmarks); p > r.Alpha {
			t.Errorf("for %d benchmarks the rate is %v", benchmarks, p)
		}
	}
	if got := separation(5); math.Abs(got-1.0/252) > 1e-15 {
		t.Errorf("5 of 10 lie above the others with probability %v", got)
	}
	// In identical builds, whatever the noise.
	rng := rand.New(rand.NewPCG(1, 2))
	rule := AllocRule{Runs: 3}
	const trials = 4000
	changed := 0
	for range trials {
		sides := make([][]float64, 2)
		for i := range sides {
			for range rule.Runs {
				sides[i] = append(sides[i], rng.ExpFloat64())
			}
		}
		if rule.judge("allocs/op", sides[0], sides[1]).Outcome == trial.Regressed {
			changed++
		}
	}
	share, err := stats.ClopperPearson(changed, trials, 0.999)
	if err != nil {
		t.Fatal(err)
	}
	if want := separation(rule.Runs); !share.Covers(want) {
		t.Errorf("%v of identical builds are called worse, want %v", share, want)
	}
}

func TestAllocationsAreJudgedExactly(t *testing.T) {
	rule := AllocRule{Runs: 2, LeastBytes: 0.01}
	for _, c := range []struct {
		unit       string
		base, head []float64
		want       trial.Outcome
	}{
		{"allocs/op", []float64{1, 1}, []float64{2, 2}, trial.Regressed},
		{"allocs/op", []float64{1000, 1000}, []float64{1001, 1001}, trial.Regressed},
		{"allocs/op", []float64{2, 2}, []float64{1, 1}, trial.Improved},
		{"allocs/op", []float64{1, 2}, []float64{2, 3}, trial.Same},
		{"B/op", []float64{0, 0}, []float64{8, 8}, trial.Regressed},
		{"B/op", []float64{1000, 1000}, []float64{1009, 1009}, trial.Same},
		{"B/op", []float64{1000, 1000}, []float64{1010, 1010}, trial.Regressed},
		{"B/op", []float64{1000, 1000}, []float64{500, 500}, trial.Improved},
		{"B/op", []float64{1000}, []float64{5000}, trial.Inconclusive},
	} {
		if got := rule.judge(c.unit, c.base, c.head).Outcome; got != c.want {
			t.Errorf("%s from %v to %v is %s, want %s", c.unit, c.base, c.head, got, c.want)
		}
	}
}

func TestAPairIsTheMedianOfItsExchanges(t *testing.T) {
	turn := func(ns float64, late float64) experiment.Turn {
		return experiment.Turn{Ops: 10, Wall: time.Duration(10 * ns), Values: map[string]float64{"ns/op": ns, stock.Late: late, "B/op": 0}}
	}
	var p Pair
	p.take(
		[]experiment.Turn{turn(100, 0), turn(200, 0), turn(100, 1), turn(100, 0)},
		[]experiment.Turn{turn(110, 0), turn(220, 0), turn(900, 0), turn(300, 0)},
	)
	if p.Late != 1 || p.Ops != 30 {
		t.Errorf("%d exchanges are late, %d operations count", p.Late, p.Ops)
	}
	if got := p.Log["ns/op"]; math.Abs(got-math.Log(1.1)) > 1e-12 {
		t.Errorf("the value is %v, want ln 1.1", got)
	}
	if got, ok := p.Log["B/op"]; !ok || got != 0 {
		t.Errorf("no bytes on both sides are %v, %v", got, ok)
	}
}

func TestAPairIsRedoneForWhatHappenedToItAlone(t *testing.T) {
	for _, c := range []struct {
		pair Pair
		redo bool
	}{
		{Pair{Took: time.Second, Steal: 0}, false},
		{Pair{Took: time.Second, Steal: -1}, false},
		{Pair{Took: time.Second, Steal: 100000}, true},
		{Pair{Took: time.Second, Late: 10}, false},
		{Pair{Took: time.Second, Late: 11}, true},
		{Pair{Took: time.Second, Log: map[string]float64{"ns/op": 5}}, false},
	} {
		if got := c.pair.disturbed(20, trial.Default); (got != "") != c.redo {
			t.Errorf("%+v: %q", c.pair, got)
		}
	}
}

func TestSlowOperationsExchangeLessOften(t *testing.T) {
	for turn, want := range map[time.Duration]int{0: 20, trial.Default.TurnTime: 20, 10 * time.Millisecond: 6, time.Second: 1} {
		if got := exchangesFor(turn, trial.Default); got != want {
			t.Errorf("turns of %v are exchanged %d times, want %d", turn, got, want)
		}
	}
}

func TestOnlyWhatSomebodyCallsBetterIsJudged(t *testing.T) {
	units := judged([]string{"B/op", "allocs/op", "req/s", "p50-ns", "p99-ns", "pears", "ns/op", "MB/s"},
		map[string]int{"req/s": +1, "p50-ns": -1, "p99-ns": -1}, 0, trial.Default)
	want := []trial.Metric{
		{Name: "ns/op", Theta: 0.02}, {Name: "req/s", Theta: 0.02, HigherIsBetter: true},
		{Name: "p50-ns", Theta: 0.05}, {Name: "p99-ns", Theta: 0.10},
	}
	if !reflect.DeepEqual(units, want) {
		t.Errorf("got %+v, want %+v", units, want)
	}
}

func TestACellIsAsBadAsItsWorstUnit(t *testing.T) {
	first, second := scheduler.RoundRobin, scheduler.Normal
	f := func(policy Policy, v trial.Outcome) Finding {
		return Finding{Unit: wallUnit, Scheduler: policy, Outcome: v}
	}
	for _, c := range []struct {
		findings []Finding
		allocs   []AllocTable
		want     trial.Outcome
	}{
		{[]Finding{f(first, trial.Same), f(second, trial.Inconclusive)}, nil, trial.Same},
		{[]Finding{f(first, trial.Same), f(second, trial.Regressed)}, nil, trial.Regressed},
		{[]Finding{f(first, trial.Inconclusive), f(second, trial.Same)}, nil, trial.Inconclusive},
		{[]Finding{f(first, trial.Unmeasurable), f(second, trial.Same)}, nil, trial.Unmeasurable},
		{[]Finding{f(first, trial.Improved)}, []AllocTable{{Outcome: trial.Regressed}}, trial.Regressed},
		{[]Finding{f(first, trial.Improved)}, []AllocTable{{Outcome: trial.Same}}, trial.Improved},
		{[]Finding{f(first, trial.Same)}, unmeasured(0, errors.New("it failed")).Units, trial.Unmeasurable},
		{nil, nil, trial.Unmeasurable},
	} {
		benchmark := BenchmarkResult{Findings: c.findings, Allocs: c.allocs}
		if benchmark.judge(first); benchmark.Outcome != c.want {
			t.Errorf("%v with %v is %s, want %s", c.findings, c.allocs, benchmark.Outcome, c.want)
		}
	}
	if got := overall([]BenchmarkResult{{Outcome: trial.Same}}, []Skipped{{Name: "one side only"}}); got != trial.Same {
		t.Errorf("what is on one side only makes it %s", got)
	}
	if got := overall([]BenchmarkResult{{Outcome: trial.Same}}, []Skipped{{Unmeasurable: true}}); got != trial.Unmeasurable {
		t.Errorf("what cannot be measured makes it %s", got)
	}
}

func TestAJournalCutShortKeepsItsWholeLines(t *testing.T) {
	dir := t.TempDir()
	j, entries, err := openJournal(dir)
	if err != nil || len(entries) > 0 {
		t.Fatalf("a new journal has %d entries, %v", len(entries), err)
	}
	if err := j.add(Entry{Drop: &Drop{Arm: 1, Reason: "gone"}}); err != nil {
		t.Fatal(err)
	}
	if err := j.close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, journalFile)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(whole, `{"drop":{"ar`...), 0o644); err != nil {
		t.Fatal(err)
	}
	j, entries, err = openJournal(dir)
	if err != nil || len(entries) != 1 || entries[0].Drop.Reason != "gone" {
		t.Fatalf("got %+v, %v", entries, err)
	}
	defer j.close()
	if after, err := os.ReadFile(path); err != nil || string(after) != string(whole) {
		t.Errorf("the journal is %q, %v", after, err)
	}
	if err := os.WriteFile(path, []byte("{}\nnonsense\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := openJournal(dir); err == nil || !strings.Contains(err.Error(), journalFile+":2: ") {
		t.Errorf("a broken line is %v", err)
	}
}

func TestAReplayRefusesWhatDoesNotFit(t *testing.T) {
	for _, line := range []string{
		`{"pair":{"arm":7,"log":{"ns/op":0}}}`,
		`{"drop":{"arm":-1}}`,
		`{"allocs":{"cell":9}}`,
		`{"decision":{"stage":"confirm","look":1}}`,
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, journalFile), []byte(line+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		g := &Gate{out: dir, plan: &Plan{Rules: trial.Default, Policies: []Policy{scheduler.Normal},
			Benchmarks: []Benchmark{{Name: "BenchmarkX", CPU: 1, N: 1, Exchanges: 1, Metrics: []trial.Metric{{Name: "ns/op", Theta: 0.03}}}}}}
		if err := g.open(); err == nil || !strings.Contains(err.Error(), journalFile+":1: replay: ") {
			t.Errorf("%s: %v", line, err)
		}
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestOneSchedulerHasTheWholeBudgetOrTheGateSaysWhyNot(t *testing.T) {
	for _, c := range []struct {
		asked Policy
		want  []Policy
		err   string
	}{
		{"", []Policy{scheduler.Normal}, ""},
		{scheduler.Normal, []Policy{scheduler.Normal}, ""},
		{scheduler.RoundRobin, nil, "--scheduler SCHED_RR: "},
	} {
		// Processes that cannot be stopped are measured under the normal one alone.
		g := &Gate{plan: &Plan{Stops: false, Request: Request{Scheduler: c.asked}}}
		err := g.choosePolicies()
		if !slices.Equal(g.plan.Policies, c.want) || (err == nil) != (c.err == "") || err != nil && !strings.HasPrefix(err.Error(), c.err) {
			t.Errorf("asked for %q: %v, %v", c.asked, g.plan.Policies, err)
		}
	}
}

func TestBothSidesAreBuiltWithTheNewerGo(t *testing.T) {
	for _, c := range []struct{ base, head, toolchain, want string }{
		{"go1.26.8", "go1.26.8", "", "go1.26.8"},
		{"go1.26.3", "go1.26.8", "go1.26.8", "go1.26.8"},
		{"go1.27.0", "go1.26.8", "go1.27.0", "go1.27.0"},
		{"go1.26.10", "go1.26.9", "go1.26.10", "go1.26.10"},
	} {
		both := [2]side{{origin: Origin{Go: c.base}}, {origin: Origin{Go: c.head}}}
		oneToolchain(&both)
		for i, s := range both {
			if s.tree.Toolchain != c.toolchain || s.origin.Go != c.want {
				t.Errorf("%s and %s: the %s is built with %q, and said to be by %q", c.base, c.head, sideNames[i], s.tree.Toolchain, s.origin.Go)
			}
		}
	}
}

func TestReleasesOfGoBuildTheSameModule(t *testing.T) {
	current := runtime.Version()
	if version.Lang(current) == "" || strings.Contains(current, " ") {
		t.Skipf("%s is no release", current)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":            "module example.com/small\n\ngo 1.24\n",
		"a_test.go":         "package small\n\nimport \"testing\"\n\nfunc BenchmarkA(b *testing.B) {}\n",
		"special/b_test.go": "//go:build special\n\npackage special\n\nimport \"testing\"\n\nfunc BenchmarkB(b *testing.B) {}\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	w, err := newWorkspace()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.remove(); err != nil {
			t.Error(err)
		}
	}()
	for tags, want := range map[string][]string{
		"":        {"example.com/small"},
		"special": {"example.com/small", "example.com/small/special"},
	} {
		request := Request{BaseGo: current, HeadGo: current, Packages: []string{"./..."}, Tags: tags}
		both, err := w.sides(t.Context(), dir, request, [2]string{})
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range both {
			var paths []string
			for _, p := range s.packages {
				paths = append(paths, p.Path)
			}
			if s.tree.Toolchain != current || s.origin.Go != current || !slices.Equal(paths, want) {
				t.Errorf("tags %q, %s: built with %q, said to be by %q, packages %v", tags, sideNames[i], s.tree.Toolchain, s.origin.Go, paths)
			}
		}
	}
}
