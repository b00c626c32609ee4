package proof

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/stats"
)

// noises are the classes of benchmarks by the standard deviation of a pair, each up
// to its bound.
var noises = []struct {
	name  string
	below float64
}{{"under 2 %", 0.02}, {"2 to 5 %", 0.05}, {"over 5 %", math.Inf(1)}}

// A Found is what gates of a slowed build found.
type Found struct {
	percents   []int
	noise      map[string]*stats.Count // by scheduler, class of noise and size
	kind       map[string]*stats.Count // by scheduler, kind of work and size
	all        map[string]*stats.Count // by scheduler and size
	cpu        map[string]*stats.Count // by scheduler and size, had CPU time been judged
	spent      []float64               // seconds of measuring of each gate
	benchmarks []int                   // of each gate
	under      []gate.Policy           // the schedulers that were measured under
	budget     float64
}

func key(parts ...any) string { return fmt.Sprintln(parts...) }

func count(counts map[string]*stats.Count, key string) *stats.Count {
	if counts[key] == nil {
		counts[key] = &stats.Count{}
	}
	return counts[key]
}

// Power counts what was found of slowdowns of known size, by gates in which the
// same schedulers share the budget.
func Power(gates []Gate) (*Found, error) {
	f := &Found{noise: make(map[string]*stats.Count), kind: make(map[string]*stats.Count), all: make(map[string]*stats.Count), cpu: make(map[string]*stats.Count)}
	for _, g := range gates {
		f.spent = append(f.spent, g.Result.Spent.Seconds())
		f.benchmarks = append(f.benchmarks, len(g.Plan.Benchmarks))
		f.budget = g.Plan.Request.Budget.Seconds()
		for _, a := range g.Arms {
			if err := f.add(a, g.Plan.Rules, g.suspects()); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", g.File, a.Benchmark.Title(), err)
			}
		}
	}
	slices.Sort(f.percents)
	for _, s := range schedulers {
		if slices.ContainsFunc(arms(gates), func(a Arm) bool { return a.Scheduler == s }) {
			f.under = append(f.under, s)
		}
	}
	return f, nil
}

// suspects is how many arms the confirm stage examined.
func (g Gate) suspects() (n int) {
	for _, a := range g.Arms {
		if len(a.Confirm) > 0 {
			n++
		}
	}
	return n
}

func (f *Found) add(a Arm, rules trial.Rules, suspects int) error {
	p := a.Truth.Percent
	if !slices.Contains(f.percents, p) {
		f.percents = append(f.percents, p)
	}
	sd, err := stats.StandardDeviation(slices.Concat(values(a.Screen, nsPerOp), values(a.Confirm, nsPerOp)))
	if err != nil {
		return err
	}
	class := slices.IndexFunc(noises, func(n struct {
		name  string
		below float64
	}) bool {
		return sd < n.below
	})
	found := a.Finding.Outcome == trial.Regressed
	count(f.all, key(a.Scheduler, p)).Add(found)
	count(f.noise, key(a.Scheduler, class, p)).Add(found)
	count(f.kind, key(a.Scheduler, a.Truth.Kind, p)).Add(found)
	byCPU, err := foundByCPU(a, rules, suspects)
	if err != nil {
		return err
	}
	count(f.cpu, key(a.Scheduler, p)).Add(byCPU)
	return nil
}

// cpuTime is the unit of CPU time, which covers whole turns: the collection
// before the timed part too.
const cpuTime = "cpu-ns/op"

// foundByCPU says whether the pairs that confirm would convict by their CPU time,
// at one look, among so many suspects.
func foundByCPU(a Arm, rules trial.Rules, suspects int) (bool, error) {
	d := byLayout(a.Confirm, cpuTime)
	if len(d) == 0 {
		return false, nil
	}
	test, err := stats.SignedRank(d)
	if err != nil {
		return false, err
	}
	estimate, err := stats.HodgesLehmann(d, 0.90)
	if err != nil {
		return false, err
	}
	return test.Greater*float64(suspects) <= rules.Alpha && estimate.Estimate >= math.Log1p(a.Finding.Theta), nil
}

// Targets are what is to be found at least.
var Targets = []struct {
	Scheduler gate.Policy
	Percent   int
	Share     float64
}{
	{scheduler.Normal, 20, 1}, {scheduler.Normal, 10, 38.0 / 40}, {scheduler.Normal, 5, 0.80},
	{scheduler.RoundRobin, 5, 38.0 / 40}, {scheduler.RoundRobin, 3, 0.80},
}

// enough is how many slowdowns of a size make a record.
const enough = 40

// Markdown tells the targets, and tables of what was found.
func (f *Found) Markdown() string {
	var b strings.Builder
	var rows [][]string
	for _, t := range Targets {
		if !slices.Contains(f.under, t.Scheduler) {
			continue
		}
		c := count(f.all, key(t.Scheduler, t.Percent))
		reached := "no"
		if float64(c.Of) >= t.Share*float64(c.All) && c.All > 0 {
			reached = "yes"
		}
		if c.All < enough {
			reached += fmt.Sprintf(" so far: %d of %d measured", c.All, enough)
		}
		rows = append(rows, []string{string(t.Scheduler), fmt.Sprintf("%d %%", t.Percent), fmt.Sprintf("%.0f %%", 100*t.Share), share(*c), reached})
	}
	fmt.Fprintf(&b, "%s\n", table([]string{"scheduler", "slower by", "to be found", "found", "reached"}, rows))

	b.WriteString("By the noise of benchmarks, which is the standard deviation of a pair:\n\n")
	head := []string{"scheduler", "noise"}
	for _, p := range f.percents {
		head = append(head, fmt.Sprintf("%d %%", p))
	}
	rows = nil
	for _, s := range f.under {
		for class, n := range noises {
			rows = append(rows, f.row(f.noise, []string{string(s), n.name}, s, class))
		}
		rows = append(rows, f.row(f.all, []string{string(s), "all"}, s))
	}
	fmt.Fprintf(&b, "%s\nBy the kind of work, and had CPU time been judged in the place of wall time:\n\n", table(head, rows))

	head[1] = "kind"
	rows = nil
	for _, s := range f.under {
		for _, k := range []string{"Spin", "Alloc", "Handoff"} {
			rows = append(rows, f.row(f.kind, []string{string(s), strings.ToLower(k)}, s, k))
		}
		rows = append(rows, f.row(f.cpu, []string{string(s), "all, by CPU time"}, s))
	}
	b.WriteString(table(head, rows))
	if len(f.spent) > 0 {
		under := "both schedulers"
		if len(f.under) == 1 {
			under = named(f.under[0]) + " alone"
		}
		fmt.Fprintf(&b, "\nGates: %d, of %d benchmarks under %s, with a budget of %.0f s each; they measured for %.0f to %.0f s.\n",
			len(f.spent), f.benchmarks[0], under, f.budget, slices.Min(f.spent), slices.Max(f.spent))
	}
	return b.String()
}

// row is a line of a table, with one count for each size.
func (f *Found) row(counts map[string]*stats.Count, name []string, parts ...any) []string {
	for _, p := range f.percents {
		text := "none"
		if c := counts[key(append(slices.Clone(parts), p)...)]; c != nil {
			text = share(*c)
		}
		name = append(name, text)
	}
	return name
}
