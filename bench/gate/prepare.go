package gate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/poolbench/poolbench/bench/gate/build"
	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/stock"
	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/strategies/proc"
)

// prepare builds both sides, finds what both have, and fixes the plan.
func (g *Gate) prepare(ctx context.Context) error {
	var err error
	if g.both, err = g.space.sides(ctx, g.dir, g.plan.Request, [2]string{}); err != nil {
		return err
	}
	if g.plan.Request.BaseGo == "" && g.both[0].tree.Toolchain != "" {
		g.say("go.mod selects another release of Go on either side: both are built with the newer, %s", g.both[0].tree.Toolchain)
	}
	g.plan.Stops = proc.CanStop && !g.plan.Request.Fresh
	if !g.plan.Stops {
		g.say("processes cannot be stopped here: each turn is a short process of its own, which is noisier and measures the warming up too")
	}
	// Before anything is built: what was asked for may not be permitted.
	if err := g.choosePolicies(); err != nil {
		return err
	}
	if err := g.buildFirst(ctx); err != nil {
		return err
	}
	if err := g.findCells(ctx); err != nil {
		return err
	}
	if err := g.affordable(); err != nil {
		return err
	}
	g.plan.Allocs = newAllocRule(g.plan.Rules, len(g.plan.Benchmarks))
	if !g.plan.Request.SkipAllocs {
		g.plan.Rules.Alpha -= g.plan.Rules.AllocAlpha
	}
	g.plan.Base, g.plan.Head = g.both[0].origin, g.both[1].origin
	g.plan.Machine = machine.Facts()
	begin := time.Now()
	if err := g.link(ctx, g.packages(), 1, 2); err != nil {
		return err
	}
	g.chooseLayouts(time.Since(begin))
	return nil
}

// choosePolicies chooses what to measure under: what was asked for, or all that
// is permitted here.
func (g *Gate) choosePolicies() error {
	asked := g.plan.Request.Scheduler
	for _, policy := range policies {
		if asked != "" && asked != policy {
			continue
		}
		err := scheduler.Permitted(policy)
		if err == nil && policy != scheduler.Normal && !g.plan.Stops {
			err = errors.New("processes cannot be stopped here")
		}
		switch {
		case err == nil:
			g.plan.Policies = append(g.plan.Policies, policy)
		case asked != "":
			return fmt.Errorf("--scheduler %s: %w; or leave the flag out", asked, err)
		case g.plan.Stops:
			g.say("without the scheduler %s: %v", policy, err)
		}
	}
	return nil
}

// buildFirst links the first layout of every package that both sides have.
func (g *Gate) buildFirst(ctx context.Context) error {
	r := g.plan.Request
	if r.BaseBin != "" {
		for i, path := range []string{r.BaseBin, r.HeadBin} {
			if err := g.both[i].prebuilt(g.space, g.dir, path); err != nil {
				return fmt.Errorf("--%s-bin: %w", sideNames[i], err)
			}
		}
		return g.hash()
	}
	shared := g.sharedPackages()
	if len(shared) == 0 {
		return fmt.Errorf("no package of %v has benchmarks on both sides: choose others with --pkg", r.Packages)
	}
	g.say("building the tests of %d packages, twice", len(shared))
	if err := g.link(ctx, shared, 0, 1); err != nil {
		return err
	}
	return g.hash()
}

func (g *Gate) hash() error {
	return errors.Join(g.both[0].hash(), g.both[1].hash())
}

// sharedPackages lists the packages that have benchmarks on both sides, and
// takes down those on one side only.
func (g *Gate) sharedPackages() (shared []string) {
	has := func(s side, path string) bool {
		return slices.ContainsFunc(s.packages, func(p build.Package) bool { return p.Path == path })
	}
	for i, s := range g.both {
		for _, p := range s.packages {
			switch {
			case !has(g.both[1-i], p.Path):
				g.skip(Skipped{Package: p.Path, Reason: "has benchmarks in " + sideNames[i] + " only"})
			case i == 0:
				shared = append(shared, p.Path)
			}
		}
	}
	return shared
}

