package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/question"
)

// Format writes the answers to the questions of the slugs given, or to all,
// and the tables behind them.
type Format func(out io.Writer, e *question.Evidence, slugs ...string) error

// legend says how figures in sentences are read.
const legend = "0.50x is half of what it is compared with. Brackets hold 95 % intervals."

// figured tells whether a sentence of some answers has a figure in brackets.
func figured(answers []question.Answer) bool {
	return slices.ContainsFunc(answers, func(a question.Answer) bool { return strings.Contains(strings.Join(a.Sentences, " "), "x [") })
}

// Text writes for a terminal: the tables, how far to trust them, and last the
// answers, so that these stay on the screen. A paragraph is one line, which the
// caller wraps.
func Text(out io.Writer, e *question.Evidence, slugs ...string) error {
	w := bufio.NewWriter(out)
	note := ""
	for _, t := range tables(e, slugs) {
		fmt.Fprintln(w, printable(t.title))
		writer := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, row := range append([][]string{t.head}, t.rows...) {
			for i, cell := range row {
				row[i] = printable(cell)
			}
			fmt.Fprintln(writer, strings.Join(row, "\t"))
		}
		writer.Flush() // into w, which keeps the error
		if t.note != note {
			fmt.Fprintln(w, printable(t.note))
		}
		note = t.note
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, printable(control(e)))
	told := answers(e, slugs)
	if figured(told) {
		fmt.Fprintln(w, legend)
	}
	for _, a := range told {
		fmt.Fprintf(w, "\n[%s] %s\n", a.Question.Slug, a.Question.Ask)
		for _, s := range a.Sentences {
			fmt.Fprintf(w, "  %s\n", printable(s))
		}
	}
	return w.Flush()
}

// Markdown writes for a pull request or a page.
func Markdown(out io.Writer, e *question.Evidence, slugs ...string) error {
	return writeMarkdown(out, answers(e, slugs), tables(e, slugs), control(e))
}

// Summary writes for a README: the short answers, and how far to trust them.
func Summary(out io.Writer, e *question.Evidence, slugs ...string) error {
	w := bufio.NewWriter(out)
	told := answers(e, slugs)
	for _, a := range told {
		fmt.Fprintf(w, "**%s** %s\n\n", escape(a.Question.Ask), escape(a.Short()))
	}
	if figured(told) {
		fmt.Fprint(w, legend, " ")
	}
	fmt.Fprintln(w, escape(control(e)))
	return w.Flush()
}

func writeMarkdown(out io.Writer, answers []question.Answer, tables []table, control string) error {
	w := bufio.NewWriter(out)
	for _, a := range answers {
		fmt.Fprintf(w, "**%s** %s\n\n", escape(a.Question.Ask), escape(strings.Join(a.Sentences, " ")))
	}
	if figured(answers) {
		fmt.Fprint(w, legend, "\n\n")
	}
	note := ""
	for _, t := range tables {
		fmt.Fprintf(w, "%s:\n\n", escape(t.title))
		fmt.Fprintf(w, "| %s |\n", strings.Join(escapeAll(t.head), " | "))
		fmt.Fprintf(w, "|%s\n", strings.Repeat(" --- |", len(t.head)))
		for _, row := range t.rows {
			fmt.Fprintf(w, "| %s |\n", strings.Join(escapeAll(row), " | "))
		}
		fmt.Fprintln(w)
		if t.note != note {
			fmt.Fprintf(w, "%s\n\n", escape(t.note))
		}
		note = t.note
	}
	fmt.Fprintln(w, escape(control))
	return w.Flush()
}

// answers returns the answers to the questions asked for. What was asked for
// by name and cannot be answered is said.
func answers(e *question.Evidence, slugs []string) []question.Answer {
	all := question.Answers(e)
	if len(slugs) == 0 {
		return all
	}
	var out []question.Answer
	for _, q := range question.All {
		if !slices.Contains(slugs, q.Slug) {
			continue
		}
		i := slices.IndexFunc(all, func(a question.Answer) bool { return a.Question == q })
		if i < 0 {
			out = append(out, question.Answer{Question: q, Sentences: []string{
				fmt.Sprintf(`These results hold nothing on it; "poolbench run --question %s" measures it.`, q.Slug)}})
			continue
		}
		out = append(out, all[i])
	}
	return out
}

// control says what the negative control showed: how much two measurements of
// one and the same strategy seem to differ.
func control(e *question.Evidence) string {
	c := e.Control()
	if c.Widest == nil {
		return "The negative control was measured too seldom to say how far these figures can be trusted."
	}
	row := c.Widest.Row(bench.Control)
	return fmt.Sprintf("Negative control: go f() held against itself is %s over the whole run. In single comparisons it is 1 within the interval in %d of %d; the widest is %s (%s, %d processes).",
		question.Times(c.Ratio), c.Covering, c.Comparisons, question.Times(row.Ratio), c.Widest.Slug, row.Ratio.N)
}
