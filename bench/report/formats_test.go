package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
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
