package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/compare"
	"github.com/poolbench/poolbench/bench/history"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/report/page"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/table"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/spf13/cobra"
)

// reportOptions are the flags of the command report.
type reportOptions struct {
	questions []string
	format    string
	out       string
	compare   bool
	units     []string
	filter    string
	smallest  float64
	ignore    []string
}

func newReport() *cobra.Command {
	var o reportOptions
	cmd := &cobra.Command{
		Use:   "report FILE...",
		Short: "Builds a report from result files",
		Long: `report prints tables and answers, or writes a page with charts. It reads files
in the Go benchmark format: the results.txt of "poolbench run", or the output of
"go test -bench", also with -json, in UTF-16, or compressed with gzip. - is
standard input. The folder of a run stands for the results.txt in it. Several
files are reported side by side, and so are the machines of a file that was joined
from several. A history, or records of one, adds what changed at which commits.
Lines that cannot be read are skipped and listed.

Text goes to the terminal with the answers last, fitted to its width.

With --compare the second file is compared with the first: every benchmark that
both have, by package, name and number of CPUs, in every unit that both have. A
rank-sum test decides, corrected for the number of benchmarks in each unit.
"better" and "worse" follow the unit, or a line such as "Unit score better=higher"
in a file; "higher" and "lower" mean that neither says. A file without packages is
matched by name. Where nothing can be compared, the exit code is 3.

The columns of --compare --format csv, in this order: machine (empty unless there
are several), package, benchmark, cpus, unit, better (lower or higher), base,
base_low, base_high, base_n, head, head_low, head_high, head_n (medians, their
95 % intervals and how many values), ratio, ratio_low, ratio_high (head to base),
difference, difference_low, difference_high (head minus base), p, p_adjusted,
verdict, reason. What there is none of is empty. JSON has the same in "changes".

` + exitHelp,
		Example: `  poolbench report results/reference/results.txt
  poolbench report results/reference/results.txt -o report.html
  poolbench report results/quick/results.txt results/reference/results.txt --format csv
  poolbench report --compare base.txt head.txt --format markdown
  go test -bench . -count 10 | poolbench report --compare base.txt - --unit ns/op --filter Encode
  poolbench report results/reference/results.txt results/history -o report.html`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return fmt.Errorf("%s takes one results file or several, got none; see %q", cmd.CommandPath(), cmd.CommandPath()+" --help")
			case o.compare && len(args) != 2:
				return fmt.Errorf("%s --compare takes two results files, base and head, got %d", cmd.CommandPath(), len(args))
			}
			if err := exclude(cmd, "compare", "question", "a comparison answers no question; choose benchmarks with --filter and units with --unit"); err != nil {
				return err
			}
			for _, name := range []string{"unit", "filter", "smallest"} {
				if !o.compare && cmd.Flags().Changed(name) {
					return fmt.Errorf("--%s is for --compare: add that, or leave --%s out", name, name)
				}
			}
			return refuseTwice(args...)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.chooseFormat(cmd.Flags().Changed("format")); err != nil {
				return err
			}
			return interruptible(cmd.Context(), func() error { return o.run(cmd, args) })
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.questions, "question", nil, "answer only these questions")
	f.StringVar(&o.format, "format", "text", "text, markdown, csv, json or html (default: as the name of --output ends)")
	f.StringVarP(&o.out, "output", "o", "", "write to this `file` instead of the terminal")
	f.BoolVar(&o.compare, "compare", false, "compare the second file with the first, benchmark by benchmark")
	f.StringSliceVar(&o.units, "unit", nil, "compare only these units, such as ns/op (default: all that both files have)")
	f.StringVar(&o.filter, "filter", "", "compare only benchmarks whose name matches this `regexp`")
	f.Float64Var(&o.smallest, "smallest", claim.Negligible, "smallest change to report, 0.05 for 5 %")
	f.StringSliceVar(&o.ignore, "ignore", nil, "do not keep apart what differs in these: "+strings.Join(ignorable, ", "))
	strictFlag(cmd)
	require(cmd, "smallest", "want a share from 0 to 1, such as 0.05 for 5 %", func() bool { return o.smallest >= 0 && o.smallest < 1 })
	require(cmd, "unit", "", func() bool { return true })
	requireNames(cmd, "question", knownQuestions)
	requireNames(cmd, "format", these(reportFormats...))
	requireNames(cmd, "ignore", these(ignorable...))
	return cmd
}

