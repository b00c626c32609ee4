package compare

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/results"
)

// A Row is one benchmark in one unit, in two results.
type Row struct {
	Label     string // the benchmark, with what tells it apart from the others that are compared
	Machine   string // empty where a machine of base is held against one of head, whichever they are
	Package   string // import path, empty where neither result says it
	Benchmark string // without the word Benchmark
	CPUs      string // how the name ends: "-8", or nothing
	Difference
}

// Results is what two files, or several parts of two files, say beside each other.
type Results struct {
	Rows      []Row    // unit by unit, time first: those that differ, the largest change first, then the others
	OnlyBase  []string // labels of benchmarks that head lacks
	OnlyHead  []string // and that base lacks
	OnlyUnits []string // remarks on units that benchmarks have in one of the results alone
	Nothing   string   // why there is no row; empty where there is one
	ByName    bool     // one of the results names no package, so that benchmarks were matched without
	Turns     bool     // both are sides of one gate, which took turns
}

// A Choice is what to compare. The zero value is everything.
type Choice struct {
	Units  []string       // in any spelling
	Filter *regexp.Regexp // that a benchmark's name must match, with its package and its number of CPUs; may be nil
}

// Sets compares results benchmark by benchmark, in every unit that both have.
// Each side is the results of one machine or of several, as [results.Set.Split]
// returns them; benchmarks are matched by machine, package, name and number of
// CPUs. With one machine a side, the machines may differ.
func (r Rule) Sets(base, head []*results.Set, choice Choice) Results {
	m := matching{choice: choice, turns: true, units: make(map[string]unitName)}
	several := len(base) > 1 || len(head) > 1
	for _, b := range base {
		i := slices.IndexFunc(head, func(h *results.Set) bool { return !several || h.Machine() == b.Machine() })
		if i < 0 {
			m.only(b, &m.onlyBase)
			continue
		}
		m.match(b, head[i], several)
	}
	for _, h := range head {
		if several && !slices.ContainsFunc(base, func(b *results.Set) bool { return h.Machine() == b.Machine() }) {
			m.only(h, &m.onlyHead)
		}
	}
	return m.results(r)
}

// A side is a benchmark of base or of head.
type side struct {
	set  *results.Set
	cell *results.Cell
}

// A matching finds out what belongs together.
type matching struct {
	choice             Choice
	pairs              [][2]side
	machines           bool // there are several
	onlyBase, onlyHead []side
	byName, turns      bool
	units              map[string]unitName
	lacking            [2][]string // units that benchmarks of base, of head have alone
}

// A unitName is what a spelling of a unit stands for.
type unitName struct {
	canonical string
	order     int
}

// only notes the benchmarks of a machine that the other side does not have.
func (m *matching) only(set *results.Set, list *[]side) {
	m.machines = true
	for _, cell := range set.Cells {
		if m.choice.Takes(cell) {
			*list = append(*list, side{set, cell})
		}
	}
}

// Takes tells whether a benchmark passes the filter.
func (c Choice) Takes(cell *results.Cell) bool {
	return c.Filter == nil || c.Filter.MatchString(cell.Label()) || c.Filter.MatchString(cell.Name+cell.CPUs)
}

// Units lists what results were measured in, time first, each in one spelling.
func Units(sets ...*results.Set) []string {
	m := matching{units: make(map[string]unitName)}
	var units []string
	for _, set := range sets {
		for _, cell := range set.Cells {
			units = m.unitsOf(cell, units)
		}
	}
	slices.SortFunc(units, m.byUnit)
	return units
}

// unitsOf adds what a cell was measured in to a list of units.
func (m *matching) unitsOf(cell *results.Cell, units []string) []string {
	for i := range cell.Samples {
		if i > 0 && cell.Samples[i].SameUnits(&cell.Samples[i-1]) {
			continue
		}
		for _, unit := range cell.Samples[i].Units() {
			if m.spelling(units, unit) == "" {
				units = append(units, unit)
			}
		}
	}
	return units
}

