package history

import (
	"fmt"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// ratioOf says which units of stock benchmarks ratios are taken of.
var ratioOf = map[string]string{
	results.XRef:    "ns/op",
	results.CPUXRef: "cpu-ns/op",
}

// Multiples are the cells of a job as multiples of a reference.
type Multiples struct {
	Reference string
	Cells     []Entry
	LeftOut   []string // cells without a ratio, such as those of memory
	Odd       []error  // why other cells are left out: they have times or amounts of which there is no ratio
}

// An UnknownReference is the error for a reference that the job did not measure.
type UnknownReference struct {
	Name  string
	Known []string
}

func (e *UnknownReference) Error() string {
	return fmt.Sprintf("the results hold no benchmark %q to take ratios to; they hold %s", e.Name, strings.Join(e.Known, ", "))
}

// Ratios returns the ratios that the job itself measured, turn by turn, to the
// reference that its head names.
func (j *Job) Ratios() (Multiples, error) {
	out := Multiples{Reference: j.Settings["reference"]}
	err := j.ratios(&out, func(c measuredCell, unit string) (float64, error) {
		return median(c.Values(unit))
	})
	switch {
	case err != nil:
		return out, err
	case len(out.Cells) == 0:
		return out, fmt.Errorf("%s: no cell has a ratio (%s): name a benchmark to take ratios to, or the results of another build", j.cells[0].where(), results.XRef)
	case out.Reference == "":
		return out, fmt.Errorf("%s: no line \"reference: ...\" before it says what the ratios are to", j.cells[0].where())
	}
	return out, nil
}

// RatiosTo returns ratios of ns/op to those of a benchmark of the same job, and
// of the same number of CPUs where it was measured with several. Its name may
// stand with or without the word Benchmark.
func (j *Job) RatiosTo(benchmark string) (Multiples, error) {
	name := strings.TrimPrefix(benchmark, "Benchmark")
	references := make(map[string]measuredCell) // by number of CPUs
	var first measuredCell
	for _, c := range j.cells {
		if c.Name != name && c.Name+c.CPUs != name && c.Label() != name {
			continue
		}
		if other, twice := references[c.CPUs]; twice {
			return Multiples{}, fmt.Errorf("%s and %s: both are called %s: name one with its package, as in %s", other.where(), c.where(), benchmark, c.Label())
		}
		references[c.CPUs] = c
		if first.Cell == nil {
			first = c
		}
	}
	if first.Cell == nil {
		for _, odd := range j.odd {
			if odd.Name == name || odd.Label() == name {
				return Multiples{}, odd.err
			}
		}
		return Multiples{}, &UnknownReference{benchmark, j.names()}
	}
	out := Multiples{Reference: first.Name}
	err := j.ratios(&out, func(c measuredCell, unit string) (float64, error) {
		reference, ok := references[c.CPUs]
		if !ok && len(references) == 1 {
			reference, ok = first, true
		}
		if !ok {
			return 0, fmt.Errorf("%s was not measured with as many CPUs", benchmark)
		}
		if reference == c {
			return 0, nil
		}
		return quotient(c.Values(ratioOf[unit]), reference.Values(ratioOf[unit]))
	})
	return out, err
}

// RatiosToBuild returns ratios of ns/op to those of the same cell in base: a
// build that stays the same, measured in the same job. Where both have as many
// lines of a cell, these are taken for pairs that were measured together.
func (j *Job) RatiosToBuild(base *Job, name string) (Multiples, error) {
	out := Multiples{Reference: name}
	for _, c := range j.byLabel {
		if err := sameMachine(base.Settings, c.set); err != nil {
			return out, err
		}
	}
	err := j.ratios(&out, func(c measuredCell, unit string) (float64, error) {
		reference, ok := base.byLabel[c.Label()]
		if !ok {
			return 0, nil
		}
		return quotient(c.Values(ratioOf[unit]), reference.Values(ratioOf[unit]))
	})
	return out, err
}

// ratios fills out with every cell for which of finds a ratio of time; 0 is none.
// It is an error if nothing is left.
func (j *Job) ratios(out *Multiples, of func(c measuredCell, unit string) (float64, error)) error {
	for _, odd := range j.odd {
		out.Odd = append(out.Odd, odd.err)
	}
	for _, c := range j.cells {
		cell, err := c.cell(of)
		switch _, ok := cell.Ratios[results.XRef]; {
		case err != nil:
			out.Odd = append(out.Odd, fmt.Errorf("%s: cell %s: %w", c.where(), c.Label(), err))
		case !ok && c.Name == out.Reference: // it is no multiple of itself
		case !ok:
			out.LeftOut = append(out.LeftOut, c.Label())
		case !alwaysOne(c, cell):
			out.Cells = append(out.Cells, cell)
		}
	}
	if len(out.Cells) == 0 && len(out.Odd) > 0 {
		var wrong mistakes
		for _, err := range out.Odd {
			wrong.add(err)
		}
		return wrong.in("the results")
	}
	return nil
}

// cell returns the ratios and the amounts of a cell.
func (c measuredCell) cell(of func(c measuredCell, unit string) (float64, error)) (Entry, error) {
	cell := Entry{Package: c.Package, Name: c.Name + c.CPUs, Lines: len(c.Samples), Ratios: make(map[string]float64)}
	for _, unit := range Ratios {
		ratio, err := of(c, unit)
		if err != nil {
			return cell, err
		}
		if ratio > 0 {
			cell.Ratios[unit] = ratio
		}
	}
	var err error
	cell.Amounts, err = c.amounts()
	return cell, err
}

// amounts are the medians of what the cell allocates, nil where none is known.
func (c measuredCell) amounts() (map[string]float64, error) {
	var of map[string]float64
	for _, unit := range Amounts {
		values := c.Values(unit)
		if len(values) == 0 {
			continue
		}
		middle, err := stats.Quantile(values, 0.5)
		if err == nil && slices.Min(values) < 0 {
			err = fmt.Errorf("%v %s is no amount", slices.Min(values), unit)
		}
		if err != nil {
			return nil, err
		}
		if of == nil {
			of = make(map[string]float64)
		}
		of[unit] = middle
	}
	return of, nil
}

// alwaysOne says whether the cell is the reference itself, measured in turns:
// there is nothing to learn from it.
func alwaysOne(c measuredCell, cell Entry) bool {
	for unit := range cell.Ratios {
		if values := c.Values(unit); len(values) == 0 || slices.ContainsFunc(values, func(v float64) bool { return v != 1 }) {
			return false
		}
	}
	return true
}

// quotient is the ratio of two samples, 0 when one of them is empty.
func quotient(values, by []float64) (float64, error) {
	v, err := median(values)
	if v == 0 || err != nil {
		return 0, err
	}
	reference, err := median(by)
	if reference == 0 || err != nil {
		return 0, err
	}
	if len(values) != len(by) {
		return v / reference, nil
	}
	pairs := make([]float64, len(values))
	for i := range values {
		pairs[i] = values[i] / by[i]
	}
	return median(pairs)
}

// median is the median of positive values, 0 when there are none.
func median(values []float64) (float64, error) {
	if len(values) == 0 {
		return 0, nil
	}
	if least := slices.Min(values); least <= 0 {
		return 0, fmt.Errorf("a time of %v has no ratio", least)
	}
	return stats.Quantile(values, 0.5)
}
