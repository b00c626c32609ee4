package harness

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/document"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

var update = flag.Bool("update", false, "write what is generated into the documents, instead of comparing")

// root is the folder of the repository, seen from this package.
const root = "../../.."

func TestGeneratedPartsOfTheDocumentsAreCurrent(t *testing.T) {
	parts := document.Parts{"controls": controls, "isolation": isolation, "precision": precision}
	if err := document.Refresh(filepath.Join(root, "results", "control", "README.md"), parts, *update); err != nil {
		t.Errorf("%v; to write it: go test ./scripts/lab/harness -run Documents -update", err)
	}
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
		fmt.Fprintf(b, "| [%s](%s) | %.3f [%.3f, %.3f] | %d of %d |\n", strings.TrimSuffix(filepath.Base(file), ".txt"), filepath.Base(file),
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
		for _, g := range e.Groups() {
			ratios, err := e.Compare(g, question.Query{Unit: results.XRef, Baseline: question.Reference})
			if err != nil {
				return err
			}
			for _, c := range ratios.Claims {
				if c.Cell == c.Baseline.Cell {
					continue // the reference itself
				}
				widths = append(widths, math.Log(c.Value.High/c.Value.Low)/2)
				processes = append(processes, float64(c.Value.N))
			}
		}
		g := e.Group(bench.GroupSubmit)
		harness, err := stats.Median(differences(g.Row("serial").Cell, g.Row(bench.Loop).Cell, results.NsPerTask), claim.Confidence)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "| [%s](../%s/results.txt) | %s | %d | %.0f | +-%.1f %% | %.1f [%.1f, %.1f] |\n",
			run, run, e.Setting("cpu"), len(widths), middle(processes), 100*math.Expm1(middle(widths)), harness.Estimate, harness.Low, harness.High)
	}
	return nil
}

// differences are by how much one cell has more of a unit than another, process
// by process, over the blocks in which both were measured.
func differences(a, b *results.Cell, unit string) (out []float64) {
	of := make(map[int]float64)
	for _, s := range b.Samples {
		if v, ok := s.Value(unit); ok {
			of[s.Block.Number] = v
		}
	}
	for _, s := range a.Samples {
		x, ok := s.Value(unit)
		if y, both := of[s.Block.Number]; ok && both {
			out = append(out, x-y)
		}
	}
	return out
}

// middle is the median of values; there is at least one.
func middle(values []float64) float64 {
	m, err := stats.Quantile(values, 0.5)
	if err != nil {
		return math.NaN()
	}
	return m
}
