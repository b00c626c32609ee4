package gate

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/stats"
)

// A requirement is what the rules of the gate must do for its users: find
// slowdowns, leave identical builds alone, and take no longer than that needs. It
// is checked on simulated gates. Its bounds are what the rules achieve there, with
// some room; they do not follow from the rules.
type requirement struct {
	rules []string // that it is about: it is tried first when one of them has changed
	name  string
	check func(trial.Rules) error
}

var requirements = []requirement{
	// False alarms.
	{[]string{"Alpha"}, "identical builds are called REGRESSED in at most 1 % of gates, whatever the screen saw", func(r trial.Rules) error {
		const gates = 4000
		red, err := convicted(r, gates)
		if err != nil {
			return err
		}
		share, err := stats.ClopperPearson(red, gates, 0.98)
		if err == nil && share.Low > 0.01 {
			err = fmt.Errorf("%d of %d gates are red", red, gates)
		}
		return err
	}},
	{[]string{"AllocAlpha"}, "allocations of identical builds are called REGRESSED in at most 0.1 % of gates, at a cost of 14 processes for one benchmark", func(r trial.Rules) error {
		for n := 1; n <= 300; n++ {
			rule := newAllocRule(r, n)
			if share := separation(rule.Runs) * float64(2*n); share > 0.001 {
				return fmt.Errorf("%.2g of gates of %d benchmarks are red", share, n)
			}
		}
		return atMost(14, 2*newAllocRule(r, 1).Runs, "processes")
	}},
	{[]string{"LeastBytes"}, "rounded bytes are no regression, and 1.5 % more are one", func(r trial.Rules) error {
		rule := newAllocRule(r, 1)
		for head, want := range map[float64]trial.Outcome{1007: trial.Same, 1015: trial.Regressed} {
			if got := rule.judge("B/op", slices.Repeat([]float64{1000}, rule.Runs), slices.Repeat([]float64{head}, rule.Runs)); got.Outcome != want {
				return fmt.Errorf("from 1000 to %v B/op is %s", head, got.Outcome)
			}
		}
		return nil
	}},
	{[]string{"ScreenAlpha", "ClearAlpha"}, "at the first look at most a quarter of identical benchmarks are suspects, and at most 2.5 % for good", func(r trial.Rules) error {
		const arms = 3000
		seen, err := screen(r, truth{noise: 0.06}, arms)
		return errors.Join(err, atMost(arms/4, seen.suspects, "suspects"), atMost(arms/40, seen.settled, "settled suspects"))
	}},
	{[]string{"SuspectShare"}, "noise far below theta makes no suspects", func(r trial.Rules) error {
		seen, err := screen(r, truth{noise: 0.01}, 1000)
		return errors.Join(err, atMost(20, seen.suspects, "suspects"))
	}},
	{[]string{"SameAlpha"}, "a change of just theta is called SAME in at most 3 % of gates", func(r trial.Rules) error {
		t, err := simulate(r, 600, simulation{benchmarks: alike(1, truth{slowdown: 0.02, noise: 0.02}), budget: 1000})
		return errors.Join(err, atMost(18, t.same, "SAME"))
	}},
	{[]string{"Theta"}, "of time, 1.4 % more is not called REGRESSED", quiet("", 0.014)},
	{[]string{"ThetaP50"}, "of a median, 3.5 % more is not called REGRESSED", quiet("p50-ns", 0.035)},
	{[]string{"ThetaP99"}, "of a 99th percentile, 7 % more is not called REGRESSED", quiet("p99-ns", 0.07)},

	// Power.
	{[]string{"Theta"}, "of time, 3 % more is found", found("", 0.03)},
	{[]string{"ThetaP50"}, "of a median, 7.5 % more is found", found("p50-ns", 0.075)},
	{[]string{"ThetaP99"}, "of a 99th percentile, 15 % more is found", found("p99-ns", 0.15)},
	{[]string{"Power"}, "what is called detectable is found 4 times in 5", func(r trial.Rules) error {
		effect := r.Detectable(0.05, r.Theta, 16, 32, 1)
		r.ScreenLooks, r.ConfirmLeast, r.ConfirmMost = []int{16}, 32, 32
		const gates = 300
		t, err := simulate(r, gates, simulation{benchmarks: alike(1, truth{slowdown: effect, noise: 0.05}), budget: 1000})
		return errors.Join(err, atLeast(gates*72/100, t.red, "REGRESSED"), atMost(gates*90/100, t.red, "REGRESSED"))
	}},
	{[]string{"Alpha", "ConfirmSpare", "ConfirmGrace", "Grace", "ScreenLooks"}, "the time of 15.2 pairs is enough for a plain slowdown: 8 to suspect it, 9 to confirm it, with an eighth overdrawn", func(r trial.Rules) error {
		t, err := simulate(r, 5, simulation{benchmarks: alike(1, truth{slowdown: 0.2, noise: 0.01}), budget: 15.2})
		return errors.Join(err, atLeast(5, t.red, "REGRESSED"))
	}},
	{[]string{"ScreenAlpha", "ScreenLooks"}, "of slowdowns by 5 % in noise of 6 %, 8 pairs suspect seven in ten", func(r trial.Rules) error {
		seen, err := screen(r, truth{slowdown: 0.05, noise: 0.06}, 1000)
		return errors.Join(err, atLeast(690, seen.suspects, "suspects"))
	}},
	{[]string{"SuspectShare"}, "of slowdowns by 3 % in noise of 2.5 %, 8 pairs suspect nine in ten", func(r trial.Rules) error {
		seen, err := screen(r, truth{slowdown: 0.03, noise: 0.025}, 1000)
		return errors.Join(err, atLeast(900, seen.suspects, "suspects"))
	}},
	{[]string{"ScreenLooks"}, "given time, noise of 7 % does not keep identical builds from being SAME", func(r trial.Rules) error {
		t, err := simulate(r, 20, simulation{benchmarks: alike(1, truth{noise: 0.07}), budget: 2000})
		return errors.Join(err, atLeast(13, t.same, "SAME"))
	}},
	{[]string{"ScreenReserve"}, "24 pairs show nine of ten quiet benchmarks to be SAME", func(r trial.Rules) error {
		t, err := simulate(r, 50, simulation{benchmarks: alike(1, truth{noise: 0.012}), budget: 24})
		return errors.Join(err, atLeast(45, t.same, "SAME"))
	}},
	{[]string{"ScreenReserve"}, "a noisy benchmark leaves time to confirm a slowdown beside it", func(r trial.Rules) error {
		t, err := simulate(r, 200, simulation{benchmarks: []truth{{slowdown: 0.06, noise: 0.10}, {noise: 0.10}}, budget: 150})
		return errors.Join(err, atLeast(140, t.red, "REGRESSED"))
	}},
	{[]string{"ConfirmMost", "ConfirmAim"}, "given time, slowdowns by 5 % in noise of 15 % are found four times in five", func(r trial.Rules) error {
		t, err := simulate(r, 60, simulation{benchmarks: alike(1, truth{slowdown: 0.05, noise: 0.15}), budget: 3000})
		return errors.Join(err, atLeast(47, t.red, "REGRESSED"))
	}},
	{[]string{"ConfirmLeast"}, "given time, slowdowns by 3 % in noise of 3 % are found nine times in ten", func(r trial.Rules) error {
		t, err := simulate(r, 100, simulation{benchmarks: alike(1, truth{slowdown: 0.03, noise: 0.03}), budget: 1000})
		return errors.Join(err, atLeast(91, t.red, "REGRESSED"))
	}},
	{[]string{"ConfirmAim", "ConfirmPower", "ConfirmLater"}, "given time, slowdowns by 3 % in noise of 5 % are found three times in four, once they are suspected", func(r trial.Rules) error {
		t, err := simulate(r, 200, simulation{benchmarks: alike(1, truth{slowdown: 0.03, noise: 0.05, feigned: 0.10, seen: 0.05}), budget: 1000})
		return errors.Join(err, atLeast(150, t.red, "REGRESSED"))
	}},
	{[]string{"ConfirmLater"}, "of many slowdowns, a third is found in time for a look each and a part of the second", func(r trial.Rules) error {
		t, err := simulate(r, 5, simulation{benchmarks: alike(40, truth{slowdown: 0.08, noise: 0.10, feigned: 0.25, seen: 0.10}), budget: 34 * 40})
		return errors.Join(err, atLeast(58, t.red, "REGRESSED"))
	}},
	{[]string{"ConfirmSpare"}, "of many slowdowns of twice their noise, 19 in 20 are found in time for 20 pairs each", func(r trial.Rules) error {
		t, err := simulate(r, 10, simulation{benchmarks: alike(40, truth{slowdown: 0.05, noise: 0.027}), budget: 20 * 40})
		return errors.Join(err, atLeast(385, t.red, "REGRESSED"))
	}},
	{[]string{"LeastLayouts"}, "where linking is slow, there are layouts enough to confirm 8 slowdowns", func(r trial.Rules) error {
		t, err := simulate(r, 4, simulation{benchmarks: alike(8, truth{slowdown: 0.05, noise: 0.02}), budget: 500, link: 1000 * time.Hour})
		return errors.Join(err, atLeast(30, t.red, "REGRESSED"))
	}},
	{[]string{"MostLayouts"}, "where linking is fast, layouts that differ by 5 % do not hide a slowdown by 4 %", func(r trial.Rules) error {
		t, err := simulate(r, 20, simulation{benchmarks: alike(4, truth{slowdown: 0.04, noise: 0.02, layouts: 0.05}), budget: 2000})
		return errors.Join(err, atLeast(70, t.red, "REGRESSED"))
	}},
	{[]string{"LinkShare"}, "a quarter of the budget links layouts enough to find a slowdown by 5 % in layouts that differ by as much", func(r trial.Rules) error {
		t, err := simulate(r, 20, simulation{benchmarks: alike(4, truth{slowdown: 0.05, noise: 0.02, layouts: 0.05}), budget: 2000, link: 10 * time.Hour})
		return errors.Join(err, atLeast(68, t.red, "REGRESSED"))
	}},
	{[]string{"MostLate"}, "a benchmark of whose exchanges 40 % are void is judged", steadily(func(p *Pair) { p.Late = 8 })},
	{[]string{"MostSteal"}, "a benchmark is judged on a host that takes 7 % of the CPU time", steadily(func(p *Pair) { steals(p, 0.07) })},
	{[]string{"MostRedone", "LeastRedone"}, "a benchmark of whose pairs one in ten is disturbed is judged", func(r trial.Rules) error {
		t, err := simulate(r, 100, simulation{benchmarks: alike(1, truth{slowdown: 0.03, noise: 0.03}), budget: 300, disturb: sometimes(0.10, func(p *Pair) { p.Late = 20 }, 1)})
		return errors.Join(err, atMost(25, t.unmeasurable, "UNMEASURABLE"))
	}},
	{[]string{"LeastGrace"}, "a gate of 6 s on a busy machine, whose pairs take 4 s, has a look at its benchmark", func(r trial.Rules) error {
		t, err := simulate(r, 10, simulation{benchmarks: alike(1, truth{noise: 0.01}), budget: 1.5, took: 4 * time.Second})
		return errors.Join(err, atMost(0, t.unmeasurable, "UNMEASURABLE"))
	}},
	{[]string{"MostExchanges", "TurnTime"}, "a pair of short operations varies by at most 2.7 % where a turn of a millisecond varies by 8 %", func(r trial.Rules) error {
		return atMostNoise(0.027, r, r.TurnTime)
	}},
	{[]string{"PairTime"}, "a pair of operations of 10 ms varies by at most 1.9 % in the same noise", func(r trial.Rules) error {
		return atMostNoise(0.019, r, 10*time.Millisecond)
	}},

	// Cost.
	{[]string{"ConfirmLeast", "ConfirmLooks", "ScreenLooks"}, "a plain slowdown is found with 8 pairs of the screen and 15 fresh ones", func(r trial.Rules) error {
		t, err := simulate(r, 5, simulation{benchmarks: alike(1, truth{slowdown: 0.2, noise: 0.01}), budget: 100})
		return errors.Join(err, atLeast(5, t.red, "REGRESSED"), atMost(5*23, t.pairs, "pairs"))
	}},
	{[]string{"ClearAlpha"}, "of slowdowns of twice their noise, 9 in 10 need no second look of the screen", func(r trial.Rules) error {
		seen, err := screen(r, truth{slowdown: 0.05, noise: 0.024}, 1000)
		return errors.Join(err, atLeast(910, seen.settled, "settled suspects"))
	}},
	{[]string{"SameAlpha"}, "22 pairs show a benchmark with noise of 2 % to be SAME, on average", func(r trial.Rules) error {
		t, err := simulate(r, 100, simulation{benchmarks: alike(1, truth{noise: 0.02}), budget: 1000})
		return errors.Join(err, atMost(100*22, t.pairs, "pairs"))
	}},
	{[]string{"ScreenLooks"}, "deafening noise costs 256 pairs of the screen", func(r trial.Rules) error {
		t, err := simulate(r, 2, simulation{benchmarks: alike(1, truth{noise: 3}), budget: 3000})
		return errors.Join(err, atMost(2*256, t.pairs-t.fresh, "pairs of the screen"))
	}},
	{[]string{"ConfirmMost"}, "a suspect costs 200 fresh pairs at the most", func(r trial.Rules) error {
		t, err := simulate(r, 10, simulation{benchmarks: alike(1, truth{noise: 0.2, feigned: 0.3, seen: 0.2}), budget: 3000})
		return errors.Join(err, atMost(10*200, t.fresh, "fresh pairs"))
	}},
	{[]string{"ScreenOneIn"}, "where linking is slow, 8 plain slowdowns are found with 30 pairs each", func(r trial.Rules) error {
		t, err := simulate(r, 4, simulation{benchmarks: alike(8, truth{slowdown: 0.05, noise: 0.02}), budget: 500, link: 1000 * time.Hour})
		return errors.Join(err, atMost(4*8*30, t.pairs, "pairs"))
	}},
	{[]string{"LeastLayouts"}, "where linking is slow, every binary is linked 24 times", links(24, 1000*time.Hour)},
	{[]string{"MostLayouts"}, "where linking is fast, every binary is linked 96 times", links(96, 0)},
	{[]string{"LinkShare"}, "linking takes a quarter of the budget", links(50, time.Hour/2)},
	{[]string{"MostLate"}, "pairs of which one exchange is left do not make slowdowns costly", rarely(func(p *Pair) { p.Late = 19 })},
	{[]string{"MostSteal"}, "pairs of which the host took 15 % do not make slowdowns costly", rarely(func(p *Pair) { steals(p, 0.15) })},
	{[]string{"MostRedone"}, "a benchmark of whose pairs a third is disturbed is given up after 15 pairs, on average", func(r trial.Rules) error {
		t, err := simulate(r, 50, simulation{benchmarks: alike(1, truth{noise: 0.04}), budget: 300, disturb: sometimes(0.35, func(p *Pair) { p.Late = 20 }, 1)})
		return errors.Join(err, atMost(50*15, t.pairs, "pairs"))
	}},
	{[]string{"LeastRedone"}, "a benchmark all of whose pairs are disturbed is given up after 3", func(r trial.Rules) error {
		t, err := simulate(r, 1, simulation{benchmarks: alike(1, truth{noise: 0.04}), budget: 300, disturb: sometimes(1, func(p *Pair) { p.Late = 20 }, 1)})
		return errors.Join(err, atMost(3, t.pairs, "pairs"))
	}},
	{[]string{"ScreenShare"}, "two and a half minutes hold a first look at 30 benchmarks under either scheduler", func(r trial.Rules) error {
		g := planned(r, 30, r.TurnTime)
		g.plan.Request.Budget, g.plan.Policies = 150*time.Second, slices.Clone(policies)
		return errors.Join(r.Validate(), g.affordable(), atLeast(2, len(g.plan.Policies), "schedulers"))
	}},
	{[]string{"ConfirmGrace", "Grace"}, "a suspect that overdraws the budget by more than an eighth is not called up", func(r trial.Rules) error {
		t, err := simulate(r, 1, simulation{benchmarks: alike(1, truth{slowdown: 0.2, noise: 0.01}), budget: 14})
		return errors.Join(err, atMost(8, t.pairs, "pairs"))
	}},
	{[]string{"Grace"}, "a busy machine makes a gate of 4 pairs overdraw its budget by a quarter", func(r trial.Rules) error {
		t, err := simulate(r, 1, simulation{benchmarks: alike(2, truth{noise: 0.01}), budget: 4})
		return errors.Join(err, atMost(6, t.pairs, "pairs, the one that is under way included"))
	}},
	{[]string{"LeastGrace"}, "and one of 6 s by 30 s", func(r trial.Rules) error {
		t, err := simulate(r, 1, simulation{benchmarks: alike(2, truth{noise: 0.01}), budget: 1.5, took: 4 * time.Second})
		return errors.Join(err, atMost(10, t.pairs, "pairs of 4 s, the one that is under way included"))
	}},
	{[]string{"MostExchanges", "TurnTime"}, "a pair of short operations takes 140 ms", takes(140*time.Millisecond, 0)},
	{[]string{"PairTime"}, "a pair of operations of 10 ms takes 200 ms", takes(200*time.Millisecond, 10*time.Millisecond)},
}

