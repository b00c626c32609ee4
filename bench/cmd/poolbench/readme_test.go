package main

import (
	"bytes"
	"flag"
	"fmt"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/poolbench/poolbench/strategies/strategytest"
)

var update = flag.Bool("update", false, "write what is generated into the documents, instead of comparing")

// root is the folder of the module, seen from this package.
const root = "../../.."

// documents are the files with generated parts. A part stands between two
// comments that name what makes it:
//
//	<!-- begin: traits -->
//	<!-- end: traits -->
var documents = []string{"README.md", "results/README.md", "results/reference/README.md", "results/stealing/README.md", "results/echo/README.md", "results/gate/README.md"}

// parts are what can be generated.
var parts = map[string]func(*bytes.Buffer) error{
	"bars": func(b *bytes.Buffer) error {
		e, err := reference()
		if err != nil {
			return err
		}
		b.WriteString("```text\n")
		if err := report.Bars(b, e); err != nil {
			return err
		}
		b.WriteString("```\n")
		return nil
	},
	"answers": func(b *bytes.Buffer) error {
		e, err := reference()
		if err != nil {
			return err
		}
		return report.Summary(b, e)
	},
	"report": func(b *bytes.Buffer) error {
		e, err := reference()
		if err != nil {
			return err
		}
		return report.Markdown(b, e)
	},
	"machine": func(b *bytes.Buffer) error {
		e, err := reference()
		if err != nil {
			return err
		}
		measuredOn(b, e)
		return nil
	},
	"traits": func(b *bytes.Buffer) error { return report.Semantics(b, catalog.All) },
	"idioms": func(b *bytes.Buffer) error { return report.Idioms(b, catalog.All) },
	"rules": func(b *bytes.Buffer) error {
		for _, r := range strategytest.Rules() {
			relaxed := "cannot be waived"
			if r.Trait != "" {
				relaxed = "trait: " + r.Trait
			}
			fmt.Fprintf(b, "%d. **%s**: %s (%s)\n", r.Number, r.Name, r.Text, relaxed)
		}
		return nil
	},
	"questions": func(b *bytes.Buffer) error {
		for _, q := range question.All {
			fmt.Fprintf(b, "- `%s`: %s\n", q.Slug, q.Ask)
		}
		return nil
	},
	"profiles": func(b *bytes.Buffer) error {
		for _, p := range bench.Profiles {
			fmt.Fprintf(b, "- `%s`: %s\n", p.Name, p.Doc)
		}
		return nil
	},
	"units": func(b *bytes.Buffer) error {
		b.WriteString("| unit | better | what it is |\n| --- | --- | --- |\n")
		for _, u := range results.Units {
			fmt.Fprintf(b, "| %s | %s | %s |\n", u.Name, u.Better, u.Doc)
		}
		return nil
	},
	"packages":  packages,
	"plugin":    plugin,
	"controls":  controls,
	"isolation": isolation,
	"precision": precision,

	"baremachine": bareMachine,
	"barefigures": bareFigures,

	"echomachine": servedMachine,
	"echoanswers": servedAnswers,
	"echoreport":  servedReport,

	"gatemachine":    proved("gatemachine"),
	"gatealarms":     proved("gatealarms"),
	"gateonecpu":     proved("gateonecpu"),
	"gatenull":       proved("gatenull"),
	"gatelayouts":    proved("gatelayouts"),
	"gatepower":      proved("gatepower"),
	"gatepoweralone": proved("gatepoweralone"),
	"gaterivals":     proved("gaterivals"),
	"gateupgrades":   proved("gateupgrades"),
}

// reference is what the committed reference run holds.
func reference() (*question.Evidence, error) {
	set, err := results.Open(filepath.Join(root, "results", "reference", "results.txt"))
	if err != nil {
		return nil, err
	}
	return question.NewEvidence(set), nil
}

// measuredOn says where, when and how long a run was measured.
func measuredOn(b *bytes.Buffer, e *question.Evidence) {
	fmt.Fprintf(b, "Measured on %s, %s CPUs, %s, Linux %s, at %s, commit %.12s, profile %s.\n",
		e.Setting("cpu"), e.Setting("gomaxprocs"), e.Setting("go"), e.Setting("kernel"), e.Setting("runstamp"), e.Setting("commit"), e.Setting("profile"))
}

// packages lists every package that others can import, with the first sentence
// of its documentation.
func packages(b *bytes.Buffer) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); name == "testdata" || name == "internal" || strings.HasPrefix(name, ".") && path != root {
			return fs.SkipDir
		}
		files, err := filepath.Glob(filepath.Join(path, "*.go"))
		if err != nil {
			return err
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.PackageClauseOnly)
			if err != nil {
				return err
			}
			if text := parsed.Doc.Text(); text != "" {
				where, err := filepath.Rel(root, path)
				if err != nil {
					return err
				}
				synopsis := new(doc.Package).Synopsis(text)
				fmt.Fprintf(b, "- [`%s`](%s): %s\n", filepath.ToSlash(where), filepath.ToSlash(where), strings.TrimPrefix(synopsis, "Package "+parsed.Name.Name+" "))
				return nil
			}
		}
		return nil
	})
}

