package question

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A Question is a thing that users ask.
type Question struct {
	Slug string
	Ask  string // the question itself

	// answer returns the sentences that the evidence carries, none if it
	// holds nothing on the question.
	answer func(*Evidence) []string
}

// An Answer is a question with the sentences that answer it. The first of them
// stand alone, and each says what it is about.
type Answer struct {
	Question  *Question
	Sentences []string
}

// What a short answer has at the most.
const (
	shortSentences = 2
	shortLength    = 340 // letters; the first sentence stands whatever its length
)

// Short is the answer for who reads no further: its leading sentence, and the
// next if both together are short.
func (a Answer) Short() string {
	short, _ := a.Split()
	return short
}

// Split returns the short answer and the sentences that it leaves out.
func (a Answer) Split() (short string, more []string) {
	kept, length := 0, 0
	for _, s := range a.Sentences[:min(shortSentences, len(a.Sentences))] {
		if length += utf8.RuneCountInString(s) + 1; kept > 0 && length > shortLength {
			break
		}
		kept++
	}
	return strings.Join(a.Sentences[:kept], " "), a.Sentences[kept:]
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
			sentences = append(sentences, fmt.Sprintf("Figures with \"about\" rest on too few %s for an interval.", e.observations()))
		}
		answers = append(answers, Answer{q, sentences})
	}
	return answers
}
