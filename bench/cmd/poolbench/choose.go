package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/poolbench/poolbench/bench/choice"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
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
}

func newChoose() *cobra.Command {
	var o chooseOptions
	var b strings.Builder
	for _, n := range choice.Needs {
		fmt.Fprintf(&b, "  %-9s %s\n", n.Slug, n.Doc)
	}
	cmd := &cobra.Command{
		Use:   "choose",
		Short: "Names the strategies that fit a case, ranked by what was measured nearest to it",
		Long: `choose names the strategies whose proved promises fit a case, ranked by what was
measured nearest to it, and says why the others do not fit.

The figures are those of --results. Without it they are those of the newest run
under results/local or, where there is none, of the reference run that this
program carries, which was made on another machine; the output says which.

What --need can name:
` + b.String() + "\n" + exitHelp,
		Example: `  poolbench choose --grain 5us --tasks 1e5 --limit 64
  poolbench choose --grain 20ms --blocking --limit 100 --need cancel,panic`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := refuseEmpty(cmd, "need", o.needs); err != nil {
				return err
			}
			if cmd.Flags().Changed("results") && o.results == "" {
				return fmt.Errorf("--results names no file: give one, or leave the flag out")
			}
			if err := exclude(cmd, "blocking", "cpu", "a task waits or computes"); err != nil {
				return err
			}
			return o.run(cmd)
		},
	}
	f := cmd.Flags()
	f.DurationVar(&o.grain, "grain", time.Microsecond, "how long one task takes")
	f.StringVar(&o.tasks, "tasks", "1000", "how many tasks come in a burst, such as 1000 or `1e5`")
	wholeVar(f, &o.limit, "limit", 0, "how many may run at once (default: no limit)")
	wholeVar(f, &o.submitters, "submitters", 1, "how many goroutines submit")
	f.BoolVar(&o.blocking, "blocking", false, "tasks wait, as for a network or a disk")
	f.BoolVar(&o.cpu, "cpu", false, "tasks compute (default)")
	f.StringSliceVar(&o.needs, "need", nil, "what the case cannot do without, separated by commas")
	f.StringVar(&o.results, "results", "", "a results `file` with the figures to go by")
	complete(cmd, "need", oneOrMore, knownNeeds)
	return cmd
}

func (o *chooseOptions) run(cmd *cobra.Command) error {
	c, err := o.caseOf()
	if err != nil {
		return err
	}
	set, source, err := o.figures()
	if err != nil {
		return err
	}
	e := question.NewEvidence(set)
	data, err := choice.Gather(catalog.All, e)
	if err != nil {
		return err
	}
	return printText(cmd, func(out io.Writer) error {
		return writeChoice(out, c, data.Choose(c), source+machineOf(e))
	})
}

// caseOf reads the case from the flags.
func (o *chooseOptions) caseOf() (choice.Case, error) {
	for _, need := range o.needs {
		if !slices.Contains(choice.Slugs(), need) {
			return choice.Case{}, unknown("need", need, choice.Slugs())
		}
	}
	tasks, err := strconv.ParseFloat(o.tasks, 64)
	switch {
	case err != nil || !(tasks >= 1 && tasks <= 1e12) || tasks != float64(int64(tasks)):
		return choice.Case{}, fmt.Errorf("--tasks %s: want a whole number from 1 to 1e12, such as 1000 or 1e5", o.tasks)
	case o.grain < 0:
		return choice.Case{}, fmt.Errorf("--grain %v: want a duration from 0 on, such as 5us", o.grain)
	case o.limit < 0:
		return choice.Case{}, fmt.Errorf("--limit %d: want a number from 1 on, or leave the flag out for no limit", o.limit)
	case o.submitters < 1:
		return choice.Case{}, fmt.Errorf("--submitters %d: want a number from 1 on", o.submitters)
	}
	return choice.Case{
		Grain: float64(o.grain), Tasks: int(tasks), Limit: o.limit, Submitters: o.submitters, Blocking: o.blocking, Needs: o.needs,
	}, nil
}

// figures returns the results to go by, and what they are.
func (o *chooseOptions) figures() (*results.Set, string, error) {
	path := o.results
	if path == "" {
		path = newest(filepath.Join("results", "local", "*", "results.txt"))
	}
	if path != "" {
		path = resultsIn(path)
		set, err := results.Open(path)
		return set, path, err
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

// machineOf says where results are from, as far as they say.
func machineOf(e *question.Evidence) string {
	var words []string
	for _, key := range []string{"cpu", "go", "runstamp"} {
		if value := e.Setting(key); value != "" {
			words = append(words, value)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return ": " + strings.Join(words, ", ")
}

// writeChoice writes what fits, and what does not.
func writeChoice(out io.Writer, c choice.Case, r choice.Result, source string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "The case: %s.\nFigures: %s.\n\n", inWords(c), source)
	if len(r.Ranked) == 0 {
		b.WriteString("Nothing that was measured fits this case: leave out a need, or measure more with poolbench run.\n")
	} else {
		if first := r.Ranked[0]; first.Gap == "" {
			b.WriteString("Exactly this case was measured.\n\n")
		} else {
			fmt.Fprintf(&b, "The nearest that was measured is %v doublings away: %s.\n\n", first.Distance, first.Gap)
		}
		table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "STRATEGY\tTIME, TO go f()\t95 % INTERVAL\tN\t")
		for _, ranked := range r.Ranked {
			fmt.Fprintf(table, "%s\t%sx\t%s\t%d\t%s\n", ranked.Name, question.Short(ranked.Cell.Ratio), interval(ranked.Cell), ranked.Cell.N, remark(ranked))
		}
		table.Flush() // into memory
	}
	if len(r.Unmeasured) > 0 {
		fmt.Fprintf(&b, "\nThey fit, and no such task was measured with them: %s.\n", strings.Join(r.Unmeasured, ", "))
	}
	if len(r.Dropped) > 0 {
		b.WriteString("\nDo not fit:\n")
		table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, d := range r.Dropped {
			fmt.Fprintf(table, "%s\t%s\n", d.Name, strings.Join(d.Reasons, "; "))
		}
		table.Flush()
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// inWords says what a case is.
func inWords(c choice.Case) string {
	does, limit, submitters := "compute", "without a limit", "one goroutine"
	if c.Blocking {
		does = "wait"
	}
	if c.Limit > 0 {
		limit = fmt.Sprintf("at most %d at once", c.Limit)
	}
	if c.Submitters > 1 {
		submitters = fmt.Sprintf("%d goroutines", c.Submitters)
	}
	text := fmt.Sprintf("%d tasks that %s for %s, submitted by %s, %s", c.Tasks, does, choice.Span(c.Grain), submitters, limit)
	if len(c.Needs) > 0 {
		text += "; with " + strings.Join(c.Needs, ", ")
	}
	return text
}

func interval(c choice.Cell) string {
	if c.High == 0 {
		return "too few processes"
	}
	return fmt.Sprintf("[%s, %s]", question.Short(c.Low), question.Short(c.High))
}

// remark says how far a figure holds for the case.
func remark(r choice.Ranked) string {
	switch {
	case !r.Nearest && r.Gap == "":
		return "measured in another comparison"
	case !r.Nearest:
		return fmt.Sprintf("measured only in another comparison, %v doublings away: %s", r.Distance, r.Gap)
	case r.Level:
		return "not told apart from the first"
	}
	return ""
}