func TestTheRulesOfTheGateMeetTheirRequirements(t *testing.T) {
	for _, r := range requirements {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			if err := r.check(trial.Default); err != nil {
				t.Errorf("%v: see %s in trial.Default", err, strings.Join(r.rules, ", "))
			}
		})
	}
}

// Otherwise a rule could be weakened, and every test would pass.
func TestHalvingOrDoublingARuleFailsARequirement(t *testing.T) {
	rules := reflect.TypeFor[trial.Rules]()
	for i := range rules.NumField() {
		for _, factor := range []float64{0.5, 2} {
			for place, changed := range scaled(trial.Default, i, factor) {
				name := fmt.Sprintf("%s%s times %v", rules.Field(i).Name, place, factor)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					failure := firstFailure(changed, rules.Field(i).Name)
					if failure == nil {
						t.Fatalf("%s fails no requirement: add one that it fails, or remove the rule", name)
					}
					t.Log(failure)
				})
			}
		}
	}
}

// firstFailure says which requirement rules fail, and how, or returns nil. Those
// about the rule that was changed are tried first.
func firstFailure(rules trial.Rules, changed string) error {
	if err := rules.Validate(); err != nil {
		return err
	}
	for _, first := range []bool{true, false} {
		for _, r := range requirements {
			if slices.Contains(r.rules, changed) != first {
				continue
			}
			if err := r.check(rules); err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
		}
	}
	return nil
}

