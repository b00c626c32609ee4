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
	Lead      string   // the short answer
	More      []string // the other sentences
	Changes   []string
	Reproduce string

	empty bool // the run holds nothing on the question
}

// cards answers the questions.
func cards(in Input, runs []runView, recipe *report.Recipe) []cardView {
	out := make([]cardView, len(question.All))
	for i, q := range question.All {
		out[i] = cardView{Slug: q.Slug, Ask: q.Ask}
	}
	for k, run := range in.Runs {
		known := question.Answers(run.Evidence)
		for i, told := range report.Answers(run.Evidence, question.Slugs()...) {
			a := answer(run.Evidence, told, recipe)
			a.empty = !slices.ContainsFunc(known, func(a question.Answer) bool { return a.Question == told.Question })
			if len(in.Runs) > 1 {
				a.Run = runs[k].Short
			}
			out[i].Answers = append(out[i].Answers, a)
		}
	}
	for i, card := range out {
		// That a run holds nothing is said where none holds anything.
		if told := slices.DeleteFunc(slices.Clone(card.Answers), func(a answerView) bool { return a.empty }); len(told) > 0 {
			out[i].Answers = told
		}
	}
	return slices.DeleteFunc(out, func(c cardView) bool { return len(in.Questions) > 0 && !slices.Contains(in.Questions, c.Slug) })
}

// answer says what one run says on a question, and that it says nothing where
// it does not.
func answer(e *question.Evidence, told question.Answer, recipe *report.Recipe) answerView {
	var a answerView
	a.Lead, a.More = told.Split()
	basis := told.Question.Basis(e)
	if basis == nil {
		return a
	}
	a.Figure, a.Range, a.What, a.Changes = basis.Figure, basis.Range, basis.What, basis.Changes
	if basis.Range == "" {
		a.Range = "too little was measured for an interval"
	} else {
		a.Range = "95 % interval " + a.Range
	}
	a.Observed = question.Count(max(basis.Value.N, 1), "process", "processes")
	if e.Plain() {
		a.Observed = question.Count(max(basis.Value.N, 1), "line", "lines")
	}
	a.Reproduce = recipe.Of(basis.Cell)
	return a
}
