package question

import (
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
)

// Evidence is what was measured, ready to be asked.
type Evidence struct {
	set    *results.Set
	groups map[string]*Group
	order  []string
	metgs  map[sweepLevel][]METG // as far as they were asked for
	plain  bool                  // the file does not say what was measured together

	// measured is set, but for the names of cells, which are those of the file.
	measured *results.Set
}

// NewEvidence arranges a results file by the groups that were measured
// together.
func NewEvidence(set *results.Set) *Evidence {
	measured := arranged(set)
	plain := measured != set
	set = named(measured)
	e := &Evidence{set: set, measured: measured, plain: plain, groups: make(map[string]*Group), metgs: make(map[sweepLevel][]METG)}
	kinds := kindsOf(set)
	for _, cell := range set.Cells {
		slug := cell.Samples[0].Block.Group
		g := e.groups[slug]
		if g == nil {
			g = &Group{Slug: slug}
			e.groups[slug] = g
			e.order = append(e.order, slug)
		}
		g.Rows = append(g.Rows, &Row{
			Cell: cell, Strategy: cell.Keys["strategy"], Pattern: workload.Pattern(cell.Keys["pattern"]), Idiom: cell.Keys["idiom"],
			Unit: workload.Dispatch(cell.Keys["unit"]),
			kind: kinds[cell.Keys["strategy"]],
		})
	}
	return e
}

// Measured returns the results with the ratios to the reference, each cell under
// its own package, name and number of CPUs.
func (e *Evidence) Measured() *results.Set { return e.measured }

// Observations counts what figures are medians of: "1 process" or, of what "go
// test" printed, "12 lines".
func (e *Evidence) Observations(n int) string {
	if e.plain {
		return Count(n, "line", "lines")
	}
	return Count(n, "process", "processes")
}

// kindsOf reads the kinds of strategies from a file's head.
func kindsOf(set *results.Set) map[string]bench.Kind {
	kinds := make(map[string]bench.Kind)
	for _, word := range strings.Fields(set.Setting("kinds")) {
		name, kind, _ := strings.Cut(word, "=")
		kinds[name] = bench.Kind(kind)
	}
	return kinds
}

// Group returns a group as it was measured; one without rows if it was not.
func (e *Evidence) Group(g *bench.Group) *Group {
	if measured := e.groups[g.Slug]; measured != nil {
		return measured
	}
	return &Group{Slug: g.Slug}
}

// Groups returns every group, in file order.
func (e *Evidence) Groups() []*Group {
	out := make([]*Group, len(e.order))
	for i, slug := range e.order {
		out[i] = e.groups[slug]
	}
	return out
}

// Family returns the groups that were measured of several, in their order.
func (e *Evidence) Family(groups []*bench.Group) (out []*Group) {
	for _, g := range groups {
		if measured := e.groups[g.Slug]; measured != nil {
			out = append(out, measured)
		}
	}
	return out
}

// grain is how long or large a task of the group is.
func (g *Group) grain() work.Grain { return work.Grain(g.Key("grain")) }

// number reads a number from a name or the file's head; what is none counts as 0.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// CPUs is how many CPUs the run could use at once, 0 where that is not known.
func (e *Evidence) CPUs() int { return number(e.Setting("gomaxprocs")) }

// Settings returns the file's head.
func (e *Evidence) Settings() []results.Setting { return e.set.Settings }

// Setting returns a value from the file's head.
func (e *Evidence) Setting(key string) string { return e.set.Setting(key) }
