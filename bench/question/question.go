package question

import "strings"

// A Question is a thing that users ask.
type Question struct {
	Slug string
	Ask  string // the question itself

	// answer returns the sentences that the evidence carries, none if it
	// holds nothing on the question.
	answer func(*Evidence) []string
}

// An Answer is a question with the sentences that answer it.
type Answer struct {
	Question  *Question
	Sentences []string
}

// All lists every question, in the order in which users ask them.
var All = []*Question{Goroutine, Semaphore, MemoryUse, Submit, Grain, Stack, Contention, Overload, Results, Failure, Server}

// Slugs returns the slugs of all questions.
func Slugs() []string {
	slugs := make([]string, len(All))
	for i, q := range All {
		slugs[i] = q.Slug
	}
	return slugs
}

// Answers answers every question on which the evidence holds something.
func Answers(e *Evidence) []Answer {
	var answers []Answer
	for _, q := range All {
		sentences := q.answer(e)
		if len(sentences) == 0 {
			continue
		}
		if strings.Contains(strings.Join(sentences, " "), about) {
			sentences = append(sentences, "Figures with \"about\" rest on too few processes for an interval.")
		}
		answers = append(answers, Answer{q, sentences})
	}
	return answers
}
