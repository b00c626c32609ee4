package page

import (
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/echo"
)

// A traitMatrix is the traits of several servers, a row each.
type traitMatrix struct {
	Title string
	Keys  []string
	Rows  []traitRow
}

type traitRow struct {
	Name, Title, URL string
	Traits           []report.Trait
}

// newServerMatrix lays out the traits of every server, and what its limit counts:
// that is no guarantee, but a reader who compares two at one limit must know it.
func newServerMatrix(all []*echo.Server) traitMatrix {
	m := traitMatrix{Title: "Guarantees of servers"}
	for i, s := range all {
		row := traitRow{Name: s.Name, Title: s.Title(), URL: s.URL}
		row.Traits = append(report.ServerTraits(s), report.Trait{Key: "the limit counts", Value: s.Limit.String()})
		for _, t := range row.Traits {
			if i == 0 {
				m.Keys = append(m.Keys, t.Key)
			}
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}
