// Package table lays out rows and columns of words, and writes them for a
// terminal, for a pull request and for a spreadsheet.
package table

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/poolbench/poolbench/bench/results"
)

// A Table is what is printed in rows and columns.
type Table struct {
	Title, Note string
	Head        []string
	Rows        [][]string // each as long as Head
}

// Add adds a row.
func (t *Table) Add(row ...string) { t.Rows = append(t.Rows, row) }

// Text writes the table for a terminal, in aligned columns. The note is one
// line, which the caller wraps.
func (t Table) Text(out io.Writer) error {
	w := bufio.NewWriter(out)
	if t.Title != "" {
		fmt.Fprintln(w, Printable(t.Title))
	}
	aligned := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		fmt.Fprintln(aligned, strings.Join(each(row, Printable), "\t"))
	}
	aligned.Flush() // into w, which keeps the error
	if t.Note != "" {
		fmt.Fprintln(w, Printable(t.Note))
	}
	return w.Flush()
}

// Markdown writes the table for a pull request or a page.
func (t Table) Markdown(out io.Writer) error {
	w := bufio.NewWriter(out)
	if t.Title != "" {
		fmt.Fprintf(w, "%s:\n\n", Escape(t.Title))
	}
	fmt.Fprintf(w, "| %s |\n|%s\n", strings.Join(each(t.Head, Escape), " | "), strings.Repeat(" --- |", len(t.Head)))
	for _, row := range t.Rows {
		fmt.Fprintf(w, "| %s |\n", strings.Join(each(row, Escape), " | "))
	}
	if t.Note != "" {
		fmt.Fprintf(w, "\n%s\n", Escape(t.Note))
	}
	return w.Flush()
}

// CSV writes the table for a spreadsheet: the head and the rows.
func (t Table) CSV(out io.Writer) error {
	w := csv.NewWriter(out)
	if err := w.WriteAll(append([][]string{t.Head}, t.Rows...)); err != nil {
		return err
	}
	return w.Error()
}

// A Grid is a table that is filled cell by cell: its rows come in the order in
// which they are first named.
type Grid struct {
	Table
	names int // columns that name a row
}

// NewGrid returns a table without rows, of which the first columns name a row
// and each of the others is for one value.
func NewGrid(title, note string, names []string, values ...string) *Grid {
	return &Grid{Table{Title: title, Note: note, Head: append(slices.Clip(names), values...)}, len(names)}
}

// Set writes a value into a column, counted from the first that names no row. A
// row that is new has a dash everywhere else.
func (g *Grid) Set(column int, text string, name ...string) {
	i := slices.IndexFunc(g.Rows, func(row []string) bool { return slices.Equal(row[:g.names], name) })
	if i < 0 {
		row := slices.Clone(name)
		for len(row) < len(g.Head) {
			row = append(row, "-")
		}
		i, g.Rows = len(g.Rows), append(g.Rows, row)
	}
	g.Rows[i][g.names+column] = text
}

// Printable keeps what a results file holds from steering the terminal.
func Printable(s string) string { return results.Printable(s) }

// Escape keeps what a results file holds from being read as Markdown.
func Escape(s string) string { return markup.Replace(Printable(s)) }

var markup = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "&#124;",
	`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "~", `\~`, "](", `]\(`,
)

func each(row []string, do func(string) string) []string {
	out := make([]string, len(row))
	for i, cell := range row {
		out[i] = do(cell)
	}
	return out
}
