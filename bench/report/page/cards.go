package page

import (
	"cmp"
	"fmt"
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
}

// cards answers the questions on which a run holds something, or that were asked
// for by name.
func cards(in Input, runs []runView, recipe *report.Recipe) ([]cardView, error) {
	var out []cardView
	for k, run := range in.Runs {
		answers, err := report.Answers(run.Evidence, in.Questions...)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", run.Name, err)
		}
		for _, of := range answers {
			a := answer(run.Evidence, of, recipe)
			if len(in.Runs) > 1 {
				a.Run = runs[k].Short
			}
			i := slices.IndexFunc(out, func(c cardView) bool { return c.Slug == of.Question.Slug })
			if i < 0 {
				i, out = len(out), append(out, cardView{Slug: of.Question.Slug, Ask: of.Question.Ask})
			}
			out[i].Answers = append(out[i].Answers, a)
		}
	}
	slices.SortStableFunc(out, func(a, b cardView) int { // as users ask them, also where the first run lacks one
		return cmp.Compare(slices.Index(question.Slugs(), a.Slug), slices.Index(question.Slugs(), b.Slug))
	})
	return out, nil
}

// answer lays out what one run says on a question. The figure is that of the
// claim that the answer leads with.
func answer(e *question.Evidence, of question.Answer, recipe *report.Recipe) answerView {
	a := answerView{Changes: of.Changes}
	a.Lead, a.More = of.Split()
	lead := of.Lead()
	if lead == nil {
		return a
	}
	a.Figure, a.What, a.Range = lead.Figure(), lead.What(), "too little was measured for an interval"
	if span := lead.Range(); span != "" {
		a.Range = "95 % interval " + span
	}
	a.Observed = e.Observations(max(lead.Value.N, 1))
	a.Reproduce = recipe.Of(lead.Cell)
	return a
}