// match pairs the benchmarks of two machines. Where one side names no package at
// all, a name that is unambiguous on the other stands for itself.
func (m *matching) match(base, head *results.Set, several bool) {
	m.machines = m.machines || several
	m.turns = m.turns && base.Turns && head.Turns && base.Setting("runstamp") == head.Setting("runstamp")
	packages := func(set *results.Set) bool {
		return slices.ContainsFunc(set.Cells, func(c *results.Cell) bool { return c.Package != "" })
	}
	byName := packages(base) != packages(head)
	type key struct{ pkg, name, cpus string }
	keyOf := func(c *results.Cell) key {
		if byName {
			return key{"", c.Name, c.CPUs}
		}
		return key{c.Package, c.Name, c.CPUs}
	}
	others, matched := make(map[key][]*results.Cell), make(map[*results.Cell]bool)
	for _, cell := range head.Cells {
		if m.choice.Takes(cell) {
			others[keyOf(cell)] = append(others[keyOf(cell)], cell)
		}
	}
	count := make(map[key]int)
	for _, cell := range base.Cells {
		count[keyOf(cell)]++
	}
	for _, cell := range base.Cells {
		k := keyOf(cell)
		switch {
		case !m.choice.Takes(cell) && !(byName && len(others[k]) == 1):
		case len(others[k]) == 1 && count[k] == 1:
			matched[others[k][0]] = true
			m.pairs = append(m.pairs, [2]side{{base, cell}, {head, others[k][0]}})
			m.byName = m.byName || byName
		default:
			m.onlyBase = append(m.onlyBase, side{base, cell})
		}
	}
	for _, cell := range head.Cells {
		if m.choice.Takes(cell) && !matched[cell] {
			m.onlyHead = append(m.onlyHead, side{head, cell})
		}
	}
}

// results compares what was matched.
func (m *matching) results(r Rule) Results {
	out := Results{ByName: m.byName, Turns: m.turns && len(m.pairs) > 0}
	label := m.labels()
	families := make(map[string][]*Difference)
	for _, pair := range m.pairs {
		shown := named(pair)
		for _, d := range m.differences(r, pair) {
			c := shown.cell
			row := Row{Label: label(shown), Package: c.Package, Benchmark: c.Name, CPUs: c.CPUs, Difference: d}
			if m.machines {
				row.Machine = shown.set.Machine()
			}
			out.Rows = append(out.Rows, row)
		}
	}
	for i := range out.Rows {
		unit := m.unit(out.Rows[i].Unit.Name).canonical
		families[unit] = append(families[unit], &out.Rows[i].Difference)
	}
	for _, family := range families {
		r.Judge(family...)
	}
	slices.SortStableFunc(out.Rows, func(a, b Row) int {
		return cmp.Or(m.byUnit(a.Unit.Name, b.Unit.Name), cmp.Compare(a.rank(), b.rank()), cmp.Compare(b.size(), a.size()))
	})
	for _, only := range []struct {
		sides []side
		to    *[]string
	}{{m.onlyBase, &out.OnlyBase}, {m.onlyHead, &out.OnlyHead}} {
		for _, s := range only.sides {
			*only.to = append(*only.to, label(s))
		}
	}
	for i, name := range []string{"base", "head"} {
		if units := m.lacking[i]; len(units) > 0 {
			slices.SortFunc(units, m.byUnit)
			out.OnlyUnits = append(out.OnlyUnits, fmt.Sprintf("%s has some in %s, which the other lacks", name, strings.Join(units, ", ")))
		}
	}
	if len(out.Rows) == 0 {
		out.Nothing = m.nothing()
	}
	return out
}

// rank puts first what differs, and last what is undecided.
func (d *Difference) rank() int {
	switch d.Verdict {
	case NoDifference:
		return 1
	case Undecided:
		return 2
	}
	return 0
}

// size is how large the change is, whichever way it goes.
func (d *Difference) size() float64 {
	if s := math.Abs(math.Log(d.Ratio.Estimate)); !math.IsNaN(s) {
		return s
	}
	if d.Verdict.Differs() {
		return math.Inf(1)
	}
	return 0
}

// named is the side of a pair that names a package, if one does.
func named(pair [2]side) side {
	if pair[1].cell.Package == "" {
		return pair[0]
	}
	return pair[1]
}

// labels returns how benchmarks are called: with their machine, their package and
// their number of CPUs only where these are not all the same.
func (m *matching) labels() func(side) string {
	var all []side
	for _, pair := range m.pairs {
		all = append(all, named(pair))
	}
	all = slices.Concat(all, m.onlyBase, m.onlyHead)
	differ := func(of func(side) string) bool {
		return slices.ContainsFunc(all, func(s side) bool { return of(s) != of(all[0]) })
	}
	packages := differ(func(s side) string { return s.cell.Package })
	cpus := differ(func(s side) string { return s.cell.CPUs })
	return func(s side) string {
		c := *s.cell
		if !packages {
			c.Package = ""
		}
		if !cpus {
			c.CPUs = ""
		}
		if m.machines {
			return c.Label() + " (" + s.set.Machine() + ")"
		}
		return c.Label()
	}
}

