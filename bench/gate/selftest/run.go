package selftest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/poolbench/poolbench/bench/gate"
)

// Options say how much to test.
type Options struct {
	Budget time.Duration // for all gates together; building comes on top
	Seed   uint64
	Out    string // folder for the gates' own folders

	Scheduler gate.Policy // the only one, or none for every one that is permitted

	Say      func(line string)
	Progress func(gate.Progress)
}

const (
	// whole are the benchmarks of a gate: a shape of each kind, in five sizes.
	whole = "./^(alone|small|pair)$/."

	// benchmarks is how many they are.
	benchmarks = 15

	// perBenchmark is the share of a benchmark in a gate's budget, as in a gate of 30
	// benchmarks that is given two and a half minutes.
	perBenchmark = 5 * time.Second

	// Below such a budget a gate of all benchmarks is no use, and a few stand for
	// them.
	leastForWhole = 60 * time.Second
	few           = "Spin/^alone$/slowdown=(0|10|20)$"
)

// Run takes turns of gates of identical builds and gates of a slowed build,
// until the budget is used up or the context ends. The report is of the gates
// that came to their end.
func Run(ctx context.Context, o Options) (report *Report, err error) {
	program, err := WriteProgram()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, program.Remove()) }()
	bench, each := whole, min(benchmarks*perBenchmark, o.Budget/2)
	if each < leastForWhole {
		bench, each = few, min(3*perBenchmark, o.Budget/2)
	}
	report = &Report{Budget: o.Budget, PerGate: each}
	for round := 1; time.Duration(2*round)*each <= o.Budget; round++ {
		for _, slowed := range []bool{false, true} {
			name := fmt.Sprintf("identical-%03d", round)
			if slowed {
				name = fmt.Sprintf("slowed-%03d", round)
			}
			if o.Say != nil {
				o.Say(name)
			}
			request := Request(bench, slowed, each, o.Seed+uint64(2*round))
			request.Scheduler = o.Scheduler
			v, err := one(ctx, o, program.Dir, filepath.Join(o.Out, name), request)
			if ctx.Err() != nil {
				return report, ctx.Err()
			}
			if err != nil {
				return report, fmt.Errorf("self-test, gate %s: %w", name, err)
			}
			report.add(v, slowed)
		}
	}
	return report, nil
}

// one runs one gate.
func one(ctx context.Context, o Options, dir, out string, r gate.Request) (v gate.Result, err error) {
	g := &gate.Gate{Progress: o.Progress}
	defer func() { err = errors.Join(err, g.Close()) }()
	if err := g.Begin(ctx, dir, out, r); err != nil {
		return v, err
	}
	if err := g.Measure(ctx); err != nil {
		return v, err
	}
	return g.Result(), g.Write()
}
