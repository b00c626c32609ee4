package bench

import (
	"slices"

	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// A Group is cells that take turns with one another, and so can be compared.
// It is declared once, whichever strategies take part. Results files name it
// by its slug.
type Group struct {
	Slug      string
	Questions []string // slugs of the questions that it helps to answer

	since *Profile // the shortest profile that has it; nil: all have it
	cells cellSource

	// Bounds of its own, 0 where it has none, and others in the shortest
	// profile.
	exchanges, quickExchanges int // most in a process
	mostBlock, quickBlock     int // the last block that visits it
}

// A cellSource is the cells of a group, for a profile and a selection.
type cellSource interface {
	of(p *Profile, s Selection) []Cell
}

// A Family is groups that ask the same at several sizes, from the smallest on,
// or about several kinds of work. What belongs to it is declared: a slug that
// looks alike does not.
type Family struct {
	Slug   string
	Groups []*Group
}

// A PlannedGroup is a group with the cells that take part, and how often they
// are measured.
type PlannedGroup struct {
	*Group
	Cells     []Cell
	Exchanges int  // in each process
	MostBlock int  // visited in the first so many blocks only; 0: in all
	Alone     bool // every cell in a process of its own
}

// Reference returns the index of the cell that ratios are taken to, or -1.
func (g *PlannedGroup) Reference() int {
	return slices.IndexFunc(g.Cells, func(c Cell) bool {
		return c.Strategy == Reference && (c.Pattern == workload.Callback || c.Pattern == g.Cells[0].Pattern)
	})
}

// traffic tells whether the group's cells are servers under load.
func (g *PlannedGroup) traffic() bool { return len(g.Cells) > 0 && g.Cells[0].Measure == Echo }

// A Selection is what takes part.
type Selection struct {
	Strategies []*strategies.Strategy
	Servers    []*echo.Server
	Named      bool     // they were named one by one: none is left out of a short profile
	Peers      []string // names of servers that run already, somewhere
	Python     string   // path of the interpreter that peers run on; empty: no peers
	Questions  []string // only what helps to answer one of these; none: all
}

// asks tells whether what helps to answer these questions takes part.
func (s Selection) asks(questions []string) bool {
	return len(s.Questions) == 0 || slices.ContainsFunc(s.Questions, func(q string) bool { return slices.Contains(questions, q) })
}

// Groups returns what a profile measures of a selection: fan-outs first, then
// traffic. The loop is always among the cells of a fan-out, and the control
// when the reference is. A cell is in one group only: a process pool, which has
// one limit where others have many, stays in the first that has it.
func (p *Profile) Groups(s Selection) (planned []PlannedGroup) {
	taken := make(map[Cell]bool)
	for _, g := range Groups {
		if g.since != nil && g.since.rank > p.rank || !s.asks(g.Questions) {
			continue
		}
		at := PlannedGroup{Group: g, Exchanges: p.Exchanges, MostBlock: g.mostBlock}
		if most := g.exchanges; most > 0 {
			at.Exchanges = min(at.Exchanges, most)
		}
		if p == Quick && g.quickExchanges > 0 {
			at.Exchanges = g.quickExchanges
		}
		if p == Quick && g.quickBlock > 0 {
			at.MostBlock = g.quickBlock
		}
		for _, c := range g.cells.of(p, s) {
			if !taken[c] {
				taken[c] = true
				at.Cells = append(at.Cells, c)
			}
		}
		if len(at.Cells) == 0 {
			continue
		}
		if at.Alone = at.Cells[0].Measure == Memory; at.Alone {
			at.Exchanges = 1
		}
		planned = append(planned, at)
	}
	return planned
}
