package question

import (
	"cmp"
	"slices"
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
	plain  bool                  // no line says what it was measured with
}

// NewEvidence arranges a results file by the groups that were measured
// together.
func NewEvidence(set *results.Set) *Evidence {
	measured := set
	set = arranged(set)
	e := &Evidence{set: set, plain: set != measured, groups: make(map[string]*Group), metgs: make(map[sweepLevel][]METG)}
	kinds := kindsOf(set)
	for _, cell := range set.Cells {
		slug := cell.Samples[0].Block.Group
		g := e.groups[slug]
		if g == nil {
			g = &Group{Slug: slug, plain: e.plain}
			e.groups[slug] = g
			e.order = append(e.order, slug)
		}
		g.Rows = append(g.Rows, &Row{
			Cell: cell, Strategy: cell.Keys["strategy"], Pattern: workload.Pattern(cell.Keys["pattern"]), Idiom: cell.Keys["idiom"],
			Unit: workload.Dispatch(cell.Keys["unit"]),
			kind: kinds[cell.Keys["strategy"]],
		})
	}
	for _, g := range e.groups {
		g.compare()
	}
	return e
}

// observations names what figures are medians of.
func (e *Evidence) observations() string {
	if e.plain {
		return "lines"
	}
	return "processes"
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

// Group returns the group of that slug; one without rows if it was not
// measured.
func (e *Evidence) Group(slug string) *Group {
	if g := e.groups[slug]; g != nil {
		return g
	}
	return &Group{Slug: slug}
}

// Groups returns every group whose slug begins with prefix, in file order.
func (e *Evidence) Groups(prefix string) []*Group {
	var out []*Group
	for _, slug := range e.order {
		if strings.HasPrefix(slug, prefix) {
			out = append(out, e.groups[slug])
		}
	}
	return out
}

// fineToCoarse returns the groups that differ only in how long a task is, from
// the empty task on.
func (e *Evidence) fineToCoarse() (out []*Group) {
	if g := e.Group("submit"); len(g.Rows) > 0 {
		out = append(out, g)
	}
	out = append(out, e.Groups("grain")...)
	slices.SortStableFunc(out, ByLoad)
	return out
}

// ByLoad orders groups by how long or how large a task is, and then by the
// limit, the number of submitters and the number of tasks.
func ByLoad(a, b *Group) int {
	x, y := a.Rows[0].Cell.Keys, b.Rows[0].Cell.Keys
	order := cmp.Or(
		cmp.Compare(work.Grain(x["grain"]).Duration(), work.Grain(y["grain"]).Duration()),
		cmp.Compare(work.Grain(x["grain"]).Bytes(), work.Grain(y["grain"]).Bytes()))
	for _, key := range []string{"limit", "submitters", "tasks"} {
		// What is no number counts as 0; only a foreign file holds such.
		m, _ := strconv.Atoi(x[key])
		n, _ := strconv.Atoi(y[key])
		order = cmp.Or(order, cmp.Compare(m, n))
	}
	return order
}

// CPUs is how many CPUs the run could use at once, 0 where that is not known.
func (e *Evidence) CPUs() int {
	n, err := strconv.Atoi(e.Setting("gomaxprocs"))
	if err != nil {
		return 0
	}
	return n
}

// Setting returns a value from the file's head.
func (e *Evidence) Setting(key string) string { return e.set.Setting(key) }
