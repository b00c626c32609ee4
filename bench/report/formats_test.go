package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/table"
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
	cells, err := Cells(e)
	if err != nil {
		t.Fatal(err)
	}
	figures := 0
	for _, c := range cells {
		figures += len(c.claims())
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
	if err := JSON(&b, []Run{{Name: "a.txt", Evidence: e}, {Name: "b.txt", Evidence: e}}, nil, "submit"); err != nil {
		t.Fatal(err)
	}
	var document struct {
		Runs []struct {
			File    string
			Answers []struct {
				Question  string
				Sentences []string
				Claims    []struct {
					Estimate                float64
					Unit, Baseline, Verdict string
				}
			}
			Cells []struct {
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
	lead := document.Runs[0].Answers[0].Claims[0]
	if lead.Unit != results.NsPerTask || !strings.Contains(document.Runs[0].Answers[0].Sentences[0], claim.Write(lead.Unit, lead.Estimate)) {
		t.Errorf("the answer %q leads with the claim %+v", document.Runs[0].Answers[0].Sentences[0], lead)
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

func TestAComparisonSaysInWordsWhatItFoundAndWhatItCannot(t *testing.T) {
	levels := func(a, b float64) map[string]float64 { return map[string]float64{"a": a, "b": b, "c": 30} }
	one := func(name string) map[string]float64 { return map[string]float64{name: 10} }
	for _, c := range []struct {
		what       string
		base, head *question.Evidence
		want       []string
	}{
		{"one that differs", measured(t, 1, 10, levels(10, 20)), measured(t, 2, 10, levels(15, 20)), []string{
			"Of 3 cells that both runs have head is higher in 1 and lower in 0", "The largest difference: Parse/size=a takes 1.5", "In 2 cells no difference was found; one of up to 1.", "They did not take turns"}},
		{"none that differs", measured(t, 5, 10, one("a")), measured(t, 6, 10, one("a")), []string{
			"Of 1 cell that both runs have none was found to differ", "In 1 cell no difference was found; one of up to 1.", "They did not"}},
		{"too little", measured(t, 1, 2, one("a")), measured(t, 2, 2, one("a")), []string{
			"Of 1 cell that both runs have none was found to differ", "Of 1 cell nothing can be told: too little was measured", "They did not"}},
		{"nothing in common", measured(t, 1, 9, one("a")), measured(t, 2, 9, map[string]float64{"b": 1, "c": 2}), []string{
			"The runs have no cell in common.", "One cell is only in base: Parse/size=a.", "2 cells are only in head, such as Parse/size=b.", "They did not"}},
	} {
		got := Compare(c.base, c.head).Sentences()
		ok := len(got) == len(c.want)
		for i := 0; ok && i < len(got); i++ {
			ok = strings.HasPrefix(got[i], c.want[i])
		}
		if !ok {
			t.Errorf("%s: got\n  %s\nwant\n  %s", c.what, strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
		}
	}
}

func TestAComparisonShowsInRowsWhatDiffersAlone(t *testing.T) {
	c := Compare(measured(t, 1, 10, map[string]float64{"a": 10, "b": 20}), measured(t, 2, 10, map[string]float64{"a": 15, "b": 20}))
	for name, write := range map[string]func(*strings.Builder) error{
		"text": func(b *strings.Builder) error { return c.Text(b) }, "markdown": func(b *strings.Builder) error { return c.Markdown(b) },
	} {
		var b strings.Builder
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if strings.Count(b.String(), "Parse/size=a") != 2 || strings.Contains(b.String(), "Parse/size=b") {
			t.Errorf("%s:\n%s", name, b.String())
		}
	}
	if n := len(c.Table().Rows); n != 2 {
		t.Errorf("the whole table has %d rows of two cells", n)
	}
}

func TestTheSummaryHoldsTheShortAnswersAlone(t *testing.T) {
	e := catalogRun(t, 8)
	var b strings.Builder
	if err := Summary(&b, e); err != nil {
		t.Fatal(err)
	}
	answers, err := Answers(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		if !strings.Contains(b.String(), "**"+table.Escape(a.Question.Ask)+"** "+table.Escape(a.Short())+"\n") {
			t.Errorf("%s: the short answer is not there", a.Question.Slug)
		}
	}
	if strings.Contains(b.String(), "|") {
		t.Error("there is a table in it")
	}
	if !strings.HasSuffix(b.String(), table.Escape(Control(e))+"\n") {
		t.Error("it does not say how far to trust it")
	}
}

func TestTheComparisonForScriptsLeavesNoCellOut(t *testing.T) {
	for n, want := range map[int]string{10: "higher", 1: "too little measured"} {
		c := Compare(measured(t, 1, n, map[string]float64{"a": 10, "b": 20}), measured(t, 2, n, map[string]float64{"a": 15, "b": 20}))
		var b bytes.Buffer
		if err := ComparisonJSON(&b, c); err != nil {
			t.Fatal(err)
		}
		var document struct {
			Sentences []string
			Changes   []struct {
				Verdict    string
				Base, Head *struct{ Estimate float64 }
			}
		}
		if err := json.Unmarshal(b.Bytes(), &document); err != nil {
			t.Fatal(err)
		}
		if len(document.Changes) != 2 || document.Changes[0].Verdict != want || document.Changes[0].Base == nil || len(document.Sentences) < 2 {
			t.Errorf("of %d values: %s", n, b.String())
		}
	}
}
