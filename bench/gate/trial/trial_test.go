package trial

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/stats"
)

const pair = 130 * time.Millisecond

// repeated returns n models alike.
func repeated(n int, m model) []model {
	models := make([]model, n)
	for i := range models {
		models[i] = m
	}
	return models
}

func TestGatesOfIdenticalBuildsHoldTheErrorRate(t *testing.T) {
	for _, c := range []struct {
		name   string
		models []model
		theta  float64
		gates  int
	}{
		// Without theta nothing but the error rate stands between noise and a
		// red gate.
		{"of quiet benchmarks, theta 0", repeated(8, model{sigma: 0.02}), 0, 1200},
		{"of heavy tails, theta 0", repeated(8, model{sigma: 0.05, heavy: true}), 0, 800},
		{"as they are used", append(repeated(4, model{sigma: 0.02}), repeated(4, model{sigma: 0.2})...), 0.02, 1000},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(7, 11))
			rules := Default
			rules.ScreenLooks = []int{8, 16}
			red, green := 0, 0
			for range c.gates {
				trial, _ := simulate(t, rng, rules, c.theta, c.models, time.Minute, pair)
				if count(trial, Regressed) > 0 {
					red++
				}
				if count(trial, Improved) > 0 {
					green++
				}
			}
			for what, n := range map[string]int{"REGRESSED": red, "IMPROVED": green} {
				share, err := stats.ClopperPearson(n, c.gates, 0.99)
				if err != nil {
					t.Fatal(err)
				}
				if share.Low > rules.Alpha {
					t.Errorf("%d of %d identical gates are %s, at least %.2f %%", n, c.gates, what, 100*share.Low)
				}
			}
		})
	}
}

func TestTheErrorRateIsSpentWhenManyAreSuspects(t *testing.T) {
	// Everything is a suspect here, so that the two looks and Holm's adjustment
	// alone hold the rate; and the rate is used, not hidden behind the screen.
	rules := Default
	rules.ScreenLooks, rules.ScreenAlpha, rules.Alpha = []int{8}, 0.999, 0.10
	rng := rand.New(rand.NewPCG(3, 5))
	const gates = 600
	red := 0
	for range gates {
		trial, _ := simulate(t, rng, rules, 0, repeated(4, model{sigma: 0.05}), time.Hour, pair)
		if count(trial, Regressed) > 0 {
			red++
		}
	}
	share, err := stats.ClopperPearson(red, gates, 0.99)
	if err != nil {
		t.Fatal(err)
	}
	if share.Low > rules.Alpha {
		t.Errorf("%d of %d gates are red at an error rate of %v", red, gates, rules.Alpha)
	}
	if share.High < rules.Alpha/5 {
		t.Errorf("only %d of %d gates are red at an error rate of %v: it is not what bounds them", red, gates, rules.Alpha)
	}
}

func TestPValuesOfTheScreenFollowTheExactDiscreteNull(t *testing.T) {
	// Under the null every sign pattern of 8 pairs has the same probability, so
	// that P(p <= v) = v at every value v that can be attained.
	rng := rand.New(rand.NewPCG(1, 2))
	const draws, n = 20000, 8
	seen := make(map[float64]int)
	m := model{sigma: 0.1, heavy: true}
	for range draws {
		d := make([]float64, n)
		for i := range d {
			d[i] = m.pair(rng)
		}
		var values []Value
		for k, v := range d {
			values = append(values, Value{k, v})
		}
		s, err := summarise(values, Default.sameConfidence())
		if err != nil {
			t.Fatal(err)
		}
		seen[s.p(slower)]++
	}
	if len(seen) != n*(n+1)/2+1 {
		t.Fatalf("%d values of p are seen, want one for each sum of ranks", len(seen))
	}
	for v := range seen {
		below := 0
		for w, k := range seen {
			if w <= v+1e-12 {
				below += k
			}
		}
		sd := math.Sqrt(draws * v * (1 - v))
		if math.Abs(float64(below)-draws*v) > 4.5*sd {
			t.Errorf("P(p <= %.4f) is %d of %d", v, below, draws)
		}
	}
}

