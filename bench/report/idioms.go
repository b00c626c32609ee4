package report

import (
	"github.com/poolbench/poolbench/bench/table"
	"github.com/poolbench/poolbench/strategies"
)

// IdiomTraits returns the traits of an idiom, in words.
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
		{Key: "results", Value: order + ", " + when, Weaker: i.Unordered},
		{Key: "errors", Value: i.Errors.String(), Weaker: i.Errors != strategies.ErrorsJoined},
		{Key: "after an error", Value: after, Weaker: i.Continues},
	}
}

// IdiomTable lists the idioms of strategies and of their variants.
func IdiomTable(all []*strategies.Strategy) table.Table {
	t := table.Table{Head: []string{"strategy", "idiom"}}
	for _, trait := range IdiomTraits(strategies.Idiom{}) {
		t.Head = append(t.Head, trait.Key)
	}
	t.Head = append(t.Head, "what it is")
	for _, s := range strategies.WithVariants(all...) {
		for _, i := range s.Idioms {
			row := []string{s.Name, i.Name}
			for _, trait := range IdiomTraits(i) {
				row = append(row, trait.Value)
			}
			t.Add(append(row, i.Doc)...)
		}
	}
	return t
}
