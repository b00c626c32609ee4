package page

import (
	"slices"

	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
)

// A unitHead is the head of a column of figures.
type unitHead struct{ Unit, Title, Doc string }

// newUnitHead is the head of a unit's column, in words.
func newUnitHead(unit string) unitHead {
	h := unitHead{Unit: unit, Title: claim.Title(unit)}
	if i := slices.IndexFunc(results.Units, func(u results.Unit) bool { return u.Name == unit }); i >= 0 {
		h.Doc = results.Units[i].Doc
	}
	return h
}
