package question

import (
	"fmt"
	"slices"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
)

// PeakUnit is the unit in which the peaks of a group are compared: the memory of
// the process or, where the system does not report it, that of stacks.
func (g *Group) PeakUnit() string {
	if reference := g.Row(bench.Reference); reference == nil || len(reference.Cell.Values(results.PeakRSS)) == 0 {
		return results.PeakStack
	}
	return results.PeakRSS
}

// peaksOf asks how much memory strategies need at their peak.
type peaksOf struct{ Groups []*bench.Group }

func (p peaksOf) answer(a *answering) {
	unit := ""
	for _, g := range a.Family(p.Groups) {
		reference := g.Row(bench.Reference)
		if reference == nil {
			continue
		}
		of := g.PeakUnit()
		peaks := a.compare(g, Query{Unit: of, Rows: (*Row).IsStrategy})
		own := peaks.Of(reference.Cell)
		if own == nil {
			continue
		}
		unit = of
		ratios := a.compare(g, Query{Unit: of, Baseline: ReferenceAlone, Rows: (*Row).IsStrategy}).Sorted(func(c *claim.Claim) bool { return c.Cell != reference.Cell })
		ratios = slices.DeleteFunc(ratios, func(c *claim.Claim) bool { return peaks.Of(c.Cell) == nil })
		if len(ratios) == 0 {
			a.say(fmt.Sprintf("With %s %s, go f() peaks at %s%s.", g.Key("tasks"), g.Load(), own, inGoroutines(reference)), own)
			continue
		}
		at := func(c *claim.Claim) string {
			return fmt.Sprintf("%s, %s than go f()", claim.Write(of, peaks.Of(c.Cell).Value.Estimate), c)
		}
		leanest, largest := ratios[0], ratios[len(ratios)-1]
		text := fmt.Sprintf("With %s %s and a limit of %s, %s peaks at %s", g.Key("tasks"), g.Load(), g.Limit(), leanest.Name, at(leanest))
		shown := []*claim.Claim{leanest}
		if others := top(1, ratios); len(others) > 1 {
			shown, text = others, text+fmt.Sprintf(", the best of the others, %s, at %s", others[1].Name, at(others[1]))
		}
		if len(ratios) > len(shown) {
			text += fmt.Sprintf(", and %s, which needs most, at %s", largest.Name, at(largest))
			shown = append(slices.Clone(shown), largest)
		}
		a.say(fmt.Sprintf("%s; go f() itself peaks at %s%s%s.", text, own, inGoroutines(reference), tied(ratios)), append(shown, own)...)
		a.lead(ratios)
	}
	switch unit {
	case results.PeakRSS:
		a.say("This is the memory of the whole process; any Go program takes some megabytes of it.")
	case results.PeakStack:
		a.say("This is the memory of stacks alone: this system does not report that of a process.")
	}
}

// tied says which claims the intervals do not tell from the first.
func tied(ranked []*claim.Claim) string {
	if !claim.Bounded(ranked[0].Value) {
		return ""
	}
	var level []*claim.Claim
	for _, c := range ranked[1:] {
		if claim.Bounded(c.Value) && c.Value.Low <= ranked[0].Value.High {
			level = append(level, c)
		}
	}
	switch n := len(level); {
	case n == 0:
		return ""
	case n > 2:
		return fmt.Sprintf("; %s and %d others are tied", ranked[0].Name, n)
	}
	return fmt.Sprintf("; %s are tied", list(names(slices.Concat(ranked[:1], level))))
}

// inGoroutines adds the number of goroutines, where it is known.
func inGoroutines(r *Row) string {
	v := claim.Median(r.Cell, results.PeakGoroutines)
	if !claim.Known(v) {
		return ""
	}
	return fmt.Sprintf(" and %.0f goroutines", v.Estimate)
}

// footprint asks what strategies need that have next to nothing to do: the whole
// catalog takes part in that, also what cannot wait for many tasks at once.
type footprint struct{ Group *bench.Group }

func (p footprint) answer(a *answering) {
	g := a.Group(p.Group)
	reference := g.Row(bench.Reference)
	if reference == nil {
		return
	}
	peaks := a.compare(g, Query{Unit: g.PeakUnit(), Rows: (*Row).IsStrategy})
	ratios := a.compare(g, Query{Unit: g.PeakUnit(), Baseline: ReferenceAlone, Rows: (*Row).IsStrategy})
	own := peaks.Of(reference.Cell)
	if own == nil || len(ratios.Claims) < 2 {
		return
	}
	most := ratios.Claims[len(ratios.Claims)-1]
	if most.Cell == reference.Cell || peaks.Of(most.Cell) == nil {
		return
	}
	a.say(fmt.Sprintf("With next to nothing to do, %s %s, go f() peaks at %s; %s needs most, %s (%s), its worker processes included.",
		g.Key("tasks"), g.Load(), own, most.Name, peaks.Of(most.Cell), most), own, most)
}