// unit returns what a spelling stands for.
func (m *matching) unit(spelling string) unitName {
	known, ok := m.units[spelling]
	if !ok {
		known.canonical, _ = results.Canonical(spelling)
		known.order = slices.IndexFunc(results.Units, func(u results.Unit) bool {
			canonical, _ := results.Canonical(u.Name)
			return canonical == known.canonical
		})
		switch {
		case slices.Contains([]string{"sec/op", "sec/task"}, known.canonical):
			known.order = -1
		case known.order < 0:
			known.order = len(results.Units)
		}
		m.units[spelling] = known
	}
	return known
}

// byUnit orders units: time first, then as Units lists them, then others by name.
func (m *matching) byUnit(a, b string) int {
	return cmp.Or(cmp.Compare(m.unit(a).order, m.unit(b).order), cmp.Compare(m.unit(a).canonical, m.unit(b).canonical))
}

// differences compares a benchmark in every unit that both sides have and that
// was asked for.
func (m *matching) differences(r Rule, pair [2]side) (out []Difference) {
	var units [2][]string // one spelling each
	for i, s := range pair {
		units[i] = slices.DeleteFunc(m.unitsOf(s.cell, nil), func(unit string) bool { return !m.wanted(unit) })
	}
	for _, unit := range units[0] {
		other := m.spelling(units[1], unit)
		if other == "" {
			m.lack(0, unit)
			continue
		}
		base, head := m.values(pair[0].cell, unit), m.values(pair[1].cell, unit)
		if reference := (unit == results.XRef || unit == results.CPUXRef) && constant(1, base) && constant(1, head); reference {
			continue // it is no multiple of itself
		}
		out = append(out, r.Samples(Unit{
			Name: unit, Better: agreed(pair[0].set.Better(unit), pair[1].set.Better(other)),
			Exact: pair[0].set.Exact(unit) || pair[1].set.Exact(other),
		}, base, head))
	}
	for _, unit := range units[1] {
		if m.spelling(units[0], unit) == "" {
			m.lack(1, unit)
		}
	}
	return out
}

// wanted tells whether a unit was asked for.
func (m *matching) wanted(unit string) bool {
	return len(m.choice.Units) == 0 || m.spelling(m.choice.Units, unit) != ""
}

// spelling returns how a unit is spelled in a list, "" where it is not in it.
func (m *matching) spelling(units []string, unit string) string {
	for _, u := range units {
		if m.unit(u).canonical == m.unit(unit).canonical {
			return u
		}
	}
	return ""
}

// lack notes a unit that a benchmark of that side has alone.
func (m *matching) lack(side int, unit string) {
	if m.spelling(m.lacking[side], unit) == "" {
		m.lacking[side] = append(m.lacking[side], unit)
	}
}

// values returns one unit of all samples of a cell, in whichever spelling each
// has it.
func (m *matching) values(cell *results.Cell, unit string) (out []float64) {
	spelled := ""
	for i := range cell.Samples {
		s := &cell.Samples[i]
		if i == 0 || !s.SameUnits(&cell.Samples[i-1]) {
			spelled = m.spelling(s.Units(), unit)
		}
		if v, ok := s.Value(spelled); ok && spelled == unit {
			out = append(out, v)
		} else if ok {
			out = append(out, results.Convert([]float64{v}, spelled, unit)...)
		}
	}
	return out
}

func constant(c float64, values []float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return v != c })
}

// agreed is which values are better, where two files do not contradict each other.
func agreed(a, b string) string {
	if a != "" && b != "" && a != b {
		return ""
	}
	return cmp.Or(a, b)
}

// nothing says why nothing can be compared.
func (m *matching) nothing() string {
	if len(m.pairs) > 0 {
		return "no benchmark has a unit that both have: " + strings.Join(slices.Concat(m.lacking[0], m.lacking[1]), ", ")
	}
	if len(m.onlyBase) == 0 || len(m.onlyHead) == 0 {
		return "no benchmark was chosen"
	}
	of := make(map[string]side)
	for _, b := range m.onlyBase {
		of[b.cell.Name] = b
	}
	for _, h := range m.onlyHead {
		b, ok := of[h.cell.Name]
		if !ok {
			continue
		}
		for _, differs := range []struct{ what, base, head string }{
			{"machine", b.set.Machine(), h.set.Machine()},
			{"package", b.cell.Package, h.cell.Package},
			{"number of CPUs", strings.TrimPrefix(b.cell.CPUs, "-"), strings.TrimPrefix(h.cell.CPUs, "-")},
		} {
			if differs.base != differs.head {
				return fmt.Sprintf("benchmarks of one name differ in their %s, such as %s: %s in base, %s in head",
					differs.what, b.cell.Name, cmp.Or(differs.base, "none"), cmp.Or(differs.head, "none"))
			}
		}
	}
	return fmt.Sprintf("no benchmark is in both: base has such as %s, head such as %s", m.onlyBase[0].cell.Label(), m.onlyHead[0].cell.Label())
}
