package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/poolbench/poolbench/strategies/proc"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stderr, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(2)
	}
}

// hostCommand is the first argument of the processes that a plan starts.
const hostCommand = "host"

func run(ctx context.Context, stderr io.Writer, args []string) error {
	if len(args) == 1 && args[0] == hostCommand {
		return Host(catalog.All)
	}
	flags := flag.NewFlagSet("bare", flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("out", "", "`file` for the results, which must not exist yet")
	prefixes := flags.String("group", "", "only groups whose names begin with one of these `prefixes`, separated by commas")
	budget := flags.Duration("time", 0, "how long to measure")
	blocks := flags.Int("blocks", 0, "how often to measure every group")
	seed := flags.Uint64("seed", 0, "replay the order of turns of the run with this `number` (default: drawn)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *out == "":
		return errors.New("-out: want a file that does not exist yet")
	case *budget <= 0 && *blocks <= 0:
		return errors.New("want an end: -time 50s, or -blocks 1, or both")
	}
	groups := Groups(catalog.All, runtime.GOMAXPROCS(0))
	chosen := Selected(groups, strings.Split(*prefixes, ","))
	if len(chosen) == 0 {
		var slugs []string
		for _, g := range groups {
			slugs = append(slugs, g.Slug)
		}
		return fmt.Errorf("-group %s: no group begins with that; there are %s", *prefixes, strings.Join(slugs, ", "))
	}
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	return measure(ctx, *out, &Plan{
		Groups:      chosen,
		Seed:        *seed,
		Budget:      experiment.Budget{Time: *budget, Blocks: *blocks},
		Calibration: work.Calibrate(),
		Child:       func() (*exec.Cmd, error) { return proc.Self(hostCommand) },
	})
}

// measure writes a file of results.
func measure(ctx context.Context, path string, plan *Plan) error {
	file, err := results.Create(path)
	if err != nil {
		return err
	}
	plan.Results = file
	if err := file.Head(head(plan)); err != nil {
		return errors.Join(err, file.Close())
	}
	if err := errors.Join(plan.Measure(ctx), file.Close()); err != nil {
		return fmt.Errorf("%w (in %s)", err, path)
	}
	return nil
}

// head is what a file of results says about the run as a whole.
func head(plan *Plan) []results.Setting {
	var versions []string
	for _, s := range catalog.All {
		versions = append(versions, s.Name+"="+catalog.Version(s))
	}
	return append(results.MachineSettings(), []results.Setting{
		{Key: "catalog", Value: strings.Join(versions, " ")},
		{Key: "runstamp", Value: time.Now().UTC().Format(time.RFC3339)},
		{Key: "seed", Value: strconv.FormatUint(plan.Seed, 10)},
		{Key: "sides", Value: "one process, but for memory and for sleepers that all run at once"},
		{Key: "reference", Value: Subject},
		{Key: "ns-per-step", Value: fmt.Sprintf("%.4f", float64(plan.Calibration))},
	}...)
}
