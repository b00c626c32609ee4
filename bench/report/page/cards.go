package page

import (
	"slices"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
)

// A cardView is a question with its answers, one of each run.
type cardView struct {
	Slug, Ask string
	Answers   []answerView
}

// An answerView is what one run says on a question.
type answerView struct {
	Run       string // "" where there is only one
	Figure    string // what it leads with; "" where the data carry none
	Range     string
	What      string
	Observed  string
	Lead      string   // the first sentence
	More      []string // the others
	Changes   []string
	Reproduce string
}

// cards answers the questions.
func cards(in Input, runs []runView, recipe *report.Recipe) []cardView {
	var out []cardView
	for _, q := range question.All {
		if len(in.Questions) > 0 && !slices.Contains(in.Questions, q.Slug) {
			continue
		}
		card := cardView{Slug: q.Slug, Ask: q.Ask}
		for i, run := range in.Runs {
			a := answer(run.Evidence, q, recipe)
			if len(in.Runs) > 1 {
				a.Run = runs[i].Short
			}
			card.Answers = append(card.Answers, a)
		}
		out = append(out, card)
	}
	return out
}

// answer says what one run says on a question, and that it says nothing where
// it does not.
func answer(e *question.Evidence, q *question.Question, recipe *report.Recipe) answerView {
	sentences := report.Answers(e, q.Slug)[0].Sentences
	a := answerView{Lead: sentences[0], More: sentences[1:]}
	basis := q.Basis(e)
	if basis == nil {
		return a
	}
	a.Figure, a.Range, a.What, a.Changes = basis.Figure, basis.Range, basis.What, basis.Changes
	if basis.Range == "" {
		a.Range = "too little was measured for an interval"
	} else {
		a.Range = "95 % interval " + a.Range
	}
	a.Observed = plural(max(basis.Value.N, 1), "process", "processes")
	if e.Plain() {
		a.Observed = plural(max(basis.Value.N, 1), "line", "lines")
	}
	a.Reproduce = recipe.Of(basis.Cell)
	return a
}
