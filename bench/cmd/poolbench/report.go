package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/history"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/report/page"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/table"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/spf13/cobra"
)

// reportOptions are the flags of the command report.
type reportOptions struct {
	questions []string
	format    string
	out       string
	compare   bool
}

func newReport() *cobra.Command {
	var o reportOptions
	cmd := &cobra.Command{
		Use:   "report FILE...",
		Short: "Builds a report from result files",
		Long: `report prints tables and answers, or writes a page with charts. It reads files
in the Go benchmark format: the results.txt of "poolbench run", or the output of
"go test -bench". The folder of a run stands for the results.txt in it. Several
files are reported side by side. A history, or records of one, adds what changed
at which commits.

Text goes to the terminal with the answers last, fitted to its width.

` + exitHelp,
		Example: `  poolbench report results/reference/results.txt
  poolbench report results/reference/results.txt -o report.html
  poolbench report results/quick/results.txt results/reference/results.txt --format csv
  poolbench report --compare base.txt head.txt --format markdown
  poolbench report results/reference/results.txt results/history -o report.html`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return fmt.Errorf("%s takes one results file or several, got none; see %q", cmd.CommandPath(), cmd.CommandPath()+" --help")
			case o.compare && len(args) != 2:
				return fmt.Errorf("%s --compare takes two results files, base and head, got %d", cmd.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.chooseFormat(cmd.Flags().Changed("format")); err != nil {
				return err
			}
			return o.run(cmd, args)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.questions, "question", nil, "answer only these questions")
	f.StringVar(&o.format, "format", "text", "text, markdown, csv, json or html (default: as the name of --output ends)")
	f.StringVarP(&o.out, "output", "o", "", "write to this `file` instead of the terminal")
	f.BoolVar(&o.compare, "compare", false, "compare the second file with the first, cell by cell")
	requireNames(cmd, "question", knownQuestions)
	requireNames(cmd, "format", these(reportFormats...))
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

func (o *reportOptions) run(cmd *cobra.Command, files []string) error {
	var runs []report.Run
	var past []string // paths of a history
	for _, file := range files {
		file := resultsIn(file)
		// Reading the file says that it is not there.
		switch is, err := history.Holds(file); {
		case is && o.compare:
			return fmt.Errorf("--compare takes results files, and %s is of a history, which compares by itself: leave --compare out", file)
		case is:
			past = append(past, file)
			continue
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return err
		case isFolder(file):
			return noResults(file)
		}
		set, err := results.Open(file)
		if err != nil {
			return err
		}
		if kinds := kindsIn(set); kinds != "" && set.Setting("kinds") == "" {
			set.Settings = append(set.Settings, results.Setting{Key: "kinds", Value: kinds})
		}
		remarks, err := remarksOf(file)
		if err != nil {
			return err
		}
		runs = append(runs, report.Run{Name: file, Evidence: question.NewEvidence(set), Remarks: remarks})
	}
	timeline, err := o.timeline(past)
	if err != nil {
		return err
	}
	if o.out == "" {
		return o.print(cmd, cmd.OutOrStdout(), runs, timeline)
	}
	// Nothing is left of a file that could not be written whole.
	var b bytes.Buffer
	if err := o.print(cmd, &b, runs, timeline); err != nil {
		return err
	}
	if err := os.WriteFile(o.out, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the report; choose another place with --output: %w", err)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "Report: %s\n", o.out)
	return err
}

// timeline searches a history for changes; nil where there is none.
func (o *reportOptions) timeline(paths []string) (*report.Timeline, error) {
	switch {
	case len(paths) == 0:
		return nil, nil
	case o.format == "csv":
		return nil, fmt.Errorf("%s is of a history, which has no format csv: take json", paths[0])
	}
	records, err := history.Load(paths...)
	if err != nil {
		return nil, err
	}
	return report.NewTimeline(records)
}

// kindsIn tells the kinds of the catalog's strategies and servers that results
// are of. What "go test" printed does not say that one is a floor and another
// no pool.
func kindsIn(set *results.Set) string {
	named := make(map[string]bool)
	for _, cell := range set.Cells {
		named[cell.Keys["strategy"]] = true
	}
	return bench.Kinds(bench.Selection{
		Strategies: slices.DeleteFunc(slices.Clone(variants), func(s *strategies.Strategy) bool { return !named[s.Name] }),
		Servers:    slices.DeleteFunc(slices.Clone(catalog.Servers), func(s *echo.Server) bool { return !named[s.Name] }),
	})
}

// remarksOf reads why processes of a results file do not count.
func remarksOf(path string) ([]report.Remark, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read remarks: %w", err)
	}
	defer file.Close()
	return report.Remarks(file)
}

// print writes the report in its format, and fits text to the terminal.
func (o *reportOptions) print(cmd *cobra.Command, out io.Writer, runs []report.Run, timeline *report.Timeline) error {
	write := func(out io.Writer) error { return o.write(out, runs, timeline) }
	if o.format == "text" {
		return printProse(cmd, out, write)
	}
	return write(out)
}

// write writes the report in its format. The timeline may be nil.
func (o *reportOptions) write(out io.Writer, runs []report.Run, timeline *report.Timeline) error {
	if o.format == "html" {
		in := page.Input{Runs: runs, Timeline: timeline, Strategies: catalog.All, Servers: catalog.Servers, Questions: o.questions}
		if o.compare {
			compared := report.Compare(runs[0].Evidence, runs[1].Evidence)
			in.Compared = &compared
		}
		return page.Write(out, in)
	}
	if o.compare {
		return o.writeComparison(out, report.Compare(runs[0].Evidence, runs[1].Evidence))
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
	if o.format == "markdown" {
		return timeline.Markdown(out)
	}
	return timeline.Text(out)
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

// writeComparison writes one run held against another.
func (o *reportOptions) writeComparison(out io.Writer, c report.Comparison) error {
	switch o.format {
	case "markdown":
		return c.Markdown(out)
	case "csv":
		return c.Table().CSV(out)
	case "json":
		return report.ComparisonJSON(out, c)
	}
	return c.Text(out)
}

// writePage writes the page of one run beside its results, and returns where.
func writePage(path string, e *question.Evidence, slugs []string) (string, error) {
	where := filepath.Join(filepath.Dir(path), "report.html")
	o := reportOptions{format: "html", out: where, questions: slugs}
	remarks, err := remarksOf(path)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := o.write(&b, []report.Run{{Name: path, Evidence: e, Remarks: remarks}}, nil); err != nil {
		return "", err
	}
	if err := os.WriteFile(where, b.Bytes(), 0o644); err != nil {
		return "", fmt.Errorf("write the report; the results are in %s: %w", path, err)
	}
	return where, nil
}