// scaled returns the rules with one of them, by number, multiplied: whole, and of a
// list each of its values alone. The key says which.
func scaled(rules trial.Rules, i int, factor float64) map[string]trial.Rules {
	all := make(map[string]trial.Rules)
	change := func(place string, set func(reflect.Value)) {
		changed := rules
		set(reflect.ValueOf(&changed).Elem().Field(i))
		all[place] = changed
	}
	times := func(n int64) int64 { return int64(float64(n) * factor) }
	switch f := reflect.ValueOf(rules).Field(i); {
	case f.CanFloat():
		change("", func(v reflect.Value) { v.SetFloat(factor * v.Float()) })
	case f.CanInt():
		change("", func(v reflect.Value) { v.SetInt(times(v.Int())) })
	case f.Kind() == reflect.Bool:
		change("", func(v reflect.Value) { v.SetBool(!v.Bool()) })
	case f.Kind() == reflect.Slice:
		for k := -1; k < f.Len(); k++ { // -1 for all of them
			place := fmt.Sprintf("[%d]", k)
			if k < 0 {
				place = ""
			}
			change(place, func(v reflect.Value) {
				list := reflect.MakeSlice(v.Type(), 0, f.Len())
				list = reflect.AppendSlice(list, f)
				for at := range list.Len() {
					if k < 0 || k == at {
						list.Index(at).SetInt(times(f.Index(at).Int()))
					}
				}
				v.Set(list)
			})
		}
	default:
		panic("no way to halve a " + f.Kind().String())
	}
	return all
}

