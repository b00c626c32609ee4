package results

import (
	"strings"
	"unicode"
)

// Printable keeps what a results file holds from steering the terminal that it is
// printed to, and from making a chart that is no XML: what does not print is
// shown as U+FFFD. Newlines stay.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