// plugin quotes the module that a test builds and runs.
func plugin(b *bytes.Buffer) error {
	for _, name := range []string{"mine.go", "mine_test.go"} {
		source, err := os.ReadFile(filepath.Join("testdata", "plugin", name))
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "```go\n%s```\n", source)
	}
	return nil
}

// leastControls is how many runs it takes to see whether an interval covers as
// often as it says.
const leastControls = 20

// controls is what the committed quick runs say about their own controls.
func controls(b *bytes.Buffer) error {
	files, err := filepath.Glob(filepath.Join(root, "results", "control", "*.txt"))
	if err != nil {
		return err
	}
	if len(files) < leastControls {
		return fmt.Errorf("results/control holds %d runs, want at least %d", len(files), leastControls)
	}
	covering, comparisons, comparisonsCovering := 0, 0, 0
	b.WriteString("| run | control of the whole run | comparisons whose control covers 1 |\n| --- | --- | --- |\n")
	for _, file := range files {
		set, err := results.Open(file)
		if err != nil {
			return err
		}
		c := question.NewEvidence(set).Control()
		if c.Ratio.Covers(1) {
			covering++
		}
		comparisons += c.Comparisons
		comparisonsCovering += c.Covering
		fmt.Fprintf(b, "| [%s](control/%s) | %.3f [%.3f, %.3f] | %d of %d |\n", strings.TrimSuffix(filepath.Base(file), ".txt"), filepath.Base(file),
			c.Ratio.Estimate, c.Ratio.Low, c.Ratio.High, c.Covering, c.Comparisons)
	}
	fmt.Fprintf(b, "\nThe control of the whole run covers 1 in %d of %d runs; that of a single comparison in %d of %d.\n",
		covering, len(files), comparisonsCovering, comparisons)
	return nil
}

// precision says how narrow the intervals of the committed runs are, and what
// the harness costs.
func precision(b *bytes.Buffer) error {
	b.WriteString("| run | on | cells | processes a cell | half the width of the median cell's 95 % interval | the harness, ns a task |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, run := range []string{"quick", "reference"} {
		set, err := results.Open(filepath.Join(root, "results", run, "results.txt"))
		if err != nil {
			return err
		}
		e := question.NewEvidence(set)
		var widths, processes []float64
		for _, g := range e.Groups("") {
			for _, row := range g.Rows {
				if row.Strategy == bench.Reference && row.Pattern == bench.Callback || len(row.Cell.Values(results.XRef)) == 0 {
					continue // it is the reference itself, or memory
				}
				widths = append(widths, math.Log(row.Ratio.High/row.Ratio.Low)/2)
				processes = append(processes, float64(row.Ratio.N))
			}
		}
		g := e.Group("submit")
		harness, err := stats.Median(question.Differences(g.Row("serial").Cell, g.Row(bench.Loop).Cell, results.NsPerTask), question.Confidence)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "| [%s](%s/results.txt) | %s | %d | %.0f | +-%.1f %% | %.1f [%.1f, %.1f] |\n",
			run, run, e.Setting("cpu"), len(widths), question.Middle(processes), 100*math.Expm1(question.Middle(widths)), harness.Estimate, harness.Low, harness.High)
	}
	return nil
}

var part = regexp.MustCompile(`(?s)(<!-- begin: (\w+) -->\n).*?(<!-- end: (\w+) -->\n)`)

func TestGeneratedPartsOfTheDocumentsAreCurrent(t *testing.T) {
	for _, name := range documents {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(root, name)
			have, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			seen := 0
			want := part.ReplaceAllFunc(have, func(match []byte) []byte {
				seen++
				groups := part.FindSubmatch(match)
				if string(groups[2]) != string(groups[4]) {
					t.Fatalf("%s: part %q ends as %q", name, groups[2], groups[4])
				}
				generate := parts[string(groups[2])]
				if generate == nil {
					t.Fatalf("%s: nothing makes part %q", name, groups[2])
				}
				var b bytes.Buffer
				b.Write(groups[1])
				if err := generate(&b); err != nil {
					t.Fatalf("%s: part %q: %v", name, groups[2], err)
				}
				b.Write(groups[3])
				return b.Bytes()
			})
			if seen == 0 {
				t.Fatalf("%s has no generated part", name)
			}
			if bytes.Equal(have, want) {
				return
			}
			if !*update {
				t.Fatalf("%s is stale: run go test ./bench/cmd/poolbench -run Documents -update\n%s", name, firstDifference(have, want))
			}
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// firstDifference quotes the first line in which two texts differ.
func firstDifference(have, want []byte) string {
	a, b := strings.Split(string(have), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d is\n\t%s\nand should be\n\t%s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("it has %d lines and should have %d", len(a), len(b))
}