func atLeast[N int | float64](want, got N, what string) error {
	if got < want {
		return fmt.Errorf("%v %s, want at least %v", got, what, want)
	}
	return nil
}

func atMost[N int | float64](want, got N, what string) error {
	if got > want {
		return fmt.Errorf("%v %s, want at most %v", got, what, want)
	}
	return nil
}

// quiet requires that changes of a size are not called REGRESSED, in little noise.
func quiet(unit string, slowdown float64) func(trial.Rules) error {
	return func(r trial.Rules) error {
		t, err := simulate(r, 20, simulation{benchmarks: alike(1, truth{slowdown: slowdown, noise: slowdown / 3}), unit: unit, budget: 1000})
		return errors.Join(err, atMost(1, t.red, "REGRESSED of 20"))
	}
}

// found requires that slowdowns of a size are found, in noise of half of it.
func found(unit string, slowdown float64) func(trial.Rules) error {
	return func(r trial.Rules) error {
		t, err := simulate(r, 20, simulation{benchmarks: alike(1, truth{slowdown: slowdown, noise: slowdown / 2}), unit: unit, budget: 1000})
		return errors.Join(err, atLeast(18, t.red, "REGRESSED of 20"))
	}
}

// sometimes disturbs a share of all pairs, which are so many times as noisy.
func sometimes(share float64, disturb func(*Pair), noise float64) func(*rand.Rand, *Pair) float64 {
	return func(rng *rand.Rand, p *Pair) float64 {
		if rng.Float64() >= share {
			return 1
		}
		disturb(p)
		return noise
	}
}

