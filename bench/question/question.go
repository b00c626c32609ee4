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
var All = []*Question{Goroutine, Semaphore, MemoryUse, Submit, Grain, Stack, Contention, Results}

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
		if sentences := q.answer(e); len(sentences) > 0 {
			answers = append(answers, Answer{q, sentences})
		}
	}
	return answers
}

// list joins words as prose does: "a", "a and b", "a, b and c".
func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return "none"
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}
