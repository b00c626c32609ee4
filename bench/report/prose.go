package report

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/poolbench/poolbench/bench/results"
)

// wrap breaks prose into lines of at most so many columns, each after indent.
// A word that is longer than that has a line of its own.
func wrap(text, indent string, columns int) string {
	var b strings.Builder
	length := 0
	for i, word := range words(text) {
		width := utf8.RuneCountInString(word)
		switch {
		case i == 0:
			b.WriteString(indent)
			length = len(indent)
		case length+1+width > columns:
			b.WriteString("\n" + indent)
			length = len(indent)
		default:
			b.WriteByte(' ')
			length++
		}
		b.WriteString(word)
		length += width
	}
	return b.String()
}

// units stand on the line of their number.
var units = []string{"ns", "us", "ms", "s", "B", "kB", "MB", "GB", "%"}

// words breaks text where a line may end.
func words(text string) (out []string) {
	for _, word := range strings.Fields(text) {
		last := len(out) - 1
		if last >= 0 && unicode.IsDigit(rune(out[last][len(out[last])-1])) && slices.Contains(units, strings.TrimRight(word, "].,;:")) {
			out[last] += " " + word
			continue
		}
		out = append(out, word)
	}
	return out
}

// printable keeps what a results file holds from steering the terminal.
func printable(s string) string { return results.Printable(s) }

// escape keeps what a results file holds from being read as markup.
func escape(s string) string { return markup.Replace(printable(s)) }

var markup = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "&#124;",
	`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "](", `]\(`,
)

// escapeAll escapes every cell of a row.
func escapeAll(cells []string) []string {
	out := make([]string, len(cells))
	for i, cell := range cells {
		out[i] = escape(cell)
	}
	return out
}
