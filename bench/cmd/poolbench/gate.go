package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/gate/build"
	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/spf13/cobra"
)

// gateOptions are the flags of the command gate.
type gateOptions struct {
	request  gate.Request
	base     string
	head     string
	out      string
	resume   string
	selfTest bool
}

func newGate() *cobra.Command {
	o := &gateOptions{}
	cmd := &cobra.Command{
		Use:   "gate",
		Short: "Finds the benchmarks that a change made slower, in any Go module",
		Long: `gate builds the tests of the Go module in this folder at two revisions. The two
builds take turns of a millisecond at every benchmark that both have. The verdict
on each is REGRESSED, IMPROVED, SAME, INCONCLUSIVE (with the smallest slowdown that
it could have seen) or UNMEASURABLE. Of gates that compare identical builds, at
most 1 % report any REGRESSED, however many benchmarks there are.

The folder of a gate holds base.txt and head.txt for benchstat, verdict.json,
summary.md, and plan.json with pairs.jsonl, from which --resume goes on.

Exit codes: 0 nothing regressed; 1 something did; 2 usage, or a side that does
not build; 3 something that should be compared cannot be measured; 130 interrupted,
and to be resumed.`,
		Example: `  poolbench gate --base main --head .
  poolbench gate --base v1.2.0 --head v1.3.0 --pkg ./codec --bench Encode --budget 5m
  poolbench gate --base-bin old.test --head-bin new.test
  poolbench gate --module github.com/alitto/pond/v2 --base v2.6.0 --head v2.7.1
  poolbench gate --base-go go1.26.3 --head-go go1.26.8
  poolbench gate --resume results/local/gate
  poolbench gate --self-test`,
		Args: noArguments,
		RunE: o.run,
	}
	f := cmd.Flags()
	f.StringVar(&o.base, "base", "", "revision to compare with; . is the working tree. With --module: version of it")
	f.StringVar(&o.head, "head", "", "revision to judge; . is the working tree. With --module: version of it")
	f.StringVar(&o.request.BaseBin, "base-bin", "", "prebuilt test binary to compare with (go test -c)")
	f.StringVar(&o.request.HeadBin, "head-bin", "", "prebuilt test binary to judge")
	f.StringVar(&o.request.Module, "module", "", "compare two versions of this pool library, under the workloads of poolbench (in a clone of it)")
	f.StringVar(&o.request.BaseGo, "base-go", "", "release of Go to compare with, such as go1.26.3")
	f.StringVar(&o.request.HeadGo, "head-go", "", "release of Go to judge")
	f.StringSliceVar(&o.request.Packages, "pkg", []string{"./..."}, "packages, as for go list")
	f.StringVar(&o.request.Bench, "bench", ".", "benchmarks, as for go test -bench")
	f.StringVar(&o.request.Tags, "tags", "", "build tags, as for go test")
	cpuVar(f, &o.request.CPU, "values of GOMAXPROCS, as for go test; each makes cells of its own")
	f.DurationVar(&o.request.Budget, "budget", 10*time.Minute, "how long to measure, without the time for building and for counting allocations")
	wholeVar(f, &o.request.MaxCells, "max-cells", 0, "compare only the first so many benchmarks (default: all)")
	f.Float64Var(&o.request.Theta, "theta", 0, "smallest change to report, 0.02 for 2 % (default: 0.02; 0.05 for units with p50, 0.10 with p99)")
	f.StringVar((*string)(&o.request.Scheduler), "scheduler", "", "use one scheduler only: SCHED_RR, which has less noise, or normal (default: both, if permitted and if the budget is large enough)")
	f.StringVar(&o.out, "out", "", "folder for the verdict (default: a new one under results/local)")
	f.StringVar(&o.resume, "resume", "", "continue the interrupted gate in this folder")
	seedVar(f, &o.request.Seed, "draw layouts and the order of turns from this `number` (default: random)")
	f.BoolVar(&o.selfTest, "self-test", false, "measure the false alarms and the power of the gate on this machine")
	refuse(cmd, "pkg", func([]string) error { return nil })
	complete(cmd, "base", revisions)
	complete(cmd, "head", revisions)
	requireNames(cmd, "module", these(libraries()...))
	complete(cmd, "scheduler", these(
		string(scheduler.RoundRobin)+"\ta real-time scheduler, with less noise", string(scheduler.Normal)+"\tthe scheduler of other programs"))
	return cmd
}

