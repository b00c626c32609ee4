package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/peers"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/spf13/cobra"
)

// resultsFile is the file that a run leaves in its folder.
const resultsFile = "results.txt"

// runOptions are the flags of the command run.
type runOptions struct {
	profile    string
	questions  []string
	strategies []string
	out        string
	force      bool
	seed       uint64
	isolate    bool
	budget     time.Duration
	peers      []string // name=addr
}

func newRun() *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Measures every strategy under the same load and says which to use",
		Long: `run measures every strategy under the same load and says which to use. There
are two kinds of load: fan-outs of tasks, and clients of an echo server.

Strategies take turns of about a millisecond in random order, so that host noise
hits all of them alike. The processes are restarted all the time. A server has a
process of its own, and takes turns of some tens of milliseconds.

run leaves a folder with results.txt, in the Go benchmark format, and report.html,
a page with answers, charts and tables. It prints the tables, and the answers
last.

Everything is measured at least once. Where that takes longer than --time, run
says so first.

` + exitHelp,
		Example: `  poolbench run
  poolbench run --profile standard --out results/mine
  poolbench run --question memory,stack
  poolbench run --strategy semaphore,ants,pond
  poolbench run --question server --peer mine=127.0.0.1:7007`,
		Args: noArguments,
		RunE: o.run,
	}
	f := cmd.Flags()
	f.StringVar(&o.profile, "profile", bench.Quick.Name, "how much to measure: quick, standard or full")
	f.StringSliceVar(&o.questions, "question", nil, "answer only these questions")
	f.StringSliceVar(&o.strategies, "strategy", nil, "compare only these strategies and servers (goroutines, the reference, stays)")
	f.StringArrayVar(&o.peers, "peer", nil, "measure a running echo server too: `name=host:port` (can be repeated)")
	f.StringVar(&o.out, "out", "", "folder for the results (default: a new one under results/local)")
	f.BoolVar(&o.force, "force", false, "use a folder that is not empty, and replace its results.txt")
	seedVar(f, &o.seed, "replay the order of turns and the inputs of the run with this `number`, if profile, strategies, questions and Python are the same (default: random)")
	f.BoolVar(&o.isolate, "isolate", false, "give every strategy a process of its own; they still take turns")
	f.DurationVar(&o.budget, "time", 0, "how long to measure (default: as the profile says)")
	requireNames(cmd, "profile", knownProfiles)
	requireNames(cmd, "question", knownQuestions)
	requireNames(cmd, "strategy", knownServed)
	require(cmd, "time", "want a duration above 0, such as 90s", func() bool { return o.budget > 0 })
	return cmd
}

// smokeVariable is the environment variable with which the tests that execute
// every documented command make a run as short as it can be.
const smokeVariable = "POOLBENCH_SMOKE"

func (o *runOptions) run(cmd *cobra.Command, _ []string) error {
	ctx, stderr := cmd.Context(), cmd.ErrOrStderr()
	if err := catalog.Validate(); err != nil {
		return err
	}
	profile := bench.Profiles[slices.Index(knownProfiles.names(), o.profile)]
	chosen, servers := chooseContenders(o.strategies)
	names, addresses, err := choosePeers(ctx, o.peers)
	if err != nil {
		return err
	}
	file, path, err := o.createResults()
	if err != nil {
		return err
	}
	python, version, err := peers.Python(ctx)
	if err != nil {
		fmt.Fprintf(stderr, "without the peers in Python: %v\n", err)
	}
	selection := bench.Selection{
		Strategies: withReference(chosen), Servers: servers, Named: len(o.strategies) > 0,
		Peers: names, Python: python, Questions: o.questions,
	}
	plan := &bench.Plan{
		Groups:      profile.Groups(selection),
		Peers:       addresses,
		Python:      python,
		Seed:        o.seed,
		Budget:      experiment.Budget{Time: profile.Time},
		Traffic:     experiment.Budget{Time: profile.Traffic},
		Calibration: work.Calibrate(),
		Results:     file,
		Child:       hostChild,
		Isolate:     o.isolate,
	}
	if o.budget > 0 {
		plan.Within(o.budget)
	}
	if os.Getenv(smokeVariable) != "" {
		plan.Groups, plan.Budget, plan.Traffic = plan.Groups[:1], experiment.Budget{Blocks: 1}, experiment.Budget{Blocks: 1}
	}
	if err := file.Head(head(profile, plan, selection, version)); err != nil {
		return err
	}
	bar := newProgress(stderr, plan.Time(), o.budget)
	plan.Progress = bar.show
	outcome, err := plan.Measure(ctx)
	bar.end()
	cut := errors.Is(err, context.Canceled)
	if cut {
		err = nil
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("%w (in %s)", err, path)
	}
	if cut && outcome.Measured == 0 {
		return &exitError{exitInterrupted, fmt.Errorf("interrupted before any of %d cells was measured", outcome.Cells)}
	}
	return o.tell(cmd, path, outcome, cut)
}

// tell prints what the results file holds, the answers last, and what went
// wrong.
func (o *runOptions) tell(cmd *cobra.Command, path string, outcome bench.Outcome, cut bool) error {
	set, err := results.Open(path)
	if err != nil {
		return err
	}
	e := question.NewEvidence(set)
	stdout, stderr := cmd.OutOrStdout(), cmd.ErrOrStderr()
	err = printProse(cmd, stdout, func(out io.Writer) error { return report.Text(out, e, o.questions...) })
	if err != nil {
		return fmt.Errorf("print the answers; the results are in %s: %w", path, err)
	}
	fmt.Fprintf(stdout, "\nResults: %s\n", path)
	where, err := writePage(cmd, path, e, o.questions)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Report:  %s (open it in a browser)\n", where)
	for _, failure := range outcome.Failures {
		fmt.Fprintf(stderr, "poolbench: given up: %v\n", failure)
	}
	switch {
	case cut:
		return &exitError{exitInterrupted, fmt.Errorf("interrupted: %d of %d cells are measured, in %s", outcome.Measured, outcome.Cells, path)}
	case len(outcome.Failures) > 0:
		return bad(fmt.Errorf("%d of %d cells failed, as said above", len(outcome.Failures), outcome.Cells))
	}
	return nil
}

// withReference makes sure that there is something to compare with.
func withReference(chosen []*strategies.Strategy) []*strategies.Strategy {
	return slices.DeleteFunc(slices.Clone(variants), func(s *strategies.Strategy) bool {
		return s.Name != bench.Reference && !slices.Contains(chosen, s)
	})
}

// createResults makes the results file in the folder that the flags ask for,
// which must be new or empty.
func (o *runOptions) createResults() (*results.Writer, string, error) {
	dir := o.out
	if dir == "" {
		dir = filepath.Join("results", "local", time.Now().UTC().Format("20060102T150405.000Z"))
	}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, "", fmt.Errorf("make the folder for the results; choose another with --out: %w", err)
		}
	case err != nil:
		return nil, "", fmt.Errorf("look into the folder for the results; choose another with --out: %w", err)
	case len(entries) > 0 && !o.force:
		return nil, "", fmt.Errorf("--out %s is not empty: choose another folder, or add --force to replace its results.txt", dir)
	}
	path := filepath.Join(dir, resultsFile)
	if o.force {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, "", fmt.Errorf("replace the results: %w", err)
		}
	}
	file, err := results.Create(path)
	return file, path, err
}
