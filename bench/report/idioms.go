package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/poolbench/poolbench/strategies"
)

// IdiomTraits returns what an idiom promises, in words.
func IdiomTraits(i strategies.Idiom) []Trait {
	order, when, after := "in order", "after the last task", "no other starts"
	if i.Unordered {
		order = "in any order"
	}
	if i.Streams {
		when = "while tasks run"
	}
	if i.Continues {
		after = "others still start"
	}
	return []Trait{
		{Key: "results", Value: order + ", " + when, Withdrawn: i.Unordered},
		{Key: "errors", Value: i.Errors.String(), Withdrawn: i.Errors != strategies.ErrorsJoined},
		{Key: "after an error", Value: after, Withdrawn: i.Continues},
	}
}

// Idioms writes the idioms of strategies as a Markdown table.
func Idioms(out io.Writer, all []*strategies.Strategy) error {
	var b strings.Builder
	b.WriteString("| strategy | idiom |")
	titles := IdiomTraits(strategies.Idiom{})
	for _, t := range titles {
		b.WriteString(" " + t.Key + " |")
	}
	b.WriteString(" what it is |\n|" + strings.Repeat(" --- |", len(titles)+3) + "\n")
	for _, s := range all {
		for _, i := range s.Idioms {
			fmt.Fprintf(&b, "| %s | %s |", s.Name, i.Name)
			for _, t := range IdiomTraits(i) {
				b.WriteString(" " + t.Value + " |")
			}
			fmt.Fprintf(&b, " %s |\n", i.Doc)
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}