func TestSlowdownsAreFoundAsPredicted(t *testing.T) {
	for _, c := range []struct{ sigma, theta float64 }{
		{0.02, 0.03}, {0.05, 0.03}, {0.10, 0.05},
	} {
		rules := Default
		rules.ScreenLooks = []int{16}
		rules.ConfirmLeast, rules.ConfirmMost = 32, 32
		detectable := rules.Detectable(c.sigma, c.theta, 16, 32, 1)
		rng := rand.New(rand.NewPCG(5, 8))
		const trials = 400
		found := 0
		for range trials {
			trial, _ := simulate(t, rng, rules, c.theta, []model{{effect: math.Log1p(detectable), sigma: c.sigma}}, time.Hour, pair)
			found += count(trial, Regressed)
		}
		share, err := stats.ClopperPearson(found, trials, 0.99)
		if err != nil {
			t.Fatal(err)
		}
		// The first look may find what the second would lose, and the normal
		// approximation is a few percent off, so either side is allowed that much.
		if share.High < rules.Power-0.05 || share.Low > rules.Power+0.08 {
			t.Errorf("noise %v, theta %v: of slowdowns by %.1f %% are found %v, predicted %v", c.sigma, c.theta, 100*detectable, share, rules.Power)
		}
	}
}

func TestSlowdownsOfKnownSizeGetTheRightVerdict(t *testing.T) {
	for _, c := range []struct {
		name  string
		model model
		want  Outcome
		most  int // pairs of the screen
	}{
		{"a doubled time", model{effect: math.Log(2), sigma: 0.03}, Regressed, 8},
		{"a halved time", model{effect: math.Log(0.5), sigma: 0.03}, Improved, 8},
		{"no change, quiet", model{sigma: 0.005}, Same, 16},
		{"a change below theta", model{effect: 0.01, sigma: 0.005}, Same, 32},
		{"no change in deafening noise", model{sigma: 3}, Inconclusive, 256},
	} {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(21, 34))
			trial, left := simulate(t, rng, Default, 0.03, []model{c.model}, time.Minute, pair)
			f := trial.Findings()[0][0]
			if f.Outcome != c.want {
				t.Errorf("got %+v, want %s", f, c.want)
			}
			if n := len(trial.arms[0].screen[0].values); n > c.most {
				t.Errorf("the screen took %d pairs, want at most %d", n, c.most)
			}
			if left < 0 {
				t.Errorf("the budget is overdrawn by %v", -left)
			}
			if c.want == Inconclusive && !(f.Detectable > 0.5) {
				t.Errorf("it claims to have been able to see %.2f %%", 100*f.Detectable)
			}
		})
	}
}

func TestASuspectIsJudgedByFreshPairsOnly(t *testing.T) {
	trial, err := New(Default, []Arm{{Metrics: []Metric{{Name: "ns/op", Theta: 0.03}}}})
	if err != nil {
		t.Fatal(err)
	}
	// The screen sees a slowdown that is not there afterwards.
	value := 0.3
	rng := rand.New(rand.NewPCG(1, 1))
	for trial.Stage() != Done {
		d, err := trial.Decide(time.Hour, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := trial.Open(d); err != nil {
			t.Fatal(err)
		}
		if trial.Stage() == Confirm {
			value = 0
		}
		for trial.Want(0) > 0 {
			if err := trial.Add(0, fresh(), []float64{value + 0.001*rng.NormFloat64()}, pair); err != nil {
				t.Fatal(err)
			}
		}
	}
	f := trial.Findings()[0][0]
	if f.Outcome != Same || f.Stage != Confirm || math.Abs(f.Worse.Estimate) > 0.01 {
		t.Errorf("got %+v, want SAME from the confirm stage", f)
	}
}

func TestHigherIsBetterTurnsTheSign(t *testing.T) {
	trial, err := New(Default, []Arm{{Metrics: []Metric{{Name: "req/s", Theta: 0.03, HigherIsBetter: true}}}})
	if err != nil {
		t.Fatal(err)
	}
	for trial.Stage() != Done {
		d, err := trial.Decide(time.Hour, 0)
		if err == nil {
			err = trial.Open(d)
		}
		if err != nil {
			t.Fatal(err)
		}
		for k := 0; trial.Want(0) > 0; k++ {
			if err := trial.Add(0, fresh(), []float64{math.Log(0.8) + 0.001*float64(k)}, pair); err != nil {
				t.Fatal(err)
			}
		}
	}
	if f := trial.Findings()[0][0]; f.Outcome != Regressed || f.Worse.Estimate < 0.1 {
		t.Errorf("a fifth less throughput is %+v", f)
	}
}

func TestTimeGoesToTheNoisyCells(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 6))
	trial, left := simulate(t, rng, Default, 0.03, []model{{sigma: 0.004}, {sigma: 0.06}}, 2*time.Minute, pair)
	quiet, noisy := len(trial.arms[0].screen[0].values), len(trial.arms[1].screen[0].values)
	if quiet > 16 || noisy < 4*quiet {
		t.Errorf("the quiet benchmark got %d pairs, the noisy one %d", quiet, noisy)
	}
	if left < 0 {
		t.Errorf("the budget is overdrawn by %v", -left)
	}
}

