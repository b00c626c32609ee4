package proof

import (
	"fmt"
	"slices"

	"golang.org/x/perf/benchmath"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/stats"
)

// A sample is what a rival would have seen of a benchmark: values of base and head,
// and one of each for rules that look at no more.
type sample struct {
	base, head       []float64
	oneBase, oneHead float64
}

// inTurns gives a rival all that the gate saw, with one value for each process:
// the mean of its turns, as a line of go test is a mean. Base and head stay
// interleaved, which is kinder than how it is mostly used.
func inTurns(a Arm) (s sample, ok bool) {
	for _, p := range slices.Concat(a.Screen, a.Confirm) {
		if len(p.Turns[0]) > 0 {
			s.base = append(s.base, mean(p.Turns[0]))
			s.head = append(s.head, mean(p.Turns[1]))
		}
	}
	if len(s.base) < 2 {
		return s, false
	}
	s.oneBase, s.oneHead = s.base[0], s.head[0]
	return s, true
}

// oneByOne gives it ten values of one process of base, and then ten of one of
// head, as "go test -count=10" does before a change and after it. A single value
// is the mean of all that the process did.
func oneByOne(a Arm) (s sample, ok bool) {
	const runs = 10
	var whole [][2][]float64
	for _, p := range a.Screen {
		if len(p.Turns[0]) >= runs {
			whole = append(whole, p.Turns)
		}
	}
	if len(whole) < 2 {
		return s, false
	}
	base, head := whole[0][0], whole[1][1]
	return sample{base[:runs], head[:runs], mean(base), mean(head)}, true
}

// A rival is a rule that others use.
type rival struct {
	name string
	red  func(sample) bool
}

var rivals = []rival{
	{"benchstat: p under .05, and slower", func(s sample) bool { return mannWhitney(s) && ratio(s) > 1 }},
	{"Mann-Whitney at .05, and 10 % slower", func(s sample) bool { return mannWhitney(s) && ratio(s) >= 1.10 }},
	{"one value is 20 % more", func(s sample) bool { return s.oneHead >= 1.20*s.oneBase }},
	{"one value is 200 % of the other", func(s sample) bool { return s.oneHead >= 2*s.oneBase }},
}

// mannWhitney asks benchstat's own package.
func mannWhitney(s sample) bool {
	thresholds := benchmath.DefaultThresholds
	c := benchmath.AssumeNothing.Compare(benchmath.NewSample(slices.Clone(s.base), &thresholds), benchmath.NewSample(slices.Clone(s.head), &thresholds))
	return c.P < c.Alpha
}

func ratio(s sample) float64 { return median(s.head) / median(s.base) }

func median(x []float64) float64 {
	m, _ := stats.Quantile(x, 0.5) // of finite values, one at least
	return m
}

func mean(x []float64) (m float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	return m
}

// Rivals lets the rules of others judge the same pairs, of identical builds and
// of slowed ones, and tells in a table of Markdown how they fare beside the gate.
func Rivals(identical, slowed []Gate) string {
	percents := sizes(slowed)
	head := []string{"rule", "identical gates that are red", "identical benchmarks that are red"}
	for _, p := range percents {
		head = append(head, fmt.Sprintf("found of %d %%", p))
	}
	var rows [][]string
	for _, policy := range schedulers {
		rows = append(rows, fare("this gate, "+string(policy), policy, identical, slowed, percents, func(a Arm) (bool, bool) {
			return a.Finding.Outcome == trial.Regressed, true
		}))
	}
	for _, way := range []struct {
		name string
		take func(Arm) (sample, bool)
	}{{"in turns", inTurns}, {"one by one", oneByOne}} {
		for _, r := range rivals {
			rows = append(rows, fare(r.name+", "+way.name, scheduler.Normal, identical, slowed, percents, func(a Arm) (red, ok bool) {
				s, ok := way.take(a)
				return ok && r.red(s), ok
			}))
		}
	}
	return table(head, rows)
}

// fare is a row of the table: how a rule does under one scheduler.
func fare(name string, policy gate.Policy, identical, slowed []Gate, percents []int, rule func(Arm) (red, ok bool)) []string {
	var gates, benchmarks stats.Count
	for _, g := range identical {
		anyRed := false
		for _, a := range g.Arms {
			if red, ok := rule(a); ok && a.Scheduler == policy {
				benchmarks.Add(red)
				anyRed = anyRed || red
			}
		}
		gates.Add(anyRed)
	}
	row := []string{name, share(gates), share(benchmarks)}
	for _, p := range percents {
		var found stats.Count
		for _, a := range arms(slowed) {
			if red, ok := rule(a); ok && a.Scheduler == policy && a.Truth.Percent == p {
				found.Add(red)
			}
		}
		row = append(row, share(found))
	}
	return row
}

// sizes lists the slowdowns that gates hold.
func sizes(gates []Gate) (percents []int) {
	for _, a := range arms(gates) {
		if !slices.Contains(percents, a.Truth.Percent) {
			percents = append(percents, a.Truth.Percent)
		}
	}
	slices.Sort(percents)
	return percents
}
