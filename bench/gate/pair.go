package gate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/stock"
	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/machine"
)

// clockTick is the unit of the steal that Linux counts.
const clockTick = 10 * time.Millisecond

// exchangesFor returns how often the sides of a benchmark exchange turns of a
// length before both are started anew.
func exchangesFor(turn time.Duration, rules trial.Rules) int {
	return min(max(1, int(rules.PairTime/(2*max(turn, 1)))), rules.MostExchanges)
}

// A meter measures pairs.
type meter struct {
	base, head *side
	stops      bool
	patience   time.Duration
}

// pair measures one process pair of a benchmark, both sides in their layouts of
// that number.
// Which side starts first, and the order of all turns, are drawn from the seed,
// in that sequence. An error is about the benchmark, unless the context has ended.
func (m meter) pair(ctx context.Context, benchmark Benchmark, policy Policy, layout int, seed uint64) (Pair, error) {
	rng := experiment.Order(seed)
	p := Pair{Package: benchmark.Package, Name: benchmark.Title(), Scheduler: policy, Layouts: [2]int{layout, layout}, Seed: seed, Begun: time.Now().UTC(), Steal: -1}
	binaries := [2]stock.Binary{m.base.binaries[benchmark.Package][layout], m.head.binaries[benchmark.Package][layout]}
	begin, before := time.Now(), machine.Steal()
	var turns [][]experiment.Turn
	sides := make([]experiment.Side, 2)
	order := &strings.Builder{}
	err := scheduler.Lead(policy, func(start func(func() error) error) (err error) {
		defer func() {
			for _, s := range sides {
				if s != nil {
					err = errors.Join(err, s.Close())
				}
			}
		}()
		for _, i := range rng.Perm(2) {
			s, err := m.open(ctx, binaries[i], benchmark, start)
			if err != nil {
				return fmt.Errorf("%s: %w", sideNames[i], err)
			}
			sides[i] = recorded{s, order, "bh"[i]}
		}
		var errs []error
		turns, errs = experiment.Exchanges(rng, sides, benchmark.Exchanges)
		for i, err := range errs {
			if err != nil {
				return fmt.Errorf("%s: %w", sideNames[i], err)
			}
		}
		return nil
	})
	p.Took = time.Since(begin)
	if ctx.Err() != nil {
		return p, ctx.Err()
	}
	if err != nil {
		return p, err
	}
	if before >= 0 {
		p.Steal = machine.Steal() - before
	}
	p.Order = order.String()
	p.Preempted = preemptions(sides)
	p.take(turns[0], turns[1])
	return p, nil
}

var sideNames = [2]string{"base", "head"}

// open opens one side, stopped.
func (m meter) open(ctx context.Context, binary stock.Binary, benchmark Benchmark, start func(func() error) error) (experiment.Side, error) {
	if m.stops {
		return stock.Open(ctx, binary, benchmark.stock(), benchmark.Exchanges, m.patience, start)
	}
	return stock.Fresh(ctx, binary, benchmark.stock(), m.patience), nil
}

// preemptions counts those of two sides that have been closed, or returns nil
// where the system does not tell.
func preemptions(sides []experiment.Side) *[2]int {
	var n [2]int
	for i, s := range sides {
		process, ok := s.(recorded).Side.(interface{ Preempted() int })
		if !ok {
			return nil
		}
		n[i] = process.Preempted()
	}
	return &n
}

// recorded notes whose turn it was.
type recorded struct {
	experiment.Side
	order *strings.Builder
	name  byte
}

func (r recorded) Turn() (experiment.Turn, error) {
	r.order.WriteByte(r.name)
	return r.Side.Turn()
}

// take makes the pair's values of its turns, void exchanges left out.
func (p *Pair) take(base, head []experiment.Turn) {
	var b, h []experiment.Turn
	for k := range min(len(base), len(head)) {
		if base[k].Values[stock.Late]+head[k].Values[stock.Late] > 0 {
			p.Late++
			continue
		}
		b, h = append(b, base[k]), append(h, head[k])
		p.Ops += base[k].Ops
		p.Turns[0] = append(p.Turns[0], fourDigits(base[k].WallPerOp()))
		p.Turns[1] = append(p.Turns[1], fourDigits(head[k].WallPerOp()))
	}
	p.Log, p.Base, p.Head = make(map[string]float64), make(map[string]float64), make(map[string]float64)
	for unit, of := range valuesOf(b, h) {
		set(p.Log, unit, math.Log(experiment.Ratio(h, b, of)))
		set(p.Base, unit, experiment.Median(b, of))
		set(p.Head, unit, experiment.Median(h, of))
		if _, ok := p.Log[unit]; !ok && p.Base[unit] == p.Head[unit] {
			p.Log[unit] = 0 // zero allocations on both sides have no ratio, and are the same
		}
	}
}

// fourDigits rounds to four significant digits, far below what a turn varies.
func fourDigits(v float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	if err != nil {
		return v
	}
	return rounded
}

// valuesOf says for every unit of the turns how to read it.
func valuesOf(sides ...[]experiment.Turn) map[string]func(experiment.Turn) float64 {
	of := make(map[string]func(experiment.Turn) float64)
	for _, turns := range sides {
		for _, t := range turns {
			for unit := range t.Values {
				of[unit] = func(t experiment.Turn) float64 { return t.Values[unit] }
			}
			if t.CPU > 0 {
				of[cpuUnit] = experiment.Turn.CPUPerOp
			}
		}
	}
	return of
}

// set keeps what is a number.
func set(values map[string]float64, unit string, v float64) {
	if !math.IsNaN(v) && !math.IsInf(v, 0) {
		values[unit] = v
	}
}

// disturbed says why a pair must be measured again, judging by what happened to
// it and never by what it measured.
func (p *Pair) disturbed(exchanges int, rules trial.Rules) string {
	if float64(p.Late) > rules.MostLate*float64(exchanges) {
		return fmt.Sprintf("%d of %d exchanges are void: a process was stopped too late", p.Late, exchanges)
	}
	if p.Steal <= 0 {
		return "" // nothing was taken, or it is not known
	}
	share := float64(p.Steal) * float64(clockTick) / (float64(p.Took) * float64(machine.CPUs()))
	if share > rules.MostSteal {
		return fmt.Sprintf("the host took %.0f %% of the CPU time", 100*share)
	}
	return ""
}

// seeds draws what is random in a gate, from its one seed.
func seeds(seed uint64, purpose uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, purpose)) }

// Purposes of seeds.
const (
	forLayouts uint64 = iota + 1
	forAllocs
	forPairs
)