// resultsIn returns the results file of a folder that poolbench run left, and any
// other path as it is.
func resultsIn(path string) string {
	if file := filepath.Join(path, resultsFile); isFolder(path) && !isFolder(file) {
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return path
}

// noResults is the error for a folder without results.
func noResults(folder string) error {
	return fmt.Errorf("%s is a folder with neither %s nor a history in it: name a results file, or the folder that poolbench run left", folder, resultsFile)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

var reportFormats = []string{"text", "markdown", "csv", "json", "html"}

// endings are the formats that the name of a file asks for.
var endings = map[string]string{".html": "html", ".htm": "html", ".md": "markdown", ".csv": "csv", ".json": "json", ".txt": "text"}

// chooseFormat finds the format that the flags name. The name of a file and
// --format must not ask for two.
func (o *reportOptions) chooseFormat(given bool) error {
	if o.out == "" {
		return nil
	}
	ending := strings.ToLower(filepath.Ext(o.out))
	switch named := endings[ending]; {
	case given && named != "" && named != o.format:
		return fmt.Errorf("--output %s asks for %s and --format for %s: leave --format out, or end the name otherwise", o.out, named, o.format)
	case given:
		return nil
	case named == "":
		return fmt.Errorf("--output %s: its ending names no format; add --format, one of %s", o.out, strings.Join(reportFormats, ", "))
	default:
		o.format = named
		return nil
	}
}

// ignorable are the settings that results can be pooled over.
var ignorable = append([]string{"pkg"}, results.MachineKeys...)

func (o *reportOptions) run(cmd *cobra.Command, files []string) error {
	in, err := o.read(cmd, files)
	if err != nil {
		return err
	}
	stdout := cmd.OutOrStdout()
	if o.out == "" {
		err = o.print(cmd, stdout, in)
	} else if err = o.printFile(cmd, in, "choose another place with --output"); err == nil {
		_, err = fmt.Fprintf(stdout, "Report: %s\n", o.out)
	}
	if err != nil {
		return err
	}
	return in.nothing()
}

// printFile writes the report into its file.
func (o *reportOptions) printFile(cmd *cobra.Command, in reportInput, advice string) error {
	err := writeWhole(o.out, func(out io.Writer) error { return o.print(cmd, out, in) })
	if err != nil {
		return fmt.Errorf("write the report; %s: %w", advice, err)
	}
	return nil
}

// writeWhole makes the whole of a file before it writes any of it.
func writeWhole(path string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, b.Bytes(), 0o644) // a terminal or a pipe stays what it is
	}
	// On a full disk the file that was there stays as it was.
	part := path + ".part"
	err := os.WriteFile(part, b.Bytes(), 0o644)
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		_ = os.Remove(part)
	}
	return err
}

// A reportInput is what a report is made of.
type reportInput struct {
	runs     []report.Run       // each of one machine
	compared *report.Comparison // nil: nothing is compared
	timeline *report.Timeline   // nil: there is no history
}

// nothing is the error for a comparison in which nothing could be compared.
func (in reportInput) nothing() error {
	if in.compared == nil || in.compared.Nothing == "" {
		return nil
	}
	return &exitError{exitUnmeasurable, fmt.Errorf("nothing can be compared: %s", in.compared.Nothing)}
}

// read reads every file once.
func (o *reportOptions) read(cmd *cobra.Command, files []string) (in reportInput, err error) {
	var folders []string // of a history
	past := ""           // what is of a history
	var records []*history.Record
	var sides [][]report.Run
	for _, file := range files {
		if file = resultsIn(file); isFolder(file) {
			switch is, err := history.Holds(file); {
			case err != nil:
				return in, err
			case is:
				folders, past = append(folders, file), file
				continue
			}
			return in, noResults(file)
		}
		set, err := readResults(cmd, file)
		if err != nil {
			return in, err
		}
		if history.IsRecord(set) {
			record, err := history.NewRecord(set)
			if err != nil {
				return in, err
			}
			records, past = append(records, record), file
			continue
		}
		if len(o.ignore) > 0 {
			set = set.Without(o.ignore...)
		}
		sides = append(sides, runsOf(set))
	}
	in.runs = slices.Concat(sides...)
	switch {
	case o.compare && past != "":
		return in, fmt.Errorf("--compare takes results files, and %s is of a history, which compares by itself: leave --compare out", past)
	case o.compare:
		in.compared, err = o.comparison(sides[0], sides[1])
	case past != "" && o.format == "csv":
		err = fmt.Errorf("%s is of a history, which has no format csv: take json", past)
	case past != "":
		var all []*history.Record
		if all, err = history.Load(folders...); err == nil {
			in.timeline, err = report.NewTimeline(history.InOrder(append(all, records...)))
		}
	}
	return in, err
}

