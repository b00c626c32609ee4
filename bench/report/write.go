package report

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/poolbench/poolbench/bench/question"
)

// A Format writes the answers to the questions of the slugs given, or to all,
// and the tables behind them.
type Format func(out io.Writer, e *question.Evidence, slugs ...string) error

// Text writes for a terminal.
func Text(out io.Writer, e *question.Evidence, slugs ...string) error {
	w := bufio.NewWriter(out)
	for _, a := range chosen(e, slugs) {
		fmt.Fprintf(w, "[%s] %s\n", a.Question.Slug, a.Question.Ask)
		for _, s := range a.Sentences {
			fmt.Fprintln(w, wrap(s, "  ", 100))
		}
		fmt.Fprintln(w)
	}
	for _, t := range tables(e) {
		fmt.Fprintln(w, t.title)
		columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(columns, strings.Join(t.head, "\t"))
		for _, row := range t.rows {
			fmt.Fprintln(columns, strings.Join(row, "\t"))
		}
		columns.Flush() // into w, which keeps the error
		fmt.Fprintf(w, "%s\n\n", wrap(t.note, "", 100))
	}
	fmt.Fprintln(w, wrap(control(e), "", 100))
	return w.Flush()
}

// Markdown writes for a README or a pull request.
func Markdown(out io.Writer, e *question.Evidence, slugs ...string) error {
	w := bufio.NewWriter(out)
	for _, a := range chosen(e, slugs) {
		fmt.Fprintf(w, "**%s** %s\n\n", a.Question.Ask, escape(strings.Join(a.Sentences, " ")))
	}
	for _, t := range tables(e) {
		fmt.Fprintf(w, "%s:\n\n", t.title)
		fmt.Fprintf(w, "| %s |\n", strings.Join(t.head, " | "))
		fmt.Fprintf(w, "|%s\n", strings.Repeat(" --- |", len(t.head)))
		for _, row := range t.rows {
			fmt.Fprintf(w, "| %s |\n", escape(strings.Join(row, " | ")))
		}
		fmt.Fprintf(w, "\n%s\n\n", escape(t.note))
	}
	fmt.Fprintln(w, escape(control(e)))
	return w.Flush()
}

// chosen returns the answers to the questions asked for.
func chosen(e *question.Evidence, slugs []string) []question.Answer {
	answers := question.Answers(e)
	if len(slugs) == 0 {
		return answers
	}
	return slices.DeleteFunc(answers, func(a question.Answer) bool { return !slices.Contains(slugs, a.Question.Slug) })
}

// tables returns the tables that the evidence fills.
func tables(e *question.Evidence) []table {
	return slices.DeleteFunc([]table{overview(e), costs(e)}, func(t table) bool { return len(t.rows) == 0 })
}

// control says what the negative control showed: how much two measurements of
// one and the same strategy seem to differ.
func control(e *question.Evidence) string {
	var worst *question.Group
	covered, groups := 0, 0
	for _, g := range e.Groups("") {
		row := g.Row("control")
		if row == nil || math.IsInf(row.Ratio.High, 1) {
			continue
		}
		groups++
		if row.Ratio.Covers(1) {
			covered++
		}
		if worst == nil || g.Noise() > worst.Noise() {
			worst = g
		}
	}
	if worst == nil {
		return "The negative control was measured too seldom to say how far these figures can be trusted."
	}
	row := worst.Row("control")
	return fmt.Sprintf("Negative control: go f() against itself is 1 within the interval in %d of %d comparisons; the widest is %s (%s, %d processes).",
		covered, groups, question.Times(row.Ratio), worst.Slug, row.Ratio.N)
}

// wrap breaks prose into lines of at most so many columns, each after indent.
func wrap(text, indent string, columns int) string {
	var b strings.Builder
	length := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
			b.WriteString(indent)
			length = len(indent)
		case length+1+len(word) > columns:
			b.WriteString("\n" + indent)
			length = len(indent)
		default:
			b.WriteByte(' ')
			length++
		}
		b.WriteString(word)
		length += len(word)
	}
	return b.String()
}

// escape keeps what a results file holds from being read as markup.
func escape(s string) string {
	return strings.NewReplacer("<", "&lt;", ">", "&gt;", "*", "\\*", "_", "\\_", "`", "\\`").Replace(s)
}
