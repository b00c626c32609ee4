package bare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/strategies"
)

// Figures holds a record against the targets. It is an error if the record
// lacks a cell that a target is about.
func Figures(set *results.Set, all []*strategies.Strategy, processors int) ([]Figure, error) {
	b := builder{all, processors}
	r := &record{set: set, libraries: b.libraries()}
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
	set       *results.Set
	libraries []string
	err       error // the first
}

// fail keeps the first error.
func (r *record) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// cell returns a cell of the record. One without samples stands for a cell
// that is not there.
func (r *record) cell(w Workload, strategy string) *results.Cell {
	name := Cell{w, strategy}.Name()
	if cell := r.set.Cell(name); cell != nil {
		return cell
	}
	r.fail(fmt.Errorf("the record lacks %s: measure it with scripts/bare", name))
	return &results.Cell{Name: name}
}

// interval estimates the centre of ratios, one from each process.
func (r *record) interval(cell *results.Cell, ratios []float64) stats.Interval {
	i, err := stats.HodgesLehmann(stats.Logs(ratios), Confidence)
	if err != nil {
		r.fail(fmt.Errorf("%s: %w", cell.Name, err))
		return i
	}
	return i.Exp()
}

// slower is how many times as long a strategy takes as the subject.
func (r *record) slower(w Workload, strategy string) stats.Interval {
	cell := r.cell(w, strategy)
	return r.interval(cell, cell.Values(results.XRef))
}

// faster is how many times as long the subject takes as a strategy.
func (r *record) faster(w Workload, strategy string) stats.Interval {
	i := r.slower(w, strategy)
	i.Estimate, i.Low, i.High = 1/i.Estimate, 1/i.High, 1/i.Low
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
	if w.Pool == bench.Fresh {
		words = append(words, "fresh pool")
	}
	if w.Form != Go {
		words = append([]string{string(w.Form)}, words...)
	}
	return strings.Join(words, ", ")
}

// took returns those of the libraries that took part in a group.
func (r *record) took(g Group) (names []string) {
	for _, c := range g.Cells {
		if slices.Contains(r.libraries, c.Strategy) {
			names = append(names, c.Strategy)
		}
	}
	return names
}

func (r *record) fastest(target string, times float64, groups []Group) (out []Figure) {
	for _, g := range groups {
		w := g.workload()
		library, slower := r.best(w, r.took(g))
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
			cell := r.cell(c.Workload, c.Strategy)
			if c.Strategy != Loop {
				if samples[c.Strategy] == nil {
					names = append(names, c.Strategy)
				}
				samples[c.Strategy] = append(samples[c.Strategy], cell.Values(results.Efficiency))
				continue
			}
			length, err := stats.Quantile(cell.Values(results.NsPerTask), 0.5)
			if err != nil {
				length = math.NaN()
			}
			lengths = append(lengths, length)
		}
		crossing := func(name string) stats.Interval {
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
			Measured: crossing(Subject), Unit: Nanoseconds, Want: atMost(finest[w.Form]),
		}
		for _, name := range names {
			if name != Subject {
				beside := Figure{Measured: crossing(name), Unit: Nanoseconds}
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
		var among []string
		for _, c := range g.Cells {
			if c.Strategy != Subject && c.Strategy != Control {
				among = append(among, c.Strategy)
			}
		}
		best, _ := r.best(w, among)
		control := r.slower(w, Control)
		noise := max(control.High, 1/control.Low)
		out = append(out, Figure{target, w.words(), best, r.faster(w, best), Times, atMost(noise)})
	}
	return out
}

// memory compares with the smallest of those that keep a limit: processes
// took no turns, and so two cells are compared by rank sum.
func (r *record) memory(groups []Group) (out []Figure) {
	const target = "a million sleepers: no more memory than the best bounded pool"
	for _, g := range groups {
		w := g.workload()
		peaks := func(strategy string) []float64 {
			return stats.Logs(r.cell(w, strategy).Values(results.PeakRSS))
		}
		best, least := "", stats.Interval{}
		for _, c := range g.Cells {
			if c.Strategy == Subject || c.Strategy == Control {
				continue
			}
			i, err := stats.Shift(peaks(c.Strategy), peaks(Subject), Confidence)
			if err != nil {
				r.fail(fmt.Errorf("%s: %w", c.Name(), err))
				return out
			}
			if best == "" || i.Estimate > least.Estimate {
				best, least = c.Strategy, i
			}
		}
		least.N = len(peaks(Subject))
		out = append(out, Figure{target, w.words(), best, least.Exp(), Times, atMost(1)})
	}
	return out
}

// allocations finds the cell in which the subject allocates most for a task.
//
// A batch may make a worker or a batch more, and the runtime allocates for
// itself now and then.
func (r *record) allocations(groups []Group) []Figure {
	const target = "0 allocations a task in steady state: at most one for a thousand"
	var worst Figure
	for _, g := range groups {
		w := g.workload()
		if w.Pool != bench.Kept || w.Submitters > 1 {
			continue // a pool and a submitter are allocated themselves
		}
		i, err := stats.Median(r.cell(w, Subject).Values(results.AllocsPerTask), Confidence)
		if err != nil {
			r.fail(fmt.Errorf("%s: %w", g.Slug, err))
			return nil
		}
		if worst.Cell == "" || i.Estimate > worst.Measured.Estimate {
			worst = Figure{target, w.words(), "", i, Allocations, atMost(0.001)}
		}
	}
	return []Figure{worst}
}

// CheckContenders returns an error if a library that is left out of long
// batches came within twice the target in a short one of the record: then it
// might be what keeps the subject from the target in a long one.
func CheckContenders(set *results.Set, all []*strategies.Strategy, processors int) error {
	const twiceTheTarget = 2 * 3
	b := builder{all, processors}
	r := &record{set: set, libraries: b.libraries()}
	for _, g := range slices.Concat(b.noop(), b.submitters()) {
		w := g.workload()
		for _, library := range r.took(g) {
			if i := r.slower(w, library); !slices.Contains(contenders, library) && i.Low < twiceTheTarget {
				r.fail(fmt.Errorf("%s: %s takes only %.2f times as long as %s: let it take part in long batches too", w.words(), library, i.Estimate, Subject))
			}
		}
	}
	return r.err
}
