package proof

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/selftest"
	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/stats"
)

// pairsOf makes pairs of such log-ratios, whose turns show them too.
func pairsOf(logs ...float64) (pairs []*gate.Pair) {
	for i, d := range logs {
		p := &gate.Pair{Layouts: [2]int{i, i}, Log: map[string]float64{nsPerOp: d, cpuTime: d}}
		for range 20 {
			p.Turns[0] = append(p.Turns[0], 100)
			p.Turns[1] = append(p.Turns[1], 100*math.Exp(d))
		}
		pairs = append(pairs, p)
	}
	return pairs
}

// noisy draws n pairs around a log-ratio.
func noisy(rng *rand.Rand, n int, effect, sigma float64) []*gate.Pair {
	logs := make([]float64, n)
	for i := range logs {
		logs[i] = effect + sigma*rng.NormFloat64()
	}
	return pairsOf(logs...)
}

func TestTheNullIsThatOfSigns(t *testing.T) {
	got := signedRankNull(3)
	want := []float64{1, 1, 1, 2, 1, 1, 1}
	for sum, ways := range want {
		if got[sum] != ways/8 {
			t.Errorf("a sum of %d has the probability %v, want %v", sum, got[sum], ways/8)
		}
	}
}

func TestPairsWithoutAnEffectFitTheNullAndOthersDoNot(t *testing.T) {
	for _, c := range []struct {
		effect float64
		fits   bool
	}{{0, true}, {0.4, false}} {
		rng := rand.New(rand.NewPCG(1, 1))
		g := Gate{}
		for range 300 {
			g.Arms = append(g.Arms, Arm{Screen: noisy(rng, 10, c.effect, 1)})
		}
		g.Arms = append(g.Arms, Arm{Screen: noisy(rng, 7, 0, 1)}, Arm{Screen: pairsOf(1, 1, 2, 3, 4, 5, 6, 7)})
		n, err := CheckNull([]Gate{g})
		if err != nil {
			t.Fatal(err)
		}
		if n.Total != 301 || n.LeftOut != 1 {
			// Two values alike share the ranks 1 and 2; on the same side that
			// leaves a whole sum.
			t.Errorf("%d looks, %d left out", n.Total, n.LeftOut)
		}
		if fits := n.P > 0.05; fits != c.fits {
			t.Errorf("effect %v: p = %v", c.effect, n.P)
		}
	}
}

func TestSharedLayoutsShow(t *testing.T) {
	for _, c := range []struct{ layout, low, high float64 }{{0, -0.03, 0.03}, {1, 0.6, 0.9}} {
		rng := rand.New(rand.NewPCG(2, 2))
		g := Gate{}
		for range 200 {
			a := Arm{Screen: noisy(rng, 16, 0, 1)}
			effects := [2][4]float64{}
			for s := range effects {
				for i := range effects[s] {
					effects[s][i] = c.layout * rng.NormFloat64()
				}
			}
			for k, p := range a.Screen {
				p.Layouts = [2]int{k % 4, k % 4}
				p.Log[nsPerOp] += effects[0][p.Layouts[0]] - effects[1][p.Layouts[1]]
			}
			g.Arms = append(g.Arms, a)
		}
		share, err := CheckLayouts([]Gate{g})
		if err != nil {
			t.Fatal(err)
		}
		if share.Estimate < c.low || share.Estimate > c.high || share.Low > share.Estimate || share.High < share.Estimate {
			t.Errorf("layouts of sd %v beside pairs of sd 1 explain %v", c.layout, share)
		}
	}
}

