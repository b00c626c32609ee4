package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/bare"
	"github.com/poolbench/poolbench/bench/child"
	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/spf13/cobra"
)

// bareOptions are the flags of the command bare.
type bareOptions struct {
	out    string
	groups []string
	budget time.Duration
	blocks int
	seed   seed // 0: drawn
}

// newBare is the command that scripts/bare calls. It is for work on the pool
// of strategies/stealing, and so it is not shown.
func newBare() *cobra.Command {
	var o bareOptions
	cmd := &cobra.Command{
		Use:    "bare",
		Short:  "Compares bare pools, for the figures of strategies/stealing",
		Hidden: true,
		Args:   noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.out == "" {
				return errors.New("--out: want a file that does not exist yet")
			}
			if o.budget <= 0 && o.blocks <= 0 {
				return errors.New("want an end: --time 50s, or --blocks 1, or both")
			}
			return o.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.out, "out", "", "file for the results")
	f.StringSliceVar(&o.groups, "group", []string{""}, "only groups whose names begin so")
	f.DurationVar(&o.budget, "time", 0, "how long to measure")
	f.IntVar(&o.blocks, "blocks", 0, "how often to measure every group")
	f.Var(&o.seed, "seed", "replay the order of turns of the run with this `number` (default: drawn)")
	cmd.AddCommand(&cobra.Command{
		Use:   "host",
		Short: "Holds the cells of a group and takes turns as the parent process tells",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			replies, err := child.TakeStdout()
			if err != nil {
				return err
			}
			return bare.Host(cmd.InOrStdin(), replies, catalog.All)
		},
	})
	return cmd
}

func (o *bareOptions) run(ctx context.Context) error {
	groups := bare.Groups(catalog.All, runtime.GOMAXPROCS(0))
	chosen := bare.Selected(groups, o.groups)
	if len(chosen) == 0 {
		var slugs []string
		for _, g := range groups {
			slugs = append(slugs, g.Slug)
		}
		return unknown("group", strings.Join(o.groups, ","), slugs)
	}
	file, err := results.Create(o.out)
	if err != nil {
		return err
	}
	if o.seed == 0 {
		o.seed = seed(time.Now().UnixNano())
	}
	plan := &bare.Plan{
		Groups:      chosen,
		Seed:        uint64(o.seed),
		Budget:      experiment.Budget{Time: o.budget, Blocks: o.blocks},
		Calibration: work.Calibrate(),
		Results:     file,
		Child:       func() (*exec.Cmd, error) { return experiment.Self("bare", "host") },
	}
	if err := file.Head(bareHead(plan)); err != nil {
		return errors.Join(err, file.Close())
	}
	if err := errors.Join(plan.Measure(ctx), file.Close()); err != nil {
		return fmt.Errorf("%w (in %s)", err, o.out)
	}
	return nil
}

// bareHead is what a file of bare pools says about the run as a whole.
func bareHead(plan *bare.Plan) []results.Setting {
	var versions []string
	for _, s := range catalog.All {
		versions = append(versions, s.Name+"="+catalog.Version(s))
	}
	return append(results.MachineSettings(), []results.Setting{
		{Key: "catalog", Value: strings.Join(versions, " ")},
		{Key: "runstamp", Value: time.Now().UTC().Format(time.RFC3339)},
		{Key: "seed", Value: strconv.FormatUint(plan.Seed, 10)},
		{Key: "sides", Value: "one process, but for memory and for sleepers that all run at once"},
		{Key: "reference", Value: bare.Subject},
		{Key: "ns-per-step", Value: fmt.Sprintf("%.4f", float64(plan.Calibration))},
	}...)
}