// steadily requires that a benchmark is judged whose pairs are all disturbed a
// little.
func steadily(disturb func(*Pair)) func(trial.Rules) error {
	return func(r trial.Rules) error {
		t, err := simulate(r, 20, simulation{benchmarks: alike(1, truth{slowdown: 0.05, noise: 0.02}), budget: 200, disturb: sometimes(1, disturb, 1)})
		return errors.Join(err, atLeast(18, t.red, "REGRESSED of 20"))
	}
}

// rarely requires that a few pairs that are disturbed much, and say little, do not
// make the gate take more pairs.
func rarely(disturb func(*Pair)) func(trial.Rules) error {
	return func(r trial.Rules) error {
		t, err := simulate(r, 60, simulation{benchmarks: alike(1, truth{slowdown: 0.1, noise: 0.01}), budget: 1000, disturb: sometimes(0.05, disturb, 30)})
		return errors.Join(err, atMost(60*28, t.pairs, "pairs"))
	}
}

// links bounds how often every binary is linked, in a gate with a hundred hours.
func links(most int, one time.Duration) func(trial.Rules) error {
	return func(r trial.Rules) error {
		g := planned(r, 1, r.TurnTime)
		g.plan.Request.Budget = 100 * time.Hour
		g.chooseLayouts(one)
		return errors.Join(r.Validate(), atMost(most, g.plan.Layouts, "layouts"))
	}
}

