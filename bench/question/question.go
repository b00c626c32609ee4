package question

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/poolbench/poolbench/bench/claim"
)

// A Question is a thing that users ask.
type Question struct {
	Slug string
	Ask  string // the question itself

	// Parts answer it, the most important first. What a part has no evidence
	// for, it leaves out.
	Parts []Part

	// Changes says in sentences when the answer would be another one, besides the
	// margin of its leading claim.
	Changes []string

	// Notes are what a reader must know of an answer that has any sentence.
	Notes []Part
}

// A Part makes sentences of claims.
type Part interface{ answer(*answering) }

// A Sentence says what some claims mean.
type Sentence struct {
	Text   string
	Claims []*claim.Claim // that it renders, the most important first
}

// An Answer is a question with the sentences that answer it. The first of them
// stand alone, and each says what it is about.
type Answer struct {
	Question  *Question
	Sentences []Sentence

	// Changes says in sentences when the answer would be another one: how far the
	// claim that it leads with is ahead of the next, and what the question says.
	Changes []string
}

// Lead is the claim that the answer leads with: the first of its first sentence.
// It is nil where that sentence has no figure.
func (a Answer) Lead() *claim.Claim {
	if len(a.Sentences) == 0 || len(a.Sentences[0].Claims) == 0 {
		return nil
	}
	return a.Sentences[0].Claims[0]
}

// What a short answer has at most.
const (
	shortSentences = 2
	shortLength    = 340 // letters; the first sentence stands at any length
)

// Short is the answer for who reads no further: its leading sentence, and the
// next if both together are short.
func (a Answer) Short() string {
	short, _ := a.Split()
	return short
}

// Split returns the short answer and the sentences that it leaves out.
func (a Answer) Split() (short string, more []string) {
	all := a.Texts()
	kept, length := 0, 0
	for _, s := range all[:min(shortSentences, len(all))] {
		if length += utf8.RuneCountInString(s) + 1; kept > 0 && length > shortLength {
			break
		}
		kept++
	}
	return strings.Join(all[:kept], " "), all[kept:]
}

// Texts returns the sentences without their claims.
func (a Answer) Texts() []string {
	out := make([]string, len(a.Sentences))
	for i, s := range a.Sentences {
		out[i] = s.Text
	}
	return out
}

// Slugs returns the slugs of all questions.
func Slugs() []string {
	slugs := make([]string, len(All))
	for i, q := range All {
		slugs[i] = q.Slug
	}
	return slugs
}

// Answers answers every question on which the evidence holds something. An error
// means that a question compares what was not measured as it declares.
func Answers(e *Evidence) ([]Answer, error) {
	var answers []Answer
	for _, q := range All {
		a, err := q.Answer(e)
		if err != nil {
			return nil, err
		}
		if len(a.Sentences) > 0 {
			answers = append(answers, a)
		}
	}
	return answers, nil
}

// Answer answers the question, with no sentence where the evidence holds nothing
// on it.
func (q *Question) Answer(e *Evidence) (Answer, error) {
	a := &answering{Evidence: e}
	for _, part := range q.Parts {
		part.answer(a)
	}
	if len(a.out) == 0 && a.shortage != "" {
		a.say(a.shortage)
	}
	if len(a.out) > 0 {
		for _, note := range q.Notes {
			note.answer(a)
		}
		if slices.ContainsFunc(a.out, func(s Sentence) bool { return strings.Contains(s.Text, "about ") }) {
			a.say("Figures with \"about\" rest on too few measurements for an interval.")
		}
	}
	if a.err != nil {
		return Answer{}, fmt.Errorf("question %s: %w", q.Slug, a.err)
	}
	answer := Answer{Question: q, Sentences: a.out}
	if a.margin != "" {
		answer.Changes = append(answer.Changes, a.margin)
	}
	if len(a.out) > 0 {
		answer.Changes = append(answer.Changes, q.Changes...)
	}
	return answer, nil
}

// An answering is a question while it is answered.
type answering struct {
	*Evidence
	out      []Sentence
	margin   string // of the leading claim
	shortage string // why there is no verdict, for an answer that would otherwise be empty
	err      error
}

// say adds a sentence, in which our own pool is marked as ours once.
func (a *answering) say(text string, claims ...*claim.Claim) {
	if first, rest, marked := strings.Cut(text, ownMark); marked {
		text = first + ownMark + strings.ReplaceAll(rest, ownMark, "")
	}
	if text != "" {
		a.out = append(a.out, Sentence{text, claims})
	}
}

// lead notes how far the first claim of the first sentence is ahead of the next
// in its own comparison.
func (a *answering) lead(ranked []*claim.Claim) {
	if len(a.out) > 0 && len(a.out[0].Claims) > 0 && a.margin == "" {
		if i := slices.Index(ranked, a.out[0].Claims[0]); i >= 0 && i+1 < len(ranked) {
			a.margin = margin(ranked[i], ranked[i+1])
		}
	}
}

// compare evaluates a query, and keeps the error.
func (a *answering) compare(g *Group, q Query) *claim.Comparison {
	c, err := a.Compare(g, q)
	if err != nil {
		a.err = errors.Join(a.err, err)
		return &claim.Comparison{}
	}
	return c
}

// short notes that a comparison has too few processes for a verdict.
func (a *answering) short(c *claim.Comparison) {
	a.shortage = cmp.Or(a.shortage, a.tooFew(c))
}

// tooFew says how much more would have to be measured for a verdict. Of what "go
// test" printed, lines are counted.
func (e *Evidence) tooFew(c *claim.Comparison) string {
	comparisons, observed := c.Judged()
	enough := claim.Enough(comparisons)
	switch {
	case comparisons == 0:
		return ""
	case observed >= enough:
		return "The control varied too much for a verdict."
	}
	helps := "A longer --time helps."
	if e.plain {
		helps = fmt.Sprintf("-count=%d gives them; \"poolbench run\", which lets strategies take turns, is surer.", enough)
	}
	return fmt.Sprintf("Too little was measured for a verdict: at most %s of each strategy, where comparing %d takes %d. %s",
		e.Observations(observed), comparisons, enough, helps)
}

// margin says what it would take for the second claim to overtake the first.
func margin(first, second *claim.Claim) string {
	a, b := first.Value, second.Value
	switch {
	case !claim.Bounded(a) || !claim.Bounded(b):
		return fmt.Sprintf("Too little was measured to tell %s from %s.", first.Name, second.Name)
	case claim.Overlap(first, second):
		return fmt.Sprintf("Tied: the intervals of %s and %s overlap, and another run may order them the other way.", first.Name, second.Name)
	case b.High < a.Low: // the most comes first
		return fmt.Sprintf("The next, %s, would need at least %s more to draw level.", second.Name, claim.Percent(a.Low/b.High-1))
	}
	return fmt.Sprintf("The next, %s, would need at least %s less to draw level.", second.Name, claim.Percent(1-a.High/b.Low))
}