// runsOf are the results of a file, machine by machine.
func runsOf(set *results.Set) (runs []report.Run) {
	parts := set.Split()
	for _, part := range parts {
		if kinds := kindsIn(part); kinds != "" && part.Setting("kinds") == "" {
			part.Settings = append(slices.Clip(part.Settings), results.Setting{Key: "kinds", Value: kinds})
		}
		name := part.File
		if len(parts) > 1 {
			name += " (" + part.Machine() + ")"
		}
		runs = append(runs, report.Run{Name: name, Evidence: question.NewEvidence(part)})
	}
	return runs
}

// comparison compares the results of two files as the flags ask.
func (o *reportOptions) comparison(base, head []report.Run) (*report.Comparison, error) {
	choice := compare.Choice{Units: o.units}
	if o.filter != "" {
		var err error
		if choice.Filter, err = regexp.Compile(o.filter); err != nil {
			return nil, fmt.Errorf("--filter %s: %w", o.filter, err)
		}
	}
	var sets []*results.Set
	for _, run := range slices.Concat(base, head) {
		sets = append(sets, run.Evidence.Measured())
	}
	if err := o.check(choice, sets); err != nil {
		return nil, err
	}
	c := report.Compare(base, head, o.smallest, choice)
	return &c, nil
}

// check refuses what no file holds.
func (o *reportOptions) check(choice compare.Choice, sets []*results.Set) error {
	known := compare.Units(sets...)
	for _, unit := range o.units {
		wanted, _ := results.Canonical(unit)
		if !slices.ContainsFunc(known, func(u string) bool { name, _ := results.Canonical(u); return name == wanted }) {
			return unknown("unit", unit, known)
		}
	}
	for _, set := range sets {
		if slices.ContainsFunc(set.Cells, choice.Takes) {
			return nil
		}
	}
	return fmt.Errorf("no benchmark matches --filter %s; one is %s", o.filter, sets[0].Cells[0].Label())
}

// kindsIn tells the kinds of the catalog's strategies and servers that results
// are of. What "go test" printed does not say that one is a floor and another
// no pool.
func kindsIn(set *results.Set) string {
	var names []string
	for _, cell := range set.Cells {
		names = append(names, cell.Keys["strategy"])
	}
	chosen, servers := chooseContenders(slices.Compact(names))
	return bench.Kinds(bench.Selection{Strategies: chosen, Servers: servers})
}

// print writes the report in its format, and fits text to the terminal.
func (o *reportOptions) print(cmd *cobra.Command, out io.Writer, in reportInput) error {
	write := func(out io.Writer) error { return o.write(out, in) }
	if o.format == "text" {
		return printProse(cmd, out, write)
	}
	return write(out)
}

// write writes the report in its format.
func (o *reportOptions) write(out io.Writer, in reportInput) error {
	runs, timeline := in.runs, in.timeline
	if o.format == "html" {
		return page.Write(out, page.Input{Runs: runs, Timeline: timeline, Compared: in.compared, Strategies: catalog.All, Servers: catalog.Servers, Questions: o.questions})
	}
	if c := in.compared; c != nil {
		return map[string]func(io.Writer) error{"text": c.Text, "markdown": c.Markdown, "csv": c.CSV, "json": c.JSON}[o.format](out)
	}
	switch o.format {
	case "csv":
		return report.CSV(out, runs)
	case "json":
		return report.JSON(out, runs, timeline, o.questions...)
	}
	write := map[string]report.Format{"text": report.Text, "markdown": report.Markdown}[o.format]
	for i, run := range runs {
		if len(runs) > 1 {
			if err := heading(out, o.format, run.Name, i); err != nil {
				return err
			}
		}
		if err := write(out, run.Evidence, o.questions...); err != nil {
			return err
		}
	}
	if timeline == nil {
		return nil
	}
	if len(runs) > 0 {
		if _, err := io.WriteString(out, "\n"); err != nil {
			return err
		}
	}
	return map[string]func(io.Writer) error{"text": timeline.Text, "markdown": timeline.Markdown}[o.format](out)
}

// heading begins one of several reports.
func heading(out io.Writer, format, name string, i int) error {
	text := "== " + table.Printable(name) + "\n\n"
	if format == "markdown" {
		text = "## " + table.Escape(name) + "\n\n"
	}
	if i > 0 {
		text = "\n" + text
	}
	_, err := io.WriteString(out, text)
	return err
}

// writePage writes the page of one run beside its results, and returns where.
func writePage(cmd *cobra.Command, path string, e *question.Evidence, slugs []string) (string, error) {
	o := reportOptions{format: "html", out: filepath.Join(filepath.Dir(path), "report.html"), questions: slugs}
	in := reportInput{runs: []report.Run{{Name: path, Evidence: e}}}
	return o.out, o.printFile(cmd, in, "the results are in "+path)
}
