package page

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/table"
)

// A scripted is a claim as scripts get it.
type scripted struct {
	Sentence             int
	Cell, Unit, Baseline string
	Estimate             float64
	Low, High            *float64
}

// A document is what scripts get of the answers.
type document struct {
	Runs []struct {
		Answers []struct {
			Question  string
			Sentences []string
			Claims    []scripted
		}
	}
}

func TestSentenceCardScriptsAndTablesRenderOneClaim(t *testing.T) {
	leads, tabled := 0, 0
	for _, file := range []string{"quick/results.txt", "reference/results.txt", "echo/standard.txt"} {
		run := committed(t, file)
		view, err := newView(Input{Runs: []report.Run{run}, Strategies: lineup.All, Servers: lineup.Servers})
		if err != nil {
			t.Fatal(err)
		}
		tables, err := report.Tables(run.Evidence)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := report.JSON(&b, []report.Run{run}, nil); err != nil {
			t.Fatal(err)
		}
		var scripts document
		if err := json.Unmarshal(b.Bytes(), &scripts); err != nil {
			t.Fatal(err)
		}
		answers, err := report.Answers(run.Evidence)
		if err != nil {
			t.Fatal(err)
		}
		if len(answers) < 3 || len(view.Cards) != len(answers) || len(scripts.Runs[0].Answers) != len(answers) {
			t.Fatalf("%s: %d answers, %d cards and %d answers for scripts", file, len(answers), len(view.Cards), len(scripts.Runs[0].Answers))
		}
		for i, a := range answers {
			lead, card, script := a.Lead(), view.Cards[i].Answers[0], scripts.Runs[0].Answers[i]
			what := file + ", " + a.Question.Slug
			if script.Question != a.Question.Slug || view.Cards[i].Slug != a.Question.Slug || !slices.Equal(script.Sentences, a.Texts()) || !strings.HasPrefix(card.Lead, a.Sentences[0].Text) {
				t.Errorf("%s: the sentences differ", what)
			}
			first := slices.DeleteFunc(slices.Clone(script.Claims), func(c scripted) bool { return c.Sentence != 0 })
			if lead == nil {
				if card.Figure+card.Range+card.What+card.Observed != "" || len(first) > 0 {
					t.Errorf("%s leads with no claim, and yet there is a figure: %+v, %+v", what, card, first)
				}
				continue
			}
			leads++
			if !strings.Contains(a.Sentences[0].Text, lead.Multiple()) || lead.Range() != "" && !strings.Contains(a.Sentences[0].Text, lead.Range()) {
				t.Errorf("%s: %s is not in the sentence %q", what, lead, a.Sentences[0].Text)
			}
			if card.Figure != lead.Figure() || lead.Range() != "" && card.Range != "95 % interval "+lead.Range() || card.What != lead.What() {
				t.Errorf("%s: the card says %q, %q, %q, and the claim is %s", what, card.Figure, card.Range, card.What, lead)
			}
			if estimate, _, _ := strings.Cut(lead.Multiple(), " ["); !strings.HasPrefix(card.Figure, estimate) {
				t.Errorf("%s: the card's figure %q does not begin with the sentence's %q", what, card.Figure, estimate)
			}
			if len(first) == 0 {
				t.Fatalf("%s: scripts get no claim", what)
			}
			if c := first[0]; c.Cell != lead.Cell.Name || c.Unit != lead.Unit || c.Baseline != lead.Baseline.Name || c.Estimate != lead.Value.Estimate ||
				(c.Low != nil) != claim.Bounded(lead.Value) || c.Low != nil && (*c.Low != lead.Value.Low || *c.High != lead.Value.High) {
				t.Errorf("%s: scripts get %+v, and the claim is %+v", what, c, lead.Value)
			}
			found, holds := inTables(view.Tables, tables, lead)
			if found {
				tabled++
			}
			if holds && !found {
				t.Errorf("%s: no table holds %s of %s", what, lead, lead.Name)
			}
		}
	}
	if leads < 10 || tabled < 10 {
		t.Errorf("%d answers lead with a claim, and tables hold %d of them: the test would not notice a fault", leads, tabled)
	}
}

// inTables says whether the tables hold a claim as it is, and whether they have a
// column for it: they have none for every baseline.
func inTables(cells []cellTable, tables []table.Table, c *claim.Claim) (found, holds bool) {
	relative := c.Unit == results.XRef || c.Unit == results.CPUXRef
	byReference := c.Baseline.Name == question.Reference.Name || strings.HasPrefix(c.Baseline.Name, "a goroutine per")
	switch {
	case c.Compared() && !byReference:
		return false, false
	case relative, !c.Compared() && c.Unit != "ns":
		for _, of := range cells {
			for _, row := range of.Rows {
				for _, f := range append(of.Of(row), row.Ratio) {
					found = found || f != nil && row.Group == c.Group && f.Sort == strconv.FormatFloat(c.Value.Estimate, 'g', 5, 64) &&
						f.Value == claim.Write(c.Unit, c.Value.Estimate) && strings.Contains(c.Cell.Name, "strategy="+row.Strategy)
				}
			}
		}
		if !relative || !found {
			return found, true // a ratio stands in the other tables as well
		}
	}
	for _, of := range tables {
		for _, row := range of.Rows {
			if row[0] == c.Cell.Keys["strategy"] {
				for _, text := range row[1:] {
					for _, as := range []string{c.Short(), c.String(), claim.Times(c.Value)} {
						if text == as {
							return true, true
						}
					}
				}
			}
		}
	}
	return false, true
}

func TestAComparisonWithoutItsDesignIsAnErrorEverywhere(t *testing.T) {
	run := committed(t, "quick/results.txt")
	wrong := &question.Question{Slug: "wrong", Ask: "Is it wrong?", Parts: []question.Part{question.Lengths{Groups: bench.FamilyContention.Groups, Baseline: question.OneSubmitter}}}
	all := question.All
	question.All = append(slices.Clone(all), wrong)
	defer func() { question.All = all }()
	runs := []report.Run{run}
	for name, write := range map[string]func(io.Writer) error{
		"Answers":  func(io.Writer) error { _, err := question.Answers(run.Evidence); return err },
		"text":     func(w io.Writer) error { return report.Text(w, run.Evidence) },
		"asked":    func(w io.Writer) error { return report.Text(w, run.Evidence, "wrong") },
		"Markdown": func(w io.Writer) error { return report.Markdown(w, run.Evidence) },
		"summary":  func(w io.Writer) error { return report.Summary(w, run.Evidence) },
		"JSON":     func(w io.Writer) error { return report.JSON(w, runs, nil) },
		"page":     func(w io.Writer) error { return Write(w, Input{Runs: runs, Strategies: lineup.All}) },
	} {
		var b bytes.Buffer
		err := write(&b)
		if err == nil || !strings.Contains(err.Error(), "question wrong") || !strings.Contains(err.Error(), "by blocks: x-ref is relative to another reference") {
			t.Errorf("%s: a comparison of ratios to two references is no error: %v", name, err)
		}
		if b.Len() > 0 {
			t.Errorf("%s: something is written all the same: %q", name, b.String())
		}
	}
}
