package report

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Text writes one table for a terminal.
func (t Table) Text(out io.Writer) error {
	w := bufio.NewWriter(out)
	fmt.Fprintln(w, printable(t.Title))
	aligned := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = printable(cell)
		}
		fmt.Fprintln(aligned, strings.Join(cells, "\t"))
	}
	aligned.Flush() // into w, which keeps the error
	fmt.Fprintln(w, printable(t.Note))
	return w.Flush()
}

// Markdown writes one table for a pull request.
func (t Table) Markdown(out io.Writer) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%s:\n\n| %s |\n|%s\n", escape(t.Title), strings.Join(escapeAll(t.Head), " | "), strings.Repeat(" --- |", len(t.Head)))
	for _, row := range t.Rows {
		fmt.Fprintf(w, "| %s |\n", strings.Join(escapeAll(row), " | "))
	}
	fmt.Fprintf(w, "\n%s\n", escape(t.Note))
	return w.Flush()
}

// CSV writes one table for a spreadsheet.
func (t Table) CSV(out io.Writer) error {
	w := csv.NewWriter(out)
	if err := w.WriteAll(append([][]string{t.Head}, t.Rows...)); err != nil {
		return err
	}
	return w.Error()
}
