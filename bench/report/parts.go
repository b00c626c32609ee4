package report

import "github.com/poolbench/poolbench/bench/question"

// A Table is what is printed in rows and columns.
type Table struct {
	Title, Note string
	Head        []string
	Rows        [][]string
}

// Tables returns the tables that the evidence fills, those behind the questions
// of the slugs given, or all.
func Tables(e *question.Evidence, slugs ...string) []Table {
	var out []Table
	for _, t := range tables(e, slugs) {
		out = append(out, Table{t.title, t.note, t.head, t.rows})
	}
	return out
}

// Answers returns the answers to the questions of the slugs given, or to all.
// What was asked for by name and cannot be answered is said.
func Answers(e *question.Evidence, slugs ...string) []question.Answer { return answers(e, slugs) }

// Control says what the negative control showed.
func Control(e *question.Evidence) string { return control(e) }

// Printable keeps a string from steering the terminal.
func Printable(s string) string { return printable(s) }

// Escape keeps a string from being read as Markdown.
func Escape(s string) string { return escape(s) }
