package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
)

// of reads a run of text.
func of(t *testing.T, text string) *question.Evidence {
	t.Helper()
	set, err := results.Read(strings.NewReader(text), "text")
	if err != nil {
		t.Fatal(err)
	}
	return question.NewEvidence(set)
}

func TestScriptsGetEveryFigure(t *testing.T) {
	e := catalogRun(t, 7)
	cells := Cells(e)
	figures := 0
	for _, c := range cells {
		figures += len(c.Figures)
		if c.Verdict != "" {
			figures++
		} else if c.Ratio.N > 0 {
			figures++
		}
	}
	var b bytes.Buffer
	if err := CSV(&b, []Run{{Name: "a.txt", Evidence: e}}); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(lines)-1 != figures {
		t.Errorf("%d lines of %d figures", len(lines)-1, figures)
	}
	b.Reset()
	if err := JSON(&b, []Run{{Name: "a.txt", Evidence: e}, {Name: "b.txt", Evidence: e}}, "submit"); err != nil {
		t.Fatal(err)
	}
	var document struct {
		Runs []struct {
			File    string
			Answers []struct{ Question string }
			Cells   []struct {
				Name    string
				Figures map[string]struct {
					Estimate float64
					Low      *float64
				}
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Runs) != 2 || document.Runs[1].File != "b.txt" || len(document.Runs[0].Cells) != len(cells) ||
		len(document.Runs[0].Answers) != 1 || document.Runs[0].Answers[0].Question != "submit" {
		t.Errorf("the document holds %d runs", len(document.Runs))
	}
}

// measured is a run of some cells, each at a level, with noise.
func measured(t *testing.T, seed uint64, n int, levels map[string]float64) *question.Evidence {
	rng := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	for range n {
		for _, name := range []string{"a", "b", "c"} {
			if level, ok := levels[name]; ok {
				fmt.Fprintf(&b, "BenchmarkParse/size=%s 1 %.5g ns/op\n", name, level*(1+0.02*rng.Float64()))
			}
		}
	}
	return of(t, b.String())
}

func TestTwoRunsAreComparedCellByCell(t *testing.T) {
	c := Compare(measured(t, 1, 10, map[string]float64{"a": 10, "b": 20, "c": 30}), measured(t, 2, 10, map[string]float64{"a": 15, "b": 20}))
	if len(c.Changes) != 2 || c.Changes[0].Cell != "Parse/size=a" || c.Changes[0].Verdict != Higher || !c.Changes[0].Ratio.Covers(1.5) ||
		c.Changes[1].Verdict != NotFound || len(c.OnlyBase) != 1 || c.OnlyBase[0] != "Parse/size=c" {
		t.Errorf("got %+v", c)
	}
	few := Compare(measured(t, 1, 2, map[string]float64{"a": 10}), measured(t, 2, 2, map[string]float64{"a": 30}))
	if few.Changes[0].Verdict != TooLittle {
		t.Errorf("from two values each: %v", few.Changes[0].Verdict)
	}
}

func TestRunsOfTheSameThingDoNotDiffer(t *testing.T) {
	different := 0
	for seed := range uint64(60) {
		levels := map[string]float64{"a": 10, "b": 20, "c": 30}
		for _, change := range Compare(measured(t, 2*seed+1, 8, levels), measured(t, 2*seed+2, 8, levels)).Changes {
			if change.Verdict == Higher || change.Verdict == Lower {
				different++
				break
			}
		}
	}
	if different > 9 { // of 60 at 5 %, 3; this many once in a thousand
		t.Errorf("%d of 60 comparisons of the same thing find a difference", different)
	}
}
