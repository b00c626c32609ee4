package main

import (
	"slices"
	"testing"

	"github.com/poolbench/poolbench/strategies/catalog"
)

func TestEveryCellStandsOnceAndEveryGroupHasItsSubject(t *testing.T) {
	slugs, names := make(map[string]bool), make(map[string]string)
	for _, g := range Groups(catalog.All, 2) {
		if slugs[g.Slug] {
			t.Errorf("two groups are called %s", g.Slug)
		}
		slugs[g.Slug] = true
		if g.Exchanges < 1 {
			t.Errorf("%s: %d exchanges", g.Slug, g.Exchanges)
		}
		for _, c := range g.Cells {
			// Groups may share what they measure, but a record could not tell
			// such cells apart.
			if other := names[c.Name()]; other != "" {
				t.Errorf("%s is in %s and in %s", c.Name(), other, g.Slug)
			}
			names[c.Name()] = g.Slug
			if !slices.ContainsFunc(g.Cells, func(s Cell) bool { return s.Workload == c.Workload && s.Strategy == Subject }) {
				t.Errorf("%s: nobody to compare %s with", g.Slug, c.Name())
			}
			if c.Procs != g.Cells[0].Procs {
				t.Errorf("%s: cells of one process on %d and %d processors", g.Slug, c.Procs, g.Cells[0].Procs)
			}
		}
	}
}

// Each starts or wakes as many goroutines as there are tasks, and one that starts
// them would otherwise find those that another has just ended.
func TestSleepersThatAllRunAtOnceHaveProcessesOfTheirOwn(t *testing.T) {
	var apart []string
	for _, g := range Groups(catalog.All, 2) {
		if g.Apart {
			apart = append(apart, g.Slug)
		}
	}
	if !slices.Equal(apart, []string{"coarse-sleep-1ms-1000-1"}) {
		t.Errorf("apart are %q", apart)
	}
}

func TestGroupsAreSelectedByTheBeginningOfTheirNames(t *testing.T) {
	groups := Groups(catalog.All, 2)
	if got := Selected(groups, []string{""}); len(got) != len(groups) {
		t.Errorf("everything is %d of %d groups", len(got), len(groups))
	}
	for _, g := range Selected(groups, []string{"micro", "memory"}) {
		if g.Slug != "memory" && g.Slug[:5] != "micro" {
			t.Errorf("%s was not asked for", g.Slug)
		}
	}
	if got := Selected(groups, []string{"macro"}); len(got) > 0 {
		t.Errorf("%d groups are called macro", len(got))
	}
}
