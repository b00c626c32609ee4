package page

import (
	"fmt"

	"github.com/poolbench/poolbench/bench/advisor"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// A traitMatrix is what each of several things of one kind promises, and what it
// can do besides.
type traitMatrix struct {
	Title string
	Kind  string // what a row is
	Keys  []string
	Rows  []traitRow
}

type traitRow struct {
	Name, Title, URL string
	Traits           []report.Trait
}

// abilities are what a pool can do that not all can, each with the trait that
// says how well: without it, the trait means nothing.
var abilities = []struct {
	title, trait string
	of           func(advisor.Facts) bool
}{
	{"gives up what waits", "cancel", func(f advisor.Facts) bool { return f.Cancel }},
	{"changes its limit", "resize", func(f advisor.Facts) bool { return f.Resize }},
	{"refuses when asked to", "", func(f advisor.Facts) bool { return f.Try }},
	{"sets parts aside", "", func(f advisor.Facts) bool { return f.Divide }},
	{"gives up what waits in a part", "parts", func(f advisor.Facts) bool { return f.Divide && f.Cancel }},
}

// newTraitMatrix lays out what every strategy promises.
func newTraitMatrix(all []*strategies.Strategy) (m traitMatrix, err error) {
	m.Title, m.Kind = "Promises", "strategy"
	for i, s := range all {
		facts, err := advisor.FactsOf(s)
		if err != nil {
			return m, fmt.Errorf("look at what a pool of strategy %s can do: %w", s.Name, err)
		}
		row := traitRow{Name: s.Name, Title: s.Title(), URL: s.URL}
		values := make(map[string]report.Trait)
		for _, t := range report.Traits(s) {
			values[t.Key] = t
			if aboutAbility(t.Key) {
				continue
			}
			if i == 0 {
				m.Keys = append(m.Keys, t.Key)
			}
			row.Traits = append(row.Traits, t)
		}
		for _, a := range abilities {
			if i == 0 {
				m.Keys = append(m.Keys, a.title)
			}
			cell := report.Trait{Key: a.title, Value: "no"}
			if a.of(facts) {
				cell.Value = "yes"
				if t, told := values[a.trait]; told {
					cell.Value, cell.Withdrawn = "yes: "+t.Value, t.Withdrawn
				}
			}
			row.Traits = append(row.Traits, cell)
		}
		m.Rows = append(m.Rows, row)
	}
	return m, nil
}

// aboutAbility tells whether a trait is about what not all pools can do.
func aboutAbility(trait string) bool {
	for _, a := range abilities {
		if a.trait == trait {
			return true
		}
	}
	return false
}

// newServerMatrix lays out what every server promises, and what its limit
// counts: that is no promise, but a reader who compares two at one limit must
// know it.
func newServerMatrix(all []*echo.Server) traitMatrix {
	m := traitMatrix{Title: "Promises of servers", Kind: "server"}
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