func (o *gateOptions) run(cmd *cobra.Command, _ []string) error {
	ctx := cmd.Context()
	switch {
	case o.selfTest:
		if other := given(cmd, "self-test", "budget", "scheduler", "out", "seed"); len(other) > 0 {
			return fmt.Errorf("--self-test compares builds of its own: leave out %s", strings.Join(other, ", "))
		}
		return o.testItself(cmd)
	case o.resume != "":
		if other := given(cmd, "resume"); len(other) > 0 {
			return fmt.Errorf("--resume goes on as the gate was begun: leave out %s", strings.Join(other, ", "))
		}
		return o.judge(cmd, o.resume, func(g *gate.Gate, dir string) error {
			return g.Resume(ctx, dir, o.resume)
		})
	}
	if err := o.complete(ctx, cmd); err != nil {
		return err
	}
	out, err := o.folder()
	if err != nil {
		return err
	}
	return o.judge(cmd, out, func(g *gate.Gate, dir string) error {
		return g.Begin(ctx, dir, out, o.request)
	})
}

// complete makes the request of the flags.
func (o *gateOptions) complete(ctx context.Context, cmd *cobra.Command) error {
	r := &o.request
	if r.Module == "" {
		r.Base, r.Head = o.base, o.head
	} else {
		r.BaseVersion, r.HeadVersion = o.base, o.head
	}
	if err := r.Validate(); err != nil || r.Module == "" {
		return err
	}
	return o.completeModule(ctx, cmd)
}

// folder returns where the verdict goes.
func (o *gateOptions) folder() (string, error) {
	if o.out != "" {
		return o.out, gate.CheckEmpty(o.out)
	}
	local := filepath.Join("results", "local")
	if err := os.MkdirAll(local, 0o755); err != nil {
		return "", fmt.Errorf("make the folder for the verdict; choose another with --out: %w", err)
	}
	// In other people's modules nothing ignores the folder yet.
	ignore := filepath.Join(local, ".gitignore")
	if _, err := os.Stat(ignore); errors.Is(err, os.ErrNotExist) {
		if err := os.WriteFile(ignore, []byte("*\n"), 0o644); err != nil {
			return "", fmt.Errorf("let git ignore the folder for the verdict; choose another with --out: %w", err)
		}
	}
	return filepath.Join(local, "gate-"+time.Now().UTC().Format("20060102T150405.000Z")), nil
}

// judge takes a gate that begin sets up to its verdict.
func (o *gateOptions) judge(cmd *cobra.Command, out string, begin func(*gate.Gate, string) error) (err error) {
	ctx, stderr := cmd.Context(), cmd.ErrOrStderr()
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("find this folder: %w", err)
	}
	bar, show := newGateProgress(stderr)
	g := &gate.Gate{Say: bar.say, Progress: show}
	defer func() {
		// What cannot be removed must be known, and is no verdict.
		if closing := g.Close(); closing != nil {
			fmt.Fprintf(stderr, "poolbench: %v\n", closing)
		}
	}()
	if err := begin(g, dir); err != nil {
		bar.end()
		if errors.Is(err, context.Canceled) {
			return &exitError{exitInterrupted, errors.New("interrupted before anything was measured")}
		}
		return nearRevision(err)
	}
	measuring := g.Measure(ctx)
	bar.end()
	if err := g.Write(); err != nil {
		return errors.Join(measuring, err)
	}
	if measuring != nil && !errors.Is(measuring, context.Canceled) {
		return fmt.Errorf("%w; go on with --resume %s", measuring, out)
	}
	v := g.Result()
	err = printText(cmd, func(to io.Writer) error {
		_, err := fmt.Fprintf(to, "%sVerdict: %s\n", v.Words(), filepath.Join(out, gate.VerdictFile))
		return err
	})
	if err != nil {
		return errors.Join(measuring, fmt.Errorf("print the verdict, which is in %s: %w", out, err))
	}
	switch {
	case measuring != nil:
		return &exitError{exitInterrupted, fmt.Errorf("interrupted; go on with: poolbench gate --resume %s", out)}
	case v.Outcome == trial.Regressed:
		return &exitError{code: exitBad}
	case v.Outcome == trial.Unmeasurable:
		return &exitError{code: exitUnmeasurable}
	}
	return nil
}

// newGateProgress shows how far a gate is.
func newGateProgress(out io.Writer) (bar *status, show func(gate.Progress)) {
	bar, begin := newStatus(out), time.Now()
	bar.next = linePeriod
	return bar, func(now gate.Progress) {
		bar.show(fmt.Sprintf("%s: %d of %d, at most %s left", now.Stage, now.Done, now.Of, span(now.Left)), time.Since(begin))
	}
}

// nearRevision adds what revision may have been meant.
func nearRevision(err error) error {
	var revision *build.RevisionError
	if !errors.As(err, &revision) {
		return err
	}
	if near := nearest(revision.Revision, revision.Known); near != "" {
		return fmt.Errorf("%w; did you mean %q?", err, near)
	}
	return err
}
