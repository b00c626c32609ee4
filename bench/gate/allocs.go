package gate

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/gate/stock"
	"github.com/poolbench/poolbench/bench/gate/trial"
)

// An AllocRule judges B/op and allocs/op, which need no stopwatch: Runs fresh
// processes of either side, in random order, and a change is one where every
// value of one side lies beyond every value of the other. In identical builds
// the order of 2·Runs exchangeable values does that with probability
// 1/C(2·Runs, Runs), which is made so small that Alpha holds for all benchmarks and
// both units together.
type AllocRule struct {
	Alpha float64 `json:"alpha"`
	Runs  int     `json:"runs"`

	// LeastBytes is the least change of B/op that counts, as a share: bytes
	// are rounded, and what a benchmark allocates once is spread over its
	// operations. One allocation more or less always counts.
	LeastBytes float64 `json:"least-bytes"`
}

// newAllocRule returns the rule for so many benchmarks.
func newAllocRule(rules trial.Rules, benchmarks int) AllocRule {
	r := AllocRule{Alpha: rules.AllocAlpha, Runs: 1, LeastBytes: rules.LeastBytes}
	for separation(r.Runs)*float64(2*max(1, benchmarks)) > r.Alpha {
		r.Runs++
	}
	return r
}

// separation is the probability that of two samples of n exchangeable values
// the one lies wholly above the other.
func separation(n int) float64 {
	ways := 1.0
	for k := 1; k <= n; k++ {
		ways *= float64(n+k) / float64(k)
	}
	return 1 / ways
}

// An AllocFinding is what a benchmark's allocations show.
type AllocFinding struct {
	Benchmark int          `json:"cell"`
	Seed      uint64       `json:"seed"` // draws the order of the processes
	Units     []AllocTable `json:"units"`

	Spent time.Duration `json:"spent,omitempty"` // beside the budget, in nanoseconds
}

// An AllocTable is one unit of it.
type AllocTable struct {
	Unit    string        `json:"unit"`
	Outcome trial.Outcome `json:"verdict"`
	Base    []float64     `json:"base"`
	Head    []float64     `json:"head"`
	Reason  string        `json:"reason,omitempty"` // of UNMEASURABLE
}

// unmeasured is the finding on a benchmark whose allocations could not be counted.
func unmeasured(benchmark int, err error) AllocFinding {
	f := AllocFinding{Benchmark: benchmark}
	for _, unit := range []string{"B/op", "allocs/op"} {
		f.Units = append(f.Units, AllocTable{Unit: unit, Outcome: trial.Unmeasurable, Reason: err.Error()})
	}
	return f
}

// judge compares the values of one unit, which are left as they are.
func (r AllocRule) judge(unit string, base, head []float64) AllocTable {
	t := AllocTable{Unit: unit, Outcome: trial.Same, Base: base, Head: head}
	counts := func(less, more float64) bool {
		return unit != "B/op" || more-less >= max(1, r.LeastBytes*less)
	}
	switch {
	case len(base) < r.Runs || len(head) < r.Runs:
		t.Outcome = trial.Inconclusive
	case slices.Min(head) > slices.Max(base) && counts(middle(base), middle(head)):
		t.Outcome = trial.Regressed
	case slices.Max(head) < slices.Min(base) && counts(middle(head), middle(base)):
		t.Outcome = trial.Improved
	}
	return t
}

// middle is the median, of values that are there.
func middle(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return sorted[(n-1)/2]/2 + sorted[n/2]/2
}

// allocs runs the processes of one benchmark and judges them.
func (m meter) allocs(ctx context.Context, rule AllocRule, index int, benchmark Benchmark, seed uint64) (AllocFinding, error) {
	rng := seeds(seed, forAllocs)
	order := make([]int, 0, 2*rule.Runs)
	for range rule.Runs {
		order = append(order, 0, 1)
	}
	rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	bytes, counts := make([][]float64, 2), make([][]float64, 2)
	for _, i := range order {
		layouts := []*side{m.base, m.head}[i].linked(benchmark.Package)
		b, n, err := stock.Allocs(ctx, layouts[rng.IntN(len(layouts))], benchmark.stock(), m.patience)
		if err != nil {
			return AllocFinding{}, err
		}
		bytes[i], counts[i] = append(bytes[i], math.Round(b)), append(counts[i], math.Round(n))
	}
	return AllocFinding{Benchmark: index, Seed: seed, Units: []AllocTable{
		rule.judge("B/op", bytes[0], bytes[1]),
		rule.judge("allocs/op", counts[0], counts[1]),
	}}, nil
}
