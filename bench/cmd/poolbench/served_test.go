package main

import (
	"bytes"
	"path/filepath"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// servedQuestions are those that the committed run on servers answers.
var servedQuestions = []string{question.Server.Slug, question.Overload.Slug, question.Failure.Slug}

// served is what the committed run on servers holds.
func served() (*question.Evidence, error) {
	set, err := results.Open(filepath.Join(root, "results", "echo", "standard.txt"))
	if err != nil {
		return nil, err
	}
	return question.NewEvidence(set), nil
}

// servedMachine says where it was measured.
func servedMachine(b *bytes.Buffer) error {
	e, err := served()
	if err != nil {
		return err
	}
	measuredOn(b, e, catalogNames(catalog.All, catalog.Servers...))
	return nil
}

// servedAnswers are its answers in short.
func servedAnswers(b *bytes.Buffer) error {
	e, err := served()
	if err != nil {
		return err
	}
	return report.Summary(b, e, servedQuestions...)
}

// servedReport is all that it shows.
func servedReport(b *bytes.Buffer) error {
	e, err := served()
	if err != nil {
		return err
	}
	return report.Markdown(b, e, servedQuestions...)
}
