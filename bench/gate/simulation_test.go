package gate

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/machine"
)

// A truth is a benchmark of which is known what a gate should find.
type truth struct {
	slowdown float64 // of head, 0.05 for 5 %
	noise    float64 // standard deviation of a pair's log-ratio
	layouts  float64 // likewise, of what a layout adds to all of its pairs
	feigned  float64 // slowdown that the screen sees in the place of the true one
	seen     float64 // and the noise
}

// alike returns n benchmarks of one truth.
func alike(n int, t truth) []truth { return slices.Repeat([]truth{t}, n) }

// A simulation is a gate on a machine that is made up: its pairs take no time.
type simulation struct {
	benchmarks []truth
	unit       string                                // that is judged; "" for ns/op
	budget     float64                               // in pairs
	took       time.Duration                         // by a pair; 0 for an hour, beside which no least time counts
	link       time.Duration                         // that it takes to link one layout of everything
	disturb    func(rng *rand.Rand, p *Pair) float64 // disturbs a pair, and says how many times as noisy it is

	gate   *Gate
	rng    *rand.Rand
	shifts map[[2]int]float64 // by benchmark and layout
	pairs  int                // that were measured
	fresh  int                // of them: of the confirm stage
}

// run takes the gate to its end under some rules. What is random in it follows
// from the seed.
func (s *simulation) run(rules trial.Rules, seed uint64) error {
	if err := rules.Validate(); err != nil {
		return err
	}
	if s.took == 0 {
		s.took = time.Hour
	}
	s.rng, s.shifts = seeds(seed, 0), make(map[[2]int]float64)
	unit, better := wallUnit, map[string]int{}
	if s.unit != "" {
		unit, better[s.unit] = s.unit, -1
	}
	plan := &Plan{Rules: rules, Request: Request{Budget: time.Duration(s.budget * float64(s.took)), SkipAllocs: true}, Policies: []Policy{scheduler.Normal}}
	for i := range s.benchmarks {
		plan.Benchmarks = append(plan.Benchmarks, Benchmark{
			Package: strconv.Itoa(i), Name: "BenchmarkX", CPU: 1, N: 1,
			Exchanges: exchangesFor(rules.TurnTime, rules), Metrics: judged([]string{unit}, better, 0, rules),
		})
	}
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	s.gate = &Gate{plan: plan, journal: &journal{file: nowhere}, rng: seeds(seed, forPairs)}
	s.gate.chooseLayouts(s.link)
	if err := s.gate.replay("", nil); err != nil {
		return err
	}
	return errors.Join(s.gate.measureWith(context.Background(), s), s.gate.Close())
}

// pair makes a pair up.
func (s *simulation) pair(_ context.Context, b Benchmark, _ Policy, layout int, _ uint64) (Pair, error) {
	i, err := strconv.Atoi(b.Package)
	if err != nil {
		return Pair{}, err
	}
	is, place := s.benchmarks[i], [2]int{i, layout}
	if _, drawn := s.shifts[place]; !drawn {
		s.shifts[place] = is.layouts * s.rng.NormFloat64()
	}
	p := Pair{Layouts: [2]int{layout, layout}, Took: s.took, Steal: -1}
	s.pairs++
	if s.disturb != nil {
		is.noise *= s.disturb(s.rng, &p)
	}
	if s.gate.trial.Stage() == trial.Confirm {
		s.fresh++
	} else if is.feigned != 0 {
		is.slowdown, is.noise = is.feigned, is.seen
	}
	p.Log = map[string]float64{b.Metrics[0].Name: math.Log1p(is.slowdown) + s.shifts[place] + is.noise*s.rng.NormFloat64()}
	return p, nil
}

// allocs is not simulated: the gates here leave allocations out.
func (s *simulation) allocs(context.Context, AllocRule, int, Benchmark, uint64) (AllocFinding, error) {
	return AllocFinding{}, errors.New("allocations are not simulated")
}

// count counts the benchmarks of an outcome.
func (s *simulation) count(want trial.Outcome) (n int) {
	for _, findings := range s.gate.trial.Findings() {
		if findings[0].Outcome == want {
			n++
		}
	}
	return n
}

// steals makes the host take a share of the CPU time of a pair.
func steals(p *Pair, share float64) {
	p.Steal = int(math.Round(share * float64(p.Took) * float64(machine.CPUs()) / float64(clockTick)))
}

// A total sums up what some gates found.
type total struct {
	red, same, unmeasurable int // benchmarks
	pairs, fresh            int // that were measured, and those of the confirm stage among them
}

// simulate runs a gate so many times, each with another seed.
func simulate(rules trial.Rules, gates int, s simulation) (t total, err error) {
	for seed := range gates {
		once := s
		if err := once.run(rules, uint64(seed)); err != nil {
			return t, err
		}
		t.red += once.count(trial.Regressed)
		t.same += once.count(trial.Same)
		t.unmeasurable += once.count(trial.Unmeasurable)
		t.pairs += once.pairs
		t.fresh += once.fresh
	}
	return t, nil
}

// A firstLook is what the screen shows of many benchmarks at its first look.
type firstLook struct {
	suspects int
	settled  int // of them: no second look is asked for
}

// screen takes many benchmarks of one truth through the first look.
func screen(rules trial.Rules, is truth, benchmarks int) (seen firstLook, err error) {
	t, err := trial.New(rules, slices.Repeat([]trial.Arm{{Metrics: judged([]string{wallUnit}, nil, 0, rules)}}, benchmarks))
	if err != nil {
		return seen, err
	}
	rng := seeds(uint64(benchmarks), 0)
	if err := take(t, rng, time.Hour, func() truth { return is }); err != nil {
		return seen, err
	}
	confirm, err := t.Decide(0, time.Hour) // without time for a second look
	if err != nil {
		return seen, err
	}
	again, err := t.Decide(time.Hour, 0)
	if err != nil {
		return seen, err
	}
	for _, s := range confirm.Suspects {
		seen.suspects++
		if again.Stage != trial.Screen || again.Pairs[s.Arm] == 0 {
			seen.settled++
		}
	}
	return seen, nil
}

// convicted counts the trials in which fresh pairs of identical builds convict a
// benchmark that looked slower before.
func convicted(rules trial.Rules, trials int) (red int, err error) {
	rng := seeds(uint64(trials), 0)
	for range trials {
		t, err := trial.New(rules, []trial.Arm{{Metrics: judged([]string{wallUnit}, nil, 0, rules)}})
		if err != nil {
			return red, err
		}
		for t.Stage() != trial.Done {
			err := take(t, rng, time.Hour, func() truth {
				if t.Stage() == trial.Screen {
					return truth{slowdown: 0.5, noise: 0.001}
				}
				return truth{noise: 0.3}
			})
			if err != nil {
				return red, err
			}
		}
		if t.Findings()[0][0].Outcome == trial.Regressed {
			red++
		}
	}
	return red, nil
}

// take opens the next look of a trial and gives it its pairs.
func take(t *trial.Trial, rng *rand.Rand, left time.Duration, of func() truth) error {
	next, err := t.Decide(left, 0)
	if err == nil {
		err = t.Open(next)
	}
	is := of()
	for arm := range t.Findings() {
		for layout := 0; err == nil && t.Want(arm) > 0; layout++ {
			err = t.Add(arm, layout, []float64{math.Log1p(is.slowdown) + is.noise*rng.NormFloat64()}, time.Nanosecond)
		}
	}
	return err
}
