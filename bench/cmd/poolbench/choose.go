package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/advisor"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/guarantee"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/table"
	carried "github.com/poolbench/poolbench/results/reference"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/spf13/cobra"
)

// chooseOptions are the flags of the command choose.
type chooseOptions struct {
	grain      time.Duration
	tasks      string
	limit      int
	submitters int
	blocking   bool
	cpu        bool
	needs      []string
	results    string
	json       bool
}

func newChoose() *cobra.Command {
	var o chooseOptions
	var b strings.Builder
	for _, g := range guarantee.All {
		fmt.Fprintf(&b, "  %-11s %s\n", g.Name, g.Doc)
	}
	cmd := &cobra.Command{
		Use:   "choose",
		Short: "Names the strategies that fit a case, ranked by the closest comparison",
		Long: `choose names the strategies whose proved guarantees fit a case, by default or with
an option of their library, and says why the others are ruled out. It ranks them by the one comparison that was measured
nearest to the case. Where none is near, it ranks nothing and says what is known:
how far away the nearest is, and from what length of a task on no pool is
measurably faster than go f().

The figures are those of --results. Without it they are those of the newest run
under results/local or, where there is none, of the reference run that this
program carries, which was made on another machine; the output says which.

What --need can name:
` + b.String() + "\n" + exitHelp,
		Example: `  poolbench choose --grain 5us --tasks 1e5 --limit 64
  poolbench choose --grain 20ms --blocking --limit 100 --need cancel,panic`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("results") && o.results == "" {
				return fmt.Errorf("--results names no file: give one, or leave the flag out")
			}
			if err := exclude(cmd, "blocking", "cpu", "a task waits or computes"); err != nil {
				return err
			}
			return interruptible(cmd.Context(), func() error { return o.run(cmd) })
		},
	}
	f := cmd.Flags()
	f.DurationVar(&o.grain, "grain", time.Microsecond, "how long one task takes")
	f.StringVar(&o.tasks, "tasks", "1000", "how many tasks come in a burst, such as 1000 or `1e5`")
	wholeVar(f, &o.limit, "limit", 0, "how many may run at once (default: no limit)")
	wholeVar(f, &o.submitters, "submitters", 1, "how many goroutines submit")
	f.BoolVar(&o.blocking, "blocking", false, "tasks wait, as for a network or a disk")
	f.BoolVar(&o.cpu, "cpu", false, "tasks compute (default)")
	f.StringSliceVar(&o.needs, "need", nil, "guarantees that the case needs, separated by commas")
	f.StringVar(&o.results, "results", "", "use the results in this `file`")
	f.BoolVar(&o.json, "json", false, "print JSON")
	require(cmd, "grain", "want a duration from 0 on, such as 5us", func() bool { return o.grain >= 0 })
	require(cmd, "limit", "want a number from 1 on, or leave the flag out for no limit", func() bool { return o.limit >= 0 })
	require(cmd, "submitters", "want a number from 1 on", func() bool { return o.submitters >= 1 })
	requireNames(cmd, "need", knownNeeds)
	return cmd
}

func (o *chooseOptions) run(cmd *cobra.Command) error {
	c, err := o.caseOf()
	if err != nil {
		return err
	}
	set, source, err := o.figures(cmd)
	if err != nil {
		return err
	}
	e := question.NewEvidence(set)
	data, err := advisor.Gather(catalog.All, e)
	if err != nil {
		return err
	}
	advice, source := data.Advise(c), source+advisor.Source(e)
	document := struct {
		Case    advisor.Case `json:"case"`
		Figures string       `json:"figures"` // where they are from
		advisor.Advice
	}{c, source, advice}
	return printEither(cmd, o.json, document, func(out io.Writer) error { return writeAdvice(out, c, advice, source) })
}