func (g *Gate) skip(s Skipped) { g.plan.Skipped = append(g.plan.Skipped, s) }

// layouts returns the seeds of a side's layouts.
func (g *Gate) layouts(side, n int) []uint32 {
	rng := seeds(g.plan.Request.Seed+uint64(side), forLayouts)
	out := make([]uint32, n)
	for i := range out {
		out[i] = rng.Uint32()>>1 + 1 // the linker takes 0 for none, and a signed number
	}
	return out
}

// chooseLayouts fixes how many layouts of every binary there are. one is what it
// took to link one of everything.
func (g *Gate) chooseLayouts(one time.Duration) {
	rules := g.plan.Rules
	links := rules.LinkShare * float64(g.plan.Request.Budget) / float64(max(one, time.Millisecond))
	g.plan.Layouts = min(max(rules.LeastLayouts, int(links)), rules.MostLayouts)
	if g.plan.Request.BaseBin != "" {
		g.plan.Layouts = 1
	}
	g.plan.ScreenLayouts = max(1, g.plan.Layouts/rules.ScreenOneIn)
}

// packages lists the packages that have benchmarks to compare.
func (g *Gate) packages() (packages []string) {
	for _, c := range g.plan.Benchmarks {
		packages = append(packages, c.Package)
	}
	return packages
}

// linkAhead links the layouts that the pairs of the look that is open will have,
// and no others: most benchmarks need few.
func (g *Gate) linkAhead(ctx context.Context) error {
	first, n := g.stageLayouts()
	for _, pkg := range slices.Compact(slices.Sorted(slices.Values(g.packages()))) {
		most := 0
		for i, a := range g.arms {
			if want := g.trial.Want(i); want > 0 && g.plan.Benchmarks[a.benchmark].Package == pkg {
				most = max(most, g.tallies[i].inStage+want)
			}
		}
		if err := g.link(ctx, []string{pkg}, first, first+min(n, most)); err != nil {
			return err
		}
	}
	return nil
}

// link links those layouts of some packages, by number, that are missing; both
// sides at a time. Prebuilt binaries stay as they are.
func (g *Gate) link(ctx context.Context, packages []string, from, to int) error {
	var errs [2]error
	var both sync.WaitGroup
	for i := range g.both {
		both.Go(func() {
			seeds := g.layouts(i, to)
			for _, pkg := range g.both[i].packages {
				for k := from; k < to && slices.Contains(packages, pkg.Path); k++ {
					if err := g.both[i].link(ctx, g.space, pkg, k, seeds[k]); err != nil {
						errs[i] = fmt.Errorf("%s (%s): %w", sideNames[i], g.both[i].origin.Label, err)
						return
					}
				}
			}
		})
	}
	both.Wait()
	return errors.Join(errs[:]...)
}

// patience is how long one iteration, or whatever else is waited for, may take.
func (g *Gate) patience() time.Duration {
	return min(max(g.plan.Request.Budget/20, 2*time.Second), time.Minute)
}

// findCells lists the benchmarks of both sides and calibrates those that both
// have.
func (g *Gate) findCells(ctx context.Context) error {
	r := g.plan.Request
	matched := 0
	for pkg := range g.eachPackage() {
		for _, cpu := range r.CPU {
			n, err := g.findIn(ctx, pkg, cpu)
			if err != nil {
				return err
			}
			matched += n
		}
	}
	if matched == 0 {
		return fmt.Errorf("no benchmark matches --bench %q in %v: give another pattern, --bench . for all of them", r.Bench, r.Packages)
	}
	if len(g.plan.Benchmarks) == 0 {
		return fmt.Errorf("none of the benchmarks can be compared:\n%s", skippedLines(g.plan.Skipped))
	}
	if g.leftOut > 0 {
		g.skip(Skipped{Name: counted(g.leftOut, "benchmark"), Reason: fmt.Sprintf("left out by --max-cells %d", r.MaxCells)})
	}
	return nil
}

// eachPackage yields the packages with binaries on both sides, in order.
func (g *Gate) eachPackage() func(yield func(string) bool) {
	return func(yield func(string) bool) {
		if g.plan.Request.BaseBin != "" {
			yield("")
			return
		}
		for _, p := range g.both[0].packages {
			if len(g.both[0].binaries[p.Path]) > 0 && !yield(p.Path) {
				return
			}
		}
	}
}

