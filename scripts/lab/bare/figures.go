package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/workload"
)

// Figures holds a record against the targets. The strategies that it compares are
// those of the record; a figure whose cells it lacks is not measured.
func Figures(set *results.Set, processors int) ([]Figure, error) {
	b := builder{procs: processors}
	r := &record{set: set}
	var out []Figure
	out = append(out, r.fastest("3 times as fast as the fastest library: empty tasks, one submitter", 3, b.noop())...)
	out = append(out, r.textbook("twice as fast as the textbook pool: empty tasks, one submitter", 2, b.noop())...)
	out = append(out, r.fastest("3 times as fast as the fastest library: empty tasks, many submitters", 3, b.submitters())...)
	out = append(out, r.textbook("faster than the textbook pool: empty tasks, many submitters", 1, b.submitters())...)
	out = append(out, r.halves(b.micro())...)
	out = append(out, r.metg(b.metg())...)
	out = append(out, r.iter(b.each())...)
	out = append(out, r.coarse(b.coarse())...)
	out = append(out, r.textbook("never below half of the textbook pool, whatever GOMAXPROCS", 0.5, b.processors())...)
	out = append(out, r.memory(b.memory())...)
	out = append(out, r.allocations(slices.Concat(b.noop(), b.submitters(), b.micro()))...)
	return out, r.err
}

// A record is what was measured.
type record struct {
	set *results.Set
	err error // the first
}

// fail keeps the first error.
func (r *record) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// values returns those of a cell in one unit, none if the record lacks it.
func (r *record) values(w Workload, strategy, unit string) []float64 {
	cell := r.set.Cell(Cell{w, strategy}.Name())
	if cell == nil {
		return nil
	}
	return cell.Values(unit)
}

// others returns the strategies of the record under a workload, but for some.
func (r *record) others(w Workload, but ...string) (names []string) {
	all := Cell{w, ""}.Name()
	for _, c := range r.set.Cells {
		if name, under := strings.CutPrefix(c.Name, all); under && !slices.Contains(but, name) {
			names = append(names, name)
		}
	}
	return names
}

// libraries returns the pools of other modules under a workload with empty tasks.
func (r *record) libraries(w Workload) []string {
	return r.others(w, Loop, Subject, Control, Textbook)
}

// slower is how many times as long a strategy takes as the subject: the centre of
// ratios, one from each process.
func (r *record) slower(w Workload, strategy string) stats.Interval {
	ratios := r.values(w, strategy, results.XRef)
	if len(ratios) == 0 {
		return stats.Interval{}
	}
	i, err := stats.HodgesLehmann(stats.Logs(ratios), Confidence)
	if err != nil {
		r.fail(fmt.Errorf("%s: %w", Cell{w, strategy}.Name(), err))
		return i
	}
	return i.Exp()
}

// faster is how many times as long the subject takes as a strategy.
func (r *record) faster(w Workload, strategy string) stats.Interval {
	i := r.slower(w, strategy)
	if i.N > 0 {
		i.Estimate, i.Low, i.High = 1/i.Estimate, 1/i.High, 1/i.Low
	}
	return i
}

// best returns the strategy that takes least of the time.
func (r *record) best(w Workload, among []string) (best string, slower stats.Interval) {
	for _, s := range among {
		if i := r.slower(w, s); best == "" || i.Estimate < slower.Estimate {
			best, slower = s, i
		}
	}
	return best, slower
}

// workload returns what all cells of a group do.
func (g *Group) workload() Workload { return g.Cells[0].Workload }

// words names a workload as short as it can be told from others.
func (w Workload) words() string {
	what := w.Work
	if w.Grain != "" {
		what += " " + string(w.Grain)
	}
	words := []string{what, fmt.Sprintf("limit %d", w.Limit), fmt.Sprintf("n = %d", w.Tasks)}
	if w.Submitters > 1 {
		words = append(words, fmt.Sprintf("%d submitters", w.Submitters))
	}
	if w.Pool == workload.Fresh {
		words = append(words, "fresh pool")
	}
	if w.Form != Go {
		words = append([]string{string(w.Form)}, words...)
	}
	return strings.Join(words, ", ")
}

func (r *record) fastest(target string, times float64, groups []Group) (out []Figure) {
	for _, g := range groups {
		w := g.workload()
		library, slower := r.best(w, r.libraries(w))
		out = append(out, Figure{target, w.words(), library, slower, Times, atLeast(times)})
	}
	return out
}

func (r *record) textbook(target string, times float64, groups []Group) (out []Figure) {
	for _, g := range groups {
		w := g.workload()
		words := w.words()
		if strings.HasPrefix(g.Slug, "procs-") {
			words = fmt.Sprintf("GOMAXPROCS %d, %s", w.Procs, words)
		}
		out = append(out, Figure{target, words, Textbook, r.slower(w, Textbook), Times, atLeast(times)})
	}
	return out
}

func (r *record) halves(groups []Group) (out []Figure) {
	const target = "tasks of 1 us: within 8 % of two halves without any dispatch"
	for _, g := range groups {
		w := g.workload()
		out = append(out, Figure{target, w.words(), Halves, r.faster(w, Halves), Times, atMost(1.08)})
	}
	return out
}

// finest is what METG should be at most, in nanoseconds.
var finest = map[Form]float64{Go: 130, Each: 35}

