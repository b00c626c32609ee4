package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/guarantee"
)

// semanticsColumns are the traits that have a column of their own, with its
// title; the others stand together in the last one.
var semanticsColumns = []struct{ key, title string }{
	{"limit", "runs at once"}, {"full", "when full"}, {"panic", "a panic"}, {"goexit", "Goexit"},
	{"nested", "nested submit"}, {"race", "submit racing Close"}, {"closed", "submit after Close"},
}

// Semantics writes the traits of strategies and of their variants as a Markdown
// table.
func Semantics(out io.Writer, all []*guarantee.Strategy) error {
	var b strings.Builder
	b.WriteString("| strategy |")
	for _, c := range semanticsColumns {
		b.WriteString(" " + c.title + " |")
	}
	b.WriteString(" besides |\n|" + strings.Repeat(" --- |", len(semanticsColumns)+2) + "\n")
	for _, s := range all {
		for _, v := range s.Variants {
			traits := Traits(v.Facts)
			fmt.Fprintf(&b, "| [%s](%s) |", v.Name, v.URL)
			for _, c := range semanticsColumns {
				i := slices.IndexFunc(traits, func(t Trait) bool { return t.Key == c.key })
				b.WriteString(" " + traits[i].Value + " |")
				traits = slices.Delete(traits, i, i+1)
			}
			b.WriteString(" " + Weaker(traits) + " |\n")
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}