// findIn finds the benchmarks of one package at one number of CPUs, and returns how
// many benchmarks matched.
func (g *Gate) findIn(ctx context.Context, pkg string, cpu int) (matched int, err error) {
	r := g.plan.Request
	var lists [2]stock.Listing
	for i := range lists {
		if lists[i], err = stock.List(ctx, g.both[i].binaries[pkg][0], r.Bench, cpu, g.patience()); err != nil {
			return 0, fmt.Errorf("%s (%s): %w", sideNames[i], g.both[i].origin.Label, err)
		}
	}
	faulty := make(map[string]bool)
	for i, l := range lists {
		for _, f := range l.Faults {
			matched++
			if !faulty[f.Name] {
				// A benchmark that the other side does not have cannot be compared anyway.
				g.skip(Skipped{Package: pkg, Name: f.Name, CPU: cpu, Reason: sideNames[i] + ": " + f.Err.Error(), Unmeasurable: lists[1-i].Has(f.Name)})
			}
			faulty[f.Name] = true
		}
	}
	for i, l := range lists {
		for _, f := range l.Found {
			matched++
			other := slices.IndexFunc(lists[1-i].Found, func(o stock.Found) bool { return o.Name == f.Name })
			switch {
			case faulty[f.Name]:
			case other < 0:
				g.skip(Skipped{Package: pkg, Name: f.Name, CPU: cpu, Reason: "is in " + sideNames[i] + " only"})
			case i == 1:
			case r.MaxCells > 0 && len(g.plan.Benchmarks) >= r.MaxCells:
				g.leftOut++
			default:
				if err := g.calibrate(ctx, pkg, f, lists, cpu); err != nil {
					return matched, err
				}
			}
		}
	}
	return matched, nil
}

// calibrate adds a benchmark, or takes down why it is none. The number of operations
// is base's, and head has as many; that it can run them is tried.
func (g *Gate) calibrate(ctx context.Context, pkg string, f stock.Found, lists [2]stock.Listing, cpu int) error {
	b := stock.Benchmark{Name: f.Name, CPU: cpu}
	n, perOp, err := stock.Calibrate(ctx, g.both[0].binaries[pkg][0], b, f.PerOp, g.plan.Rules.TurnTime, g.patience())
	side := 0
	var start, repetition time.Duration
	if err == nil {
		b.N, side = n, 1
		start, repetition, err = g.try(ctx, g.both[1].binaries[pkg][0], b, time.Duration(float64(n)*perOp))
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		g.skip(Skipped{Package: pkg, Name: f.Name, CPU: cpu, Reason: sideNames[side] + ": " + err.Error(), Unmeasurable: true})
		return nil
	}
	benchmark := Benchmark{Package: pkg, Name: f.Name, CPU: cpu, N: n, PerOp: perOp, Start: start, Repetition: repetition,
		Exchanges: exchangesFor(time.Duration(float64(n)*perOp), g.plan.Rules)}
	better := make(map[string]int)
	for _, l := range lists {
		for unit, way := range l.Better {
			better[unit] = way
		}
	}
	benchmark.Metrics = judged(f.Units, better, g.plan.Request.Theta, g.plan.Rules)
	for _, unit := range f.Units {
		if !slices.Contains([]string{"B/op", "allocs/op", "MB/s"}, unit) &&
			!slices.ContainsFunc(benchmark.Metrics, func(u trial.Metric) bool { return u.Name == unit }) {
			benchmark.Unjudged = append(benchmark.Unjudged, unit)
		}
	}
	if len(benchmark.Metrics) == 0 {
		g.skip(Skipped{Package: pkg, Name: f.Name, CPU: cpu, Unmeasurable: true,
			Reason: "it prints no ns/op, and no Unit line says of " + strings.Join(f.Units, ", ") + " which way is better"})
		return nil
	}
	g.plan.Benchmarks = append(g.plan.Benchmarks, benchmark)
	return nil
}