// metg finds the shortest task at which half of the machine works on tasks. A
// task is as long as the bare loop takes over it.
func (r *record) metg(groups []Group) (out []Figure) {
	const efficiency, replicates = 0.5, 999
	for _, g := range groups {
		samples := make(map[string][][]float64)
		var lengths []float64
		var names []string
		for _, c := range g.Cells {
			if c.Strategy != Loop {
				if samples[c.Strategy] == nil {
					names = append(names, c.Strategy)
				}
				samples[c.Strategy] = append(samples[c.Strategy], r.values(c.Workload, c.Strategy, results.Efficiency))
				continue
			}
			length, err := stats.Quantile(r.values(c.Workload, c.Strategy, results.NsPerTask), 0.5)
			if err != nil {
				length = math.NaN()
			}
			lengths = append(lengths, length)
		}
		crossing := func(name string) stats.Interval {
			missing := slices.ContainsFunc(samples[name], func(values []float64) bool { return len(values) == 0 })
			if missing || slices.ContainsFunc(lengths, math.IsNaN) {
				return stats.Interval{}
			}
			rng := rand.New(rand.NewPCG(1, 1)) // the same intervals from the same record
			_, i, err := stats.CrossingInterval(rng, lengths, samples[name], efficiency, replicates, Confidence)
			if err != nil {
				r.fail(fmt.Errorf("%s, %s: %w", g.Slug, name, err))
				return i
			}
			i.N = len(samples[name][0])
			return i
		}
		w := g.workload()
		w.Grain, w.Work = "", "tasks"
		f := Figure{
			Target: fmt.Sprintf("METG50 of %s at most %.0f ns", w.Form, finest[w.Form]), Cell: w.words(),
			Measured: crossing(Subject), Scale: Nanoseconds, Want: atMost(finest[w.Form]),
		}
		for _, name := range names {
			if name != Subject {
				beside := Figure{Measured: crossing(name), Scale: Nanoseconds}
				f.Against = name + ": " + beside.value()
			}
		}
		out = append(out, f)
	}
	return out
}

func (r *record) iter(groups []Group) (out []Figure) {
	const target = "known n: never slower than conc iter"
	for _, g := range groups {
		w := g.workload()
		out = append(out, Figure{target, w.words(), Iter, r.faster(w, Iter), Times, atMost(1)})
	}
	return out
}

// coarse compares with the best of all others. The subject may be slower by
// what it differs from itself.
func (r *record) coarse(groups []Group) (out []Figure) {
	const target = "coarse tasks: not slower than the best of all others by more than the control's noise"
	for _, g := range groups {
		w := g.workload()
		best, _ := r.best(w, r.others(w, Subject, Control))
		f := Figure{Target: target, Cell: w.words(), Against: best, Scale: Times}
		if control := r.slower(w, Control); control.N > 0 {
			f.Measured, f.Want = r.faster(w, best), atMost(max(control.High, 1/control.Low))
		}
		out = append(out, f)
	}
	return out
}

// memory compares with the smallest of those that keep a limit: processes
// took no turns, and so two cells are compared by rank sum.
func (r *record) memory(groups []Group) (out []Figure) {
	const target = "a million sleepers: no more memory than the best bounded pool"
	for _, g := range groups {
		w := g.workload()
		peaks := func(strategy string) []float64 { return stats.Logs(r.values(w, strategy, results.PeakRSS)) }
		best, least := "", stats.Interval{}
		if len(peaks(Subject)) > 0 {
			for _, name := range r.others(w, Subject, Control) {
				i, err := stats.Shift(peaks(name), peaks(Subject), Confidence)
				if err != nil {
					r.fail(fmt.Errorf("%s: %w", Cell{w, name}.Name(), err))
					return out
				}
				if best == "" || i.Estimate > least.Estimate {
					best, least = name, i
				}
			}
		}
		if best != "" {
			least.N = len(peaks(Subject))
			least = least.Exp()
		}
		out = append(out, Figure{target, w.words(), best, least, Times, atMost(1)})
	}
	return out
}

// allocations finds the cell in which the subject allocates most for a task.
//
// A batch may make a worker or a batch more, and the runtime allocates for
// itself now and then.
func (r *record) allocations(groups []Group) []Figure {
	const target = "0 allocations a task in steady state: at most one for a thousand"
	worst := Figure{Target: target, Scale: Allocations, Want: atMost(0.001)}
	for _, g := range groups {
		w := g.workload()
		values := r.values(w, Subject, results.AllocsPerTask)
		if w.Pool != workload.Kept || w.Submitters > 1 || len(values) == 0 {
			continue // a pool and a submitter are allocated themselves
		}
		i, err := stats.Median(values, Confidence)
		if err != nil {
			r.fail(fmt.Errorf("%s: %w", g.Slug, err))
			return nil
		}
		if worst.Cell == "" || i.Estimate > worst.Measured.Estimate {
			worst.Cell, worst.Measured = w.words(), i
		}
	}
	return []Figure{worst}
}

// CheckContenders returns an error if a library that is left out of long
// batches came within twice the target in a short one of the record: then it
// might be what keeps the subject from the target in a long one.
func CheckContenders(set *results.Set, processors int) error {
	const twiceTheTarget = 2 * 3
	b := builder{procs: processors}
	r := &record{set: set}
	for _, g := range slices.Concat(b.noop(), b.submitters()) {
		w := g.workload()
		for _, library := range r.libraries(w) {
			if i := r.slower(w, library); !slices.Contains(contenders, library) && i.Low < twiceTheTarget {
				r.fail(fmt.Errorf("%s: %s takes only %.2f times as long as %s: let it take part in long batches too", w.words(), library, i.Estimate, Subject))
			}
		}
	}
	return r.err
}
