package report

import (
	"strings"

	"github.com/poolbench/poolbench/bench/results"
)

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
