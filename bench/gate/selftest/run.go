package selftest

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/gate"
)

//go:embed program
var program embed.FS

// Options say how much to test.
type Options struct {
	Budget time.Duration // for all gates together; building comes on top
	Seed   uint64
	Out    string // folder for the gates' own folders
	Bench  string // which of the program's benchmarks; "" for all

	Say      func(line string)
	Progress func(gate.Progress)
}

const (
	// cells is how many benchmarks the program has: three kinds, five sizes.
	cells = 15

	// perCell is the share of a cell in a gate's budget, as in a gate of 30
	// cells that is given two and a half minutes.
	perCell = 5 * time.Second

	// Below such a budget a gate of all cells is no use, and a few stand for
	// them.
	whole = 60 * time.Second
	few   = "Spin/slowdown=(0|10|20)$"
)

// Run takes turns of gates of identical builds and gates of a slowed build,
// until the budget is used up or the context ends. The report is of the gates
// that came to their end.
func Run(ctx context.Context, o Options) (report *Report, err error) {
	dir, err := writeProgram()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	each := min(cells*perCell, o.Budget/2)
	if o.Bench == "" && each < whole {
		o.Bench = few
		each = min(3*perCell, o.Budget/2)
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
			v, err := one(ctx, o, dir, filepath.Join(o.Out, name), o.Seed+uint64(2*round), each, slowed)
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
func one(ctx context.Context, o Options, dir, out string, seed uint64, budget time.Duration, slowed bool) (v gate.Verdict, err error) {
	g := &gate.Gate{Progress: o.Progress}
	defer func() { err = errors.Join(err, g.Close()) }()
	const slow, asItIs = "-X=example.com/program.slow=yes", "-X=example.com/program.slow=no"
	r := gate.Request{
		BaseLinker: []string{asItIs}, HeadLinker: []string{asItIs},
		Packages: []string{"./..."}, Bench: o.Bench, CPU: []int{runtime.GOMAXPROCS(0)},
		Budget: budget, Seed: seed, SkipAllocs: true,
	}
	if r.Bench == "" {
		r.Bench = "."
	}
	if slowed {
		r.HeadLinker = []string{slow}
	}
	if err := g.Begin(ctx, dir, out, r); err != nil {
		return v, err
	}
	if err := g.Measure(ctx); err != nil {
		return v, err
	}
	return g.Verdict(), g.Write()
}

// writeProgram writes the program into a temporary module.
func writeProgram() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "poolbench-selftest-"); err != nil {
		return "", fmt.Errorf("make a folder for the program of the self-test: %w", err)
	}
	err = fs.WalkDir(program, "program", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := program.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, strings.TrimSuffix(entry.Name(), ".txt")), text, 0o644)
	})
	if err != nil {
		return "", errors.Join(fmt.Errorf("write the program of the self-test: %w", err), os.RemoveAll(dir))
	}
	return dir, nil
}
