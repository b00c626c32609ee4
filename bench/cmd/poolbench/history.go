package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/history"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/spf13/cobra"
)

func newHistory() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "history",
		Short: "Keeps results by commit, and finds when they changed",
		Long: `history keeps the results of each commit as ratios to a reference, and finds the
commits at which they changed. It only informs: it never fails a build.

` + exitHelp,
	}
	refuseUnknown(cmd, "command")
	cmd.AddCommand(newHistoryAdd(), newHistoryShow())
	return cmd
}

// defaultHistory is where records go unless --dir says otherwise.
var defaultHistory = filepath.Join("results", "history")

// addOptions are the flags of the command history add.
type addOptions struct {
	dir, commit, machine, made, reference, base string
}

func newHistoryAdd() *cobra.Command {
	var o addOptions
	cmd := &cobra.Command{
		Use:   "add RESULTS...",
		Short: "Adds the results of one commit",
		Long: `add puts the results of one commit into the history. It keeps ratios to a
reference that was measured in the same job, because times of different days
cannot be compared. The results of "poolbench run" hold these ratios. For other
results, --reference names a benchmark in them, or --base the results of a build
that stays the same, such as the base.txt of "poolbench gate".

The lines of a benchmark and of its reference are compared one by one. So run them
close in time: all benchmarks once, five times over (-count 1), and not each of
them five times (-count 5).

A record is a file of its own and never changes. Adding the same results again
changes nothing.

` + exitHelp,
		Example: `  poolbench history add results/mine/results.txt
  poolbench history add new.txt --commit 1a2b3c4 --reference BenchmarkBaseline
  poolbench history add head.txt --base base.txt --commit 1a2b3c4`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s takes one or more results files, got none; see %q", cmd.CommandPath(), cmd.CommandPath()+" --help")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := refuseTwice(append(slices.Clip(args), o.base)...); err != nil {
				return err
			}
			return interruptible(cmd.Context(), func() error { return o.add(cmd, args) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.dir, "dir", defaultHistory, "folder of the history, such as one in a worktree of another branch")
	f.StringVar(&o.commit, "commit", "", "commit that was measured, or a revision of it (default: as in the results)")
	f.StringVar(&o.machine, "machine", "", "class of the machine; records of different classes are never mixed (default: from the system and the CPUs that the results name)")
	f.StringVar(&o.made, "time", "", "when the commit was made, as in 2026-01-15T12:00:00Z (default: commit-time in the results, else the date in git, else when they were measured)")
	f.StringVar(&o.reference, "reference", "", "benchmark to take ratios to; with --base, a name for that build")
	f.StringVar(&o.base, "base", "", "results file of a build that stays the same, measured in the same job")
	strictFlag(cmd)
	return cmd
}

func (o *addOptions) add(cmd *cobra.Command, paths []string) error {
	stdout, stderr := cmd.OutOrStdout(), cmd.ErrOrStderr()
	job, err := jobOf(cmd, paths...)
	if err != nil {
		return err
	}
	ratios, err := o.ratios(cmd, job)
	if err != nil {
		return err
	}
	record := &history.Record{
		Reference: ratios.Reference,
		Settings:  make(map[string]string),
		Cells:     ratios.Cells,
	}
	for _, key := range history.Kept {
		if value := strings.Join(strings.Fields(job.Settings[key]), " "); value != "" {
			record.Settings[key] = value
		}
	}
	if err := o.name(record, job); err != nil {
		return err
	}
	from, err := o.date(record, job)
	if err != nil {
		return err
	}
	path, err := history.Add(o.dir, record)
	switch {
	case errors.Is(err, history.ErrPresent):
		fmt.Fprintf(stdout, "%s is there already, with the same in it\n", path)
		return nil
	case err != nil:
		return err
	}
	if n := len(ratios.LeftOut); n > 0 {
		fmt.Fprintf(stderr, "poolbench: %d cells have no ratio of time and are left out, such as %s\n", n, ratios.LeftOut[0])
	}
	for i, odd := range ratios.Odd {
		if i == mostOdd {
			fmt.Fprintf(stderr, "poolbench: and %d more cells are left out\n", len(ratios.Odd)-i)
			break
		}
		fmt.Fprintf(stderr, "poolbench: left out: %v\n", odd)
	}
	fmt.Fprintf(stdout, "added %s: %d cells of %s, in its order by %s\n", path, len(record.Cells), record.Commit, from)
	return nil
}

// mostOdd is how many cells that are left out are named.
const mostOdd = 10

// jobOf reads the results of one job.
func jobOf(cmd *cobra.Command, paths ...string) (*history.Job, error) {
	var sets []*results.Set
	for _, path := range paths {
		set, err := readResults(cmd, path)
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	return history.NewJob(sets...)
}

// ratios takes the ratios as the flags say.
func (o *addOptions) ratios(cmd *cobra.Command, job *history.Job) (history.Multiples, error) {
	if o.base != "" {
		base, err := jobOf(cmd, o.base)
		if err != nil {
			return history.Multiples{}, err
		}
		name := cmp.Or(o.reference, base.Settings["commit"])
		if name == "" {
			return history.Multiples{}, fmt.Errorf("%s names no commit: name that build with --reference", o.base)
		}
		return job.RatiosToBuild(base, name)
	}
	if o.reference == "" {
		ratios, err := job.Ratios()
		if err != nil {
			return ratios, fmt.Errorf("%w; see --reference and --base", err)
		}
		return ratios, nil
	}
	ratios, err := job.RatiosTo(o.reference)
	var none *history.UnknownReference
	if errors.As(err, &none) {
		return ratios, unknown("benchmark", strings.TrimPrefix(none.Name, "Benchmark"), none.Known)
	}
	return ratios, err
}

// name fills in which commit and which machine a record is of.
func (o *addOptions) name(record *history.Record, job *history.Job) (err error) {
	record.Commit = commitOf(o.commit)
	if record.Commit == "" {
		switch said := job.Settings["commit"]; {
		case said == "":
			return errors.New("the results do not say which commit was measured: name it with --commit")
		case strings.Contains(said, " "), said == "(devel)":
			return fmt.Errorf("the results are of %q, which is no commit: name one with --commit", said)
		default:
			record.Commit = said
		}
	}
	record.Machine = o.machine
	if record.Machine == "" {
		if record.Machine, err = job.MachineClass(); err != nil {
			return fmt.Errorf("%w with --machine", err)
		}
	}
	return nil
}

// showOptions are the flags of the command history show.
type showOptions struct {
	dir, cell, machine, unit, svg string
	json, all                     bool
}

// fewSeries is how many series are all shown, also those without a change.
const fewSeries = 24

func newHistoryShow() *cobra.Command {
	var o showOptions
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Prints each benchmark over time, and the commits at which it changed",
		Long: fmt.Sprintf(`show prints each benchmark from commit to commit, and the commits at which it
changed. A change must last for %d builds and be %.0f %% or more; of allocs/op, one
allocation is enough. show searches the last %d builds. Where nothing changed, the
probability that it reports any change is %.0f %% at most.

`, history.ShortestLevel, 100*(history.SmallestRatio-1), history.Longest, 100*history.FalseAlarms) + exitHelp,
		Example: `  poolbench history show
  poolbench history show --cell 'work=spin.*strategy=ants' --svg ants.svg
  poolbench history show --machine linux-amd64-2cpu --json`,
		Args: noArguments,
		RunE: o.show,
	}
	f := cmd.Flags()
	f.StringVar(&o.dir, "dir", defaultHistory, "folder of the history")
	f.StringVar(&o.cell, "cell", "", "only benchmarks whose name matches this regular expression")
	f.StringVar(&o.machine, "machine", "", "only this class of machine")
	f.StringVar(&o.unit, "unit", history.Ratios[0], "what to show: the ratio of time or of CPU time, or what is allocated, one of "+strings.Join(history.Units(), ", "))
	f.BoolVar(&o.all, "all", false, fmt.Sprintf("show series without a change too, also where there are more than %d", fewSeries))
	f.BoolVar(&o.json, "json", false, "print JSON: an array with an object for each series")
	f.StringVar(&o.svg, "svg", "", "draw the series into this `file` too")
	requireNames(cmd, "unit", these(history.Units()...))
	complete(cmd, "machine", func() []string { return machines(o.dir) })
	return cmd
}

func (o *showOptions) show(cmd *cobra.Command, _ []string) error {
	pattern, err := regexp.Compile(o.cell)
	if err != nil {
		return fmt.Errorf("--cell %s: %w", o.cell, err)
	}
	series, err := o.series(pattern)
	if err != nil {
		return err
	}
	findings, err := history.Find(series)
	if err != nil {
		return err
	}
	if o.svg != "" {
		if err := writeWhole(o.svg, func(out io.Writer) error { return history.SVG(out, findings) }); err != nil {
			return fmt.Errorf("draw the history into %s: %w", o.svg, err)
		}
	}
	if o.json {
		return history.JSON(cmd.OutOrStdout(), findings)
	}
	return printText(cmd, func(out io.Writer) error {
		return history.Text(out, findings, o.all || len(findings) <= fewSeries)
	})
}

// series reads the history and keeps what the flags ask for.
func (o *showOptions) series(pattern *regexp.Regexp) ([]history.Series, error) {
	records, err := history.Read(o.dir)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(records) == 0 {
		return nil, fmt.Errorf("there is no history in %s: add results with \"poolbench history add\", or name its folder with --dir", o.dir)
	}
	if err != nil {
		return nil, err
	}
	if o.machine != "" {
		var machines []string
		for _, r := range records {
			machines = append(machines, r.Machine)
		}
		slices.Sort(machines)
		if err := oneOf("machine", o.machine, slices.Compact(machines)); err != nil {
			return nil, err
		}
		records = slices.DeleteFunc(records, func(r *history.Record) bool { return r.Machine != o.machine })
	}
	all := history.SeriesOf(records, o.unit)
	kept := slices.DeleteFunc(slices.Clone(all), func(s history.Series) bool { return !pattern.MatchString(s.Cell) })
	switch {
	case len(all) == 0:
		return nil, fmt.Errorf("no record in %s has %s", o.dir, o.unit)
	case len(kept) == 0:
		return nil, fmt.Errorf("no benchmark of %d in %s matches --cell %s; one is %s", len(all), o.dir, o.cell, all[0].Cell)
	}
	return kept, nil
}
