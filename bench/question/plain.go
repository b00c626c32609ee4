package question

import (
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
)

// Foreign begins the slug of a group that is none of ours: benchmarks of one
// function that "go test" ran.
const Foreign = "Benchmark"

// arranged returns a set whose lines all stand in a block. A file that "go test
// -bench" wrote says nothing of blocks: there each line is an observation, the
// k-th lines of all cells are taken to belong together, and the time as a
// multiple of the reference's is taken between them. That is right where whole
// runs follow one another; where -count repeats one cell after the other, it
// pairs at random, which costs precision and, when the machine drifts
// meanwhile, more.
func arranged(set *results.Set) *results.Set {
	if !slices.ContainsFunc(set.Cells, func(c *results.Cell) bool { return c.Samples[0].Block.Group == "" }) {
		return set
	}
	slugs := slugsOfWorkloads()
	several := severalOfOneName(set)
	arranged := *set
	out := &arranged
	out.Cells = nil
	cpus := processors(set)
	if cpus > 0 && set.Setting("gomaxprocs") == "" {
		out.Settings = append(slices.Clone(set.Settings), results.Setting{Key: "gomaxprocs", Value: strconv.Itoa(cpus)})
	}
	references, loops := make(map[string]*results.Cell), make(map[string]*results.Cell)
	for _, cell := range set.Cells {
		if cell.Samples[0].Block.Group != "" {
			out.Cells = append(out.Cells, cell)
			continue
		}
		group := workloadOf(cell)
		slug := slugs[group]
		if slug == "" {
			slug = Foreign + group
		}
		if several {
			slug = Foreign + results.Cell{Package: cell.Package, Name: group, CPUs: cell.CPUs}.Label()
		}
		copied := *cell
		in := &copied
		in.Samples = slices.Clone(cell.Samples)
		for k := range in.Samples {
			in.Samples[k].Block = results.Block{Number: k + 1, Group: slug, Steal: -1}
		}
		out.Cells = append(out.Cells, in)
		plainest := cell.Keys["pattern"] == string(workload.Callback) || cell.Keys["unit"] == string(workload.PerConnection)
		if cell.Keys["strategy"] == bench.Reference && (references[slug] == nil || plainest) {
			references[slug] = in
		}
		if cell.Keys["strategy"] == bench.Loop {
			loops[slug] = in
		}
	}
	for _, cell := range out.Cells {
		slug := cell.Samples[0].Block.Group
		if reference := references[slug]; reference != nil {
			relate(cell, reference)
		}
		if loop := loops[slug]; loop != nil && cpus > 0 {
			idealize(cell, loop, cpus)
		}
	}
	return out
}

// named returns a set whose cells are called by their labels, where names alone do
// not tell them apart.
func named(set *results.Set) *results.Set {
	if !severalOfOneName(set) {
		return set
	}
	out := *set
	out.Cells = nil
	for _, cell := range set.Cells {
		c := *cell
		c.Name = cell.Label()
		out.Cells = append(out.Cells, &c)
	}
	return &out
}

// processors is the number of CPUs that the names of all cells end in; 0 where
// they do not, or not in the same.
func processors(set *results.Set) int {
	first := set.Cells[0].CPUs
	if slices.ContainsFunc(set.Cells, func(c *results.Cell) bool { return c.CPUs != first }) {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimPrefix(first, "-"))
	if err != nil {
		return 0
	}
	return n
}

// idealize gives the lines of a cell their share of the ideal, which is the bare
// loop on so many CPUs.
func idealize(cell, loop *results.Cell, cpus int) {
	for k := range min(len(cell.Samples), len(loop.Samples)) {
		s := &cell.Samples[k]
		took, ok := s.Value(results.NsPerTask)
		ideal, known := loop.Samples[k].Value(results.NsPerTask)
		if _, given := s.Value(results.Efficiency); given || !ok || !known || took <= 0 || ideal <= 0 {
			continue
		}
		*s = s.With(results.Efficiency, ideal/float64(cpus)/took)
	}
}

// severalOfOneName says whether benchmarks are distinguished by package or number of
// CPUs alone: "-cpu 1,2" makes such. They are then no match for each other.
func severalOfOneName(set *results.Set) bool {
	seen := make(map[string]bool)
	return slices.ContainsFunc(set.Cells, func(c *results.Cell) bool {
		again := seen[c.Name]
		seen[c.Name] = true
		return again
	})
}

// Plain says whether the results say which lines were measured together. If
// they do not, drift of the machine may look like a difference.
func (e *Evidence) Plain() bool { return e.plain }

// multiples are the units of ratios to the reference, each with what it is a
// ratio of: the first that both have.
var multiples = map[string][]string{
	results.XRef:    {results.NsPerTask, "ns/op"},
	results.CPUXRef: {results.CPUNsPerTask, results.CPUNsPerReq},
}

// relate gives the lines of a cell their time, and their CPU time, as multiples
// of the reference's.
func relate(cell, reference *results.Cell) {
	for k := range min(len(cell.Samples), len(reference.Samples)) {
		s := &cell.Samples[k]
		for ratio, units := range multiples {
			if _, known := s.Value(ratio); known {
				continue
			}
			for _, unit := range units {
				a, _ := s.Value(unit)
				if b, _ := reference.Samples[k].Value(unit); a > 0 && b > 0 {
					*s = s.With(ratio, a/b)
					break
				}
			}
		}
	}
}

// workloadOf is the name of a cell without what distinguishes strategies:
// the strategy, how its results come back, and what a server takes for a task.
// Where a name has no strategy, all benchmarks of one function belong together.
func workloadOf(cell *results.Cell) string {
	if cell.Keys["strategy"] == "" {
		return cell.Base
	}
	var kept []string
	for part := range strings.SplitSeq(cell.Name, "/") {
		switch key, _, _ := strings.Cut(part, "="); key {
		case "strategy", "pattern", "idiom", "pool", "unit":
			if key == "pool" && cell.Keys["pattern"] == string(workload.Callback) || key == "unit" && !unitsCompete(cell) {
				kept = append(kept, part)
			}
		default:
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "/")
}

// unitsCompete says whether a cell is of traffic under which all that can be a
// task are held against each other.
func unitsCompete(cell *results.Cell) bool {
	return cell.Base == string(bench.Echo) && !slices.ContainsFunc([]string{"/idle=", "/handler=", "/panics="}, func(part string) bool {
		return strings.Contains(cell.Name, part)
	})
}

// slugsOfWorkloads is the slug of every group of the full profile, by its
// workload.
func slugsOfWorkloads() map[string]string {
	slugs := make(map[string]string)
	add := func(slug string, c bench.Cell) {
		cell := &results.Cell{Name: c.Name(), Base: string(c.Measure), Keys: map[string]string{"strategy": c.Strategy, "pattern": string(c.Pattern)}}
		slugs[workloadOf(cell)] = slug
		// Another pattern of the same workload has no pool= that matters.
		cell.Keys["pattern"] = ""
		slugs[workloadOf(cell)] = slug
	}
	for _, g := range bench.Full.Groups(bench.Selection{}) {
		for _, c := range g.Cells {
			add(g.Slug, c)
		}
	}
	// Traffic needs a server; those in Python will do.
	for _, g := range bench.Full.Groups(bench.Selection{Python: "python3"}) {
		for _, c := range g.Cells {
			if c.Measure == bench.Echo {
				add(g.Slug, c)
			}
		}
	}
	return slugs
}