// slowedGate is a gate of one benchmark of each size.
func slowedGate(rng *rand.Rand, sigma float64, verdict trial.Outcome, policies ...gate.Policy) Gate {
	g := Gate{Plan: gate.Plan{Rules: trial.Default, Policies: policies, Benchmarks: make([]gate.Benchmark, 2)}}
	for _, policy := range policies {
		for _, p := range []int{3, 20} {
			g.Arms = append(g.Arms, Arm{
				Scheduler: policy, Truth: selftest.Truth{Kind: "Spin", Shape: "alone", Percent: p},
				Finding: gate.Finding{Outcome: verdict, Theta: 0.02},
				Screen:  noisy(rng, 8, math.Log1p(float64(p)/100), sigma),
				Confirm: noisy(rng, 30, math.Log1p(float64(p)/100), sigma),
			})
		}
	}
	return g
}

func TestPowerIsCountedByNoiseKindAndSize(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	f, err := Power([]Gate{slowedGate(rng, 0.01, trial.Regressed, scheduler.Normal), slowedGate(rng, 0.2, trial.Inconclusive, scheduler.Normal)})
	if err != nil {
		t.Fatal(err)
	}
	for where, want := range map[string]stats.Count{
		key(scheduler.Normal, 0, 3):       {Of: 1, All: 1},
		key(scheduler.Normal, 2, 3):       {Of: 0, All: 1},
		key(scheduler.Normal, "Spin", 20): {},
	} {
		counts := f.noise
		if strings.Contains(where, "Spin") {
			counts, want = f.kind, stats.Count{Of: 1, All: 2}
		}
		if got := count(counts, where); *got != want {
			t.Errorf("%q: %v, want %v", where, *got, want)
		}
	}
	// The quiet benchmark would have been found by its CPU time as well.
	if got := count(f.cpu, key(scheduler.Normal, 3)); *got != (stats.Count{Of: 1, All: 2}) {
		t.Errorf("by CPU time: %v", *got)
	}
	text := f.Markdown()
	for _, want := range []string{"| normal | 20 % | 100 % | 1 of 2: 50 % [1, 99] | no so far: 2 of 40 measured |", "| normal | under 2 % | 1 of 1: 100 % [3, 100] | 1 of 1: 100 % [3, 100] |", "Gates: 2, of 2 benchmarks under the normal scheduler alone"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

func TestPowerOfOneSchedulerAloneIsKeptApart(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	both := slowedGate(rng, 0.01, trial.Regressed, scheduler.RoundRobin, scheduler.Normal)
	normal := slowedGate(rng, 0.01, trial.Regressed, scheduler.Normal)
	rr := slowedGate(rng, 0.01, trial.Regressed, scheduler.RoundRobin)
	const (
		shared      = "of 2 benchmarks under both schedulers"
		normalAlone = "of 2 benchmarks under the normal scheduler alone"
		rrAlone     = "of 2 benchmarks under SCHED_RR alone"
		normalRow   = "| normal | all | 1 of 1"
		rrRow       = "| SCHED_RR | all | 1 of 1"
		normalEmpty = "| normal | all | none"
		rrEmpty     = "| SCHED_RR | all | none"
	)
	for _, c := range []struct {
		name, part string
		gates      []Gate
		has, lacks []string
	}{
		{"where they share it, one gate of three counts", "gatepower", []Gate{normal, both, rr},
			[]string{shared, normalRow, rrRow}, []string{normalAlone, rrAlone}},
		{"where each is alone, it has its tables", "gatepoweralone", []Gate{normal, both, rr},
			[]string{normalAlone, normalRow, rrAlone, rrRow}, []string{shared, normalEmpty, rrEmpty}},
		{"who never was alone has no row", "gatepoweralone", []Gate{both, normal},
			[]string{normalAlone, normalRow}, []string{"SCHED_RR"}},
		{"where none was, it says so", "gatepoweralone", []Gate{both},
			[]string{"No such gate is recorded yet."}, []string{"|"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := slices.IndexFunc(Parts, func(p Part) bool { return p.Name == c.part })
			text, err := Parts[i].Text(Folder{Slowed: c.gates})
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.has {
				if !strings.Contains(text, want) {
					t.Errorf("it does not say %q:\n%s", want, text)
				}
			}
			for _, not := range c.lacks {
				if strings.Contains(text, not) {
					t.Errorf("it says %q:\n%s", not, text)
				}
			}
		})
	}
}

func TestRivalsJudgeTheSameTurns(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	arm := func(effect float64) Arm {
		return Arm{Scheduler: scheduler.Normal, Screen: noisy(rng, 8, effect, 0.001)}
	}
	for _, c := range []struct {
		effect float64
		want   string // of the rules in their order
	}{
		{-0.5, "false false false false"},
		{math.Log(1.05), "true false false false"},
		{math.Log(1.15), "true true false false"},
		{math.Log(1.5), "true true true false"},
		{math.Log(2.5), "true true true true"},
	} {
		for _, take := range []func(Arm) (sample, bool){inTurns, oneByOne} {
			s, ok := take(arm(c.effect))
			if !ok {
				t.Fatal("there is no sample")
			}
			var got []any
			for _, r := range rivals {
				got = append(got, r.red(s))
			}
			if text := strings.TrimSpace(fmt.Sprintln(got...)); text != c.want {
				t.Errorf("effect %.2f: %s, want %s", c.effect, text, c.want)
			}
		}
	}
	if _, ok := oneByOne(Arm{Screen: pairsOf(1)}); ok {
		t.Error("one pair gives a rival two processes")
	}
}

func TestAlarmsAreCountedByGateAndArm(t *testing.T) {
	arm := func(v trial.Outcome) Arm { return Arm{Finding: gate.Finding{Outcome: v}} }
	a := Identical([]Gate{
		{Arms: []Arm{arm(trial.Same), arm(trial.Inconclusive)}},
		{Arms: []Arm{arm(trial.Regressed), arm(trial.Regressed)}},
		{Arms: []Arm{arm(trial.Improved), arm(trial.Same)}},
	})
	if a.Red != (stats.Count{Of: 1, All: 3}) || a.RedArm != (stats.Count{Of: 2, All: 6}) || a.Green != (stats.Count{Of: 1, All: 3}) || a.GreenArm != (stats.Count{Of: 1, All: 6}) {
		t.Errorf("got %+v", a)
	}
	if got := bound(stats.Count{Of: 0, All: 100}); got != "0 of 100, at most 3 %" {
		t.Errorf("a hundred clean gates are %q", got)
	}
}

func TestAnUpgradeIsToldCellByCell(t *testing.T) {
	change, low, high := 0.5, 0.4, 0.6
	v := gate.Result{Base: gate.Origin{Label: "example.com/pool@v1"}, Head: gate.Origin{Label: "example.com/pool@v2"}, Benchmarks: []gate.BenchmarkResult{{
		Name: "BenchmarkFanout/work=noop/strategy=pool-2", Outcome: trial.Regressed,
		Findings: []gate.Finding{
			{Unit: "ns/task", Scheduler: scheduler.RoundRobin, Outcome: trial.Regressed, Change: &change, Low: &low, High: &high},
			{Unit: "B/task", Scheduler: scheduler.RoundRobin, Outcome: trial.Improved, Change: &low},
			{Unit: "ns/task", Scheduler: scheduler.Normal, Outcome: trial.Unmeasurable},
			{Unit: "B/task", Scheduler: scheduler.Normal, Outcome: trial.Improved, Change: &high},
		},
		Allocs: []gate.AllocTable{{Unit: "allocs/op", Outcome: trial.Regressed, Base: []float64{1, 1}, Head: []float64{3, 3}}},
	}}}
	text := Upgrades([]Gate{{File: "pool.jsonl.gz", Result: v}})
	for _, want := range []string{
		"**example.com/pool@v1 to v2** (pool.jsonl.gz, 0 s): 1 REGRESSED.",
		"| `work=noop/strategy=pool-2` | REGRESSED | REGRESSED, +50.0 % [+40.0, +60.0] | UNMEASURABLE | B/task IMPROVED, +40.0 %; allocs/op REGRESSED, 1 to 3 |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}