// caseOf reads the case from the flags.
func (o *chooseOptions) caseOf() (advisor.Case, error) {
	if text := guarantee.Contradiction(o.needs); text != "" {
		return advisor.Case{}, fmt.Errorf("--need %s: %s; leave one out", strings.Join(o.needs, ","), text)
	}
	tasks, err := strconv.ParseFloat(o.tasks, 64)
	if err != nil || !(tasks >= 1 && tasks <= 1e12) || tasks != float64(int64(tasks)) {
		return advisor.Case{}, fmt.Errorf("--tasks %s: want a whole number from 1 to 1e12, such as 1000 or 1e5", o.tasks)
	}
	return advisor.Case{
		Grain: float64(o.grain), Tasks: int(tasks), Limit: o.limit, Submitters: o.submitters, Waiting: o.blocking, Needs: o.needs,
	}, nil
}

// figures returns the results to go by, and what they are.
func (o *chooseOptions) figures(cmd *cobra.Command) (*results.Set, string, error) {
	path := o.results
	if path == "" {
		path = newest(filepath.Join("results", "local", "*", "results.txt"))
	}
	if path != "" {
		set, err := readResults(cmd, path)
		if err != nil {
			return nil, "", err
		}
		return set, set.File, set.OneMachine()
	}
	set, err := results.Read(bytes.NewReader(carried.Results), "the reference run")
	return set, `the reference run that this program carries ("poolbench run" measures this machine)`, err
}

// newest returns the file of a pattern that was changed last, or "".
func newest(pattern string) (path string) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return ""
	}
	var last time.Time
	for _, file := range files {
		if info, err := os.Stat(file); err == nil && info.ModTime().After(last) {
			path, last = file, info.ModTime()
		}
	}
	return path
}

// writeAdvice writes what fits, and what does not.
func writeAdvice(out io.Writer, c advisor.Case, a advisor.Advice, source string) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "The case: %s.\nFigures: %s.\n\n", inWords(c), source)
	if len(a.Excluded) > 0 {
		excluded := table.Table{Title: "Ruled out:", Head: []string{"STRATEGY", "WHY"}}
		for _, e := range a.Excluded {
			excluded.Add(e.Name, strings.Join(e.Reasons, "; "))
		}
		if err := excluded.Text(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	if len(a.Ranked) > 0 {
		ranked := table.Table{Head: []string{"STRATEGY", "TIME, TO go f()", "95 % INTERVAL", "N", ""}}
		for _, r := range a.Ranked {
			remark := ""
			if r.Tied {
				remark = "tied"
			}
			ranked.Add(r.Label(), claim.Ratio(r.Ratio)+"x", interval(r.Figure), strconv.Itoa(r.N), remark)
		}
		if err := ranked.Text(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	if len(a.Eligible) > 0 {
		fmt.Fprintf(w, "Eligible, unmeasured: %s.\n", strings.Join(a.Eligible, ", "))
	}
	fmt.Fprintln(w, a.Lead())
	for _, note := range a.Notes {
		fmt.Fprintln(w, note)
	}
	return w.Flush()
}

// inWords says what a case is.
func inWords(c advisor.Case) string {
	does, limit, submitters := "compute", "without a limit", "one goroutine"
	if c.Waiting {
		does = "wait"
	}
	if c.Limit > 0 {
		limit = fmt.Sprintf("at most %d at once", c.Limit)
	}
	if c.Submitters > 1 {
		submitters = fmt.Sprintf("%d goroutines", c.Submitters)
	}
	tasks := fmt.Sprintf("%d tasks that %s for %s", c.Tasks, does, advisor.Span(c.Grain))
	if c.Grain == 0 {
		tasks = fmt.Sprintf("%d empty tasks", c.Tasks)
	}
	text := fmt.Sprintf("%s, submitted by %s, %s", tasks, submitters, limit)
	if len(c.Needs) > 0 {
		text += "; it needs " + strings.Join(c.Needs, ", ")
	}
	return text
}

func interval(c advisor.Figure) string {
	if c.High == 0 {
		return "too few processes"
	}
	return fmt.Sprintf("[%s, %s]", claim.Ratio(c.Low), claim.Ratio(c.High))
}