func TestADroppedArmIsUnmeasurableAndLeavesTheOthersAlone(t *testing.T) {
	unit := []Metric{{Name: "ns/op", Theta: 0.03}}
	trial, err := New(Default, []Arm{{Metrics: unit}, {Metrics: unit}})
	if err != nil {
		t.Fatal(err)
	}
	dropped := false
	for trial.Stage() != Done {
		d, err := trial.Decide(time.Minute, 0)
		if err == nil {
			err = trial.Open(d)
		}
		if err != nil {
			t.Fatal(err)
		}
		for arm := range 2 {
			for k := 0; trial.Want(arm) > 0; k++ {
				if arm == 0 && k == 3 && !dropped {
					trial.Drop(0, "it died")
					dropped = true
					break
				}
				if err := trial.Add(arm, fresh(), []float64{0.001 * float64(k%3-1)}, pair); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	findings := trial.Findings()
	if f := findings[0][0]; f.Outcome != Unmeasurable || f.Reason != "it died" {
		t.Errorf("got %+v", f)
	}
	if f := findings[1][0]; f.Outcome != Same {
		t.Errorf("got %+v", f)
	}
}

func TestWhatWasShownOutlivesItsArm(t *testing.T) {
	units := []Metric{{Name: "ns/op", Theta: 0.02}, {Name: "p99-ns", Theta: 0.02}, {Name: "late-ns", Theta: 0.02}}
	for _, c := range []struct {
		name string
		end  func(*Trial)
		want [3]Outcome
	}{
		{"a fault", func(trial *Trial) { trial.Drop(0, "it died") }, [3]Outcome{Regressed, Unmeasurable, Unmeasurable}},
		{"want of time", func(trial *Trial) { trial.Stop(0, "no time") }, [3]Outcome{Regressed, Inconclusive, Unmeasurable}},
	} {
		t.Run(c.name, func(t *testing.T) {
			trial, err := New(Default, []Arm{{Metrics: units}})
			if err != nil {
				t.Fatal(err)
			}
			trial.arms[0].findings = []Finding{{Outcome: Regressed, Stage: Confirm}, {Outcome: Inconclusive, Stage: Screen}, {}}
			c.end(trial)
			for i, f := range trial.Findings()[0] {
				if f.Outcome != c.want[i] || f.Outcome != Regressed && f.Reason == "" {
					t.Errorf("%s: got %+v, want %s", units[i].Name, f, c.want[i])
				}
			}
		})
	}
}

func TestAUnitWithoutRatiosIsUnmeasurable(t *testing.T) {
	trial, err := New(Default, []Arm{{Metrics: []Metric{{Name: "misses", Theta: 0.02}}}})
	if err != nil {
		t.Fatal(err)
	}
	for trial.Stage() != Done {
		d, err := trial.Decide(10*time.Second, 0)
		if err == nil {
			err = trial.Open(d)
		}
		if err != nil {
			t.Fatal(err)
		}
		for trial.Want(0) > 0 {
			if err := trial.Add(0, fresh(), []float64{math.NaN()}, pair); err != nil {
				t.Fatal(err)
			}
		}
	}
	if f := trial.Findings()[0][0]; f.Outcome != Unmeasurable || !strings.Contains(f.Reason, "misses") {
		t.Errorf("got %+v", f)
	}
}

func TestTheSecondLookHasAllThatWasDeclaredOrNothing(t *testing.T) {
	models := append(repeated(20, model{effect: math.Log1p(0.05), sigma: 0.04}), repeated(20, model{effect: math.Log1p(0.03), sigma: 0.06})...)
	rng := rand.New(rand.NewPCG(18, 19))
	all, none := 0, 0
	for range 20 {
		var first []int
		trial, _ := simulateWith(t, rng, Default, 0.02, models, 40*(8+30)*pair, pair, func(d Decision) {
			if d.Stage == Confirm && d.Look == 1 {
				first = d.Pairs
			}
		})
		declared := trial.most
		for i, a := range trial.arms {
			switch n := len(a.confirm[0].values); n {
			case declared[i]:
				all++
			case first[i]:
				none++
			default:
				t.Errorf("arm %d has %d pairs to confirm, of %d and %d declared", i, n, first[i], declared[i])
			}
		}
	}
	if all == 0 || none == 0 {
		t.Errorf("%d have all and %d have none of it: the test says nothing", all, none)
	}
}

func TestARecordedTrialReplaysToTheSameFindings(t *testing.T) {
	type event struct {
		decision *Decision
		arm      int
		value    float64
	}
	var tape []event
	rng := rand.New(rand.NewPCG(8, 13))
	models := []model{{effect: 0.2, sigma: 0.05}, {sigma: 0.05}, {sigma: 0.01}, {effect: 0.05, sigma: 0.05}}
	arms := make([]Arm, len(models))
	for i := range arms {
		arms[i] = Arm{Metrics: []Metric{{Name: "ns/op", Theta: 0.03}}}
	}
	live, err := New(Default, arms)
	if err != nil {
		t.Fatal(err)
	}
	left := 90 * time.Second
	for live.Stage() != Done {
		d, err := live.Decide(left, 0)
		if err == nil {
			err = live.Open(d)
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var recorded Decision
		if err := json.Unmarshal(text, &recorded); err != nil {
			t.Fatal(err)
		}
		tape = append(tape, event{decision: &recorded})
		for i, m := range models {
			for live.Want(i) > 0 {
				v := m.pair(rng)
				tape = append(tape, event{arm: i, value: v})
				if err := live.Add(i, fresh(), []float64{v}, pair); err != nil {
					t.Fatal(err)
				}
				left -= pair
			}
		}
	}
	replayed, err := New(Default, arms)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range tape {
		if e.decision != nil {
			err = replayed.Open(*e.decision)
		} else {
			err = replayed.Add(e.arm, fresh(), []float64{e.value}, pair)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	a, _ := json.Marshal(live.Findings())
	b, _ := json.Marshal(replayed.Findings())
	if string(a) != string(b) {
		t.Errorf("live\n%s\nreplayed\n%s", a, b)
	}
	if live.Findings()[0][0].Outcome != Regressed {
		t.Errorf("a slowdown by a fifth is %+v", live.Findings()[0][0])
	}
}

func TestADecisionThatDoesNotFollowIsRefused(t *testing.T) {
	unit := []Metric{{Name: "ns/op", Theta: 0.03}}
	for _, c := range []struct {
		decision Decision
		want     string
	}{
		{Decision{Stage: Confirm, Look: 1}, "does not follow"},
		{Decision{Stage: Screen, Look: 2, Pairs: []int{8}}, "does not follow look 0"},
		{Decision{Stage: Screen, Look: 1, Pairs: []int{8, 8}}, "not about 1 arms"},
	} {
		trial, err := New(Default, []Arm{{Metrics: unit}})
		if err != nil {
			t.Fatal(err)
		}
		if err := trial.Open(c.decision); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want %q", c.decision, err, c.want)
		}
	}
	trial, err := New(Default, []Arm{{Metrics: unit}})
	if err != nil {
		t.Fatal(err)
	}
	if err := trial.Open(Decision{Stage: Screen, Look: 1, Pairs: []int{8}}); err != nil {
		t.Fatal(err)
	}
	if err := trial.Open(Decision{Stage: Done, Look: 1}); err == nil || !strings.Contains(err.Error(), "lacks 8 pairs") {
		t.Errorf("a look was closed before its pairs were there: %v", err)
	}
	if err := trial.Add(0, fresh(), []float64{math.Inf(1)}, pair); err == nil {
		t.Error("an infinite value was taken")
	}
}

func TestTooFewPairsDetectNothing(t *testing.T) {
	if got := Default.Detectable(0.01, 0.03, 8, 3, 1); !math.IsInf(got, 1) {
		t.Errorf("3 pairs to confirm detect %v", got)
	}
	if got := Default.Detectable(0, 0.03, 8, 20, 1); got != 0.03 {
		t.Errorf("without noise %v is detected", got)
	}
}

func TestASuspectWithoutTimeSaysSo(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	// The screen uses up what there is.
	trial, _ := simulate(t, rng, Default, 0.02, repeated(3, model{effect: math.Log1p(0.1), sigma: 0.01}), 3*8*pair, pair)
	for _, f := range trial.Findings() {
		if f[0].Outcome != Inconclusive || !strings.Contains(f[0].Reason, "no time was left to confirm it") {
			t.Errorf("got %+v", f[0])
		}
	}
}

func TestManyRealSlowdownsDoNotHideOneAnother(t *testing.T) {
	// Of 40 suspects all but one are plain at the first look. Once they are out
	// of Holm's count, the last need not reach a fortieth of the error rate,
	// which it does every other time.
	models := append(repeated(39, model{effect: math.Log1p(0.5), sigma: 0.02}), model{effect: math.Log1p(0.03), sigma: 0.045})
	rng := rand.New(rand.NewPCG(6, 7))
	rules := Default
	rules.ConfirmLeast, rules.ConfirmMost = 32, 32
	found := 0
	const trials = 100
	for range trials {
		trial, _ := simulate(t, rng, rules, 0.02, models, time.Hour, pair)
		if trial.Findings()[39][0].Outcome == Regressed {
			found++
		}
	}
	if found < trials*6/10 {
		t.Errorf("the small one was found in %d of %d trials", found, trials)
	}
}

func TestTimeThatOthersDoNotNeedGoesToWhatIsOpen(t *testing.T) {
	// All want 32 pairs and time is for 20. At the first look all are plain but
	// one, which then gets what it wanted at first.
	models := append(repeated(39, model{effect: math.Log1p(0.5), sigma: 0.02}), model{effect: math.Log1p(0.03), sigma: 0.045})
	rules := Default
	rules.ScreenLooks = []int{8}
	rules.ConfirmLeast, rules.ConfirmMost = 32, 32
	rng := rand.New(rand.NewPCG(16, 17))
	open := 0
	for range 100 {
		trial, left := simulate(t, rng, rules, 0.02, models, 40*(8+20)*pair, pair)
		if left < 0 {
			t.Fatalf("the budget is overdrawn by %v", -left)
		}
		if trial.Look() == 1 && trial.open.Stage == Done && len(trial.arms[39].confirm[0].values) == 32 {
			open++
		}
	}
	if open < 20 {
		t.Errorf("the last one got all of its pairs in %d of 100 trials", open)
	}
}

func TestThreePercentAreFoundWherePairsAreQuiet(t *testing.T) {
	// Of slowdowns just at theta every other is found, however long one measures:
	// the reason why theta is below the slowdown that is to be found.
	for _, c := range []struct {
		theta       float64
		least, most int // of 100
	}{{0.03, 30, 70}, {0.02, 80, 100}} {
		rng := rand.New(rand.NewPCG(9, 9))
		found := 0
		for range 100 {
			trial, _ := simulate(t, rng, Default, c.theta, []model{{effect: math.Log1p(0.03), sigma: 0.015}}, time.Minute, pair)
			found += count(trial, Regressed)
		}
		if found < c.least || found > c.most {
			t.Errorf("theta %v: %d of 100 are found", c.theta, found)
		}
	}
}

func TestPairsOfOneLayoutCountOnce(t *testing.T) {
	// Each layout shifts its pairs, by far more than they vary: of identical
	// builds, since layouts are drawn for both.
	red := 0
	const gates = 300
	rng := rand.New(rand.NewPCG(12, 13))
	rules := Default
	rules.Alpha = 0.05
	for range gates {
		trial, err := New(rules, []Arm{{Metrics: []Metric{{Name: "ns/op", Theta: 0}}}})
		if err != nil {
			t.Fatal(err)
		}
		var shifts [24]float64
		for i := range shifts {
			shifts[i] = 0.05 * rng.NormFloat64()
		}
		for left := 20 * time.Second; trial.Stage() != Done; {
			d, err := trial.Decide(left, 0)
			if err == nil {
				err = trial.Open(d)
			}
			if err != nil {
				t.Fatal(err)
			}
			for k := 0; trial.Want(0) > 0; k++ {
				layout := k % 8
				if trial.Stage() == Confirm {
					layout = 8 + k%16
				}
				if err := trial.Add(0, layout, []float64{shifts[layout] + 0.005*rng.NormFloat64()}, pair); err != nil {
					t.Fatal(err)
				}
				left -= pair
			}
		}
		red += count(trial, Regressed)
	}
	share, err := stats.ClopperPearson(red, gates, 0.99)
	if err != nil {
		t.Fatal(err)
	}
	if share.Low > rules.Alpha {
		t.Errorf("%d of %d identical builds are red", red, gates)
	}
}