// takes bounds how long a pair takes with turns of a length, 0 for as long as the
// rules make them.
func takes(most, turn time.Duration) func(trial.Rules) error {
	return func(r trial.Rules) error {
		g := planned(r, 1, cmp.Or(turn, r.TurnTime))
		return errors.Join(r.Validate(), atMost(most.Seconds(), g.expectedPair(g.plan.Benchmarks[0], scheduler.Normal).Seconds(), "s a pair"))
	}
}

// planned is a gate that has found so many benchmarks with turns of a length.
func planned(r trial.Rules, n int, turn time.Duration) *Gate {
	b := Benchmark{Package: "p", Name: "BenchmarkX", CPU: 1, N: 1, PerOp: float64(turn), Exchanges: exchangesFor(turn, r), Metrics: judged([]string{wallUnit}, nil, 0, r)}
	return &Gate{plan: &Plan{Rules: r, Stops: true, Benchmarks: slices.Repeat([]Benchmark{b}, n)}}
}

// atMostNoise bounds how much a pair varies, whose value is the median of as many
// exchanges as the rules give turns of that length. The noise of a turn shrinks as
// its length grows.
func atMostNoise(most float64, r trial.Rules, turn time.Duration) error {
	const pairs, ofMillisecond = 2000, 0.08
	rng := seeds(pairs, 0)
	noise := math.Sqrt2 * ofMillisecond * math.Sqrt(float64(time.Millisecond)/float64(max(1, turn)))
	var medians []float64
	for range pairs {
		exchanges := make([]float64, exchangesFor(turn, r))
		for i := range exchanges {
			exchanges[i] = noise * rng.NormFloat64()
		}
		medians = append(medians, middle(exchanges))
	}
	sd, err := stats.StandardDeviation(medians)
	return errors.Join(r.Validate(), err, atMost(most, sd, "is the standard deviation"))
}

func TestAGateReplaysUnderTheRulesThatItsPlanHolds(t *testing.T) {
	// Rules that take little for SAME: a look of 8 pairs is enough.
	loose := trial.Default
	loose.SameAlpha = 0.9
	s := simulation{benchmarks: alike(1, truth{noise: 0.018}), budget: 8}
	if err := s.run(loose, 1); err != nil {
		t.Fatal(err)
	}
	outcome := func(rules trial.Rules) trial.Outcome {
		s.gate.plan.Rules = rules
		text, err := json.Marshal(Record{Plan: *s.gate.plan, Entries: s.gate.entries})
		var r Record
		if err == nil {
			err = json.Unmarshal(text, &r)
		}
		if err != nil {
			t.Fatal(err)
		}
		result, err := r.Result()
		if err != nil {
			t.Fatal(err)
		}
		return result.Outcome
	}
	if got := outcome(loose); got != trial.Same {
		t.Errorf("under its own rules it is %s, want SAME", got)
	}
	if got := outcome(trial.Default); got != trial.Inconclusive {
		t.Errorf("under others it is %s, want INCONCLUSIVE: the test says nothing", got)
	}
}
