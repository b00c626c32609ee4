package history

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/results"
)

// A Job is what one or more results files hold that were measured together.
type Job struct {
	Settings map[string]string // the head of the first file
	Modified time.Time         // when the last of the files was written; zero where that is not known

	cells   []measuredCell // in the order of the files
	byLabel map[string]measuredCell
	odd     []oddCell
}

// A measuredCell is a benchmark, and the file that holds it.
type measuredCell struct {
	*results.Cell
	set *results.Set
}

// An oddCell is one that no ratio can be taken of, and why.
type oddCell struct {
	measuredCell
	err error
}

// where is the place of the cell's first line.
func (c measuredCell) where() string { return c.set.Place(c.Samples[0].Line) }

// maxErrors is how many mistakes an error lists before it only counts.
const maxErrors = 10

// NewJob takes results files for those of one job. Results of several machines
// are an error, and so is a cell that stands in two of the files; errors name the
// file and the line. A cell whose lines do not all have the same units is left
// out; see [Multiples].
func NewJob(files ...*results.Set) (*Job, error) {
	job := &Job{byLabel: make(map[string]measuredCell)}
	for _, set := range files {
		if err := job.add(set); err != nil {
			return nil, err
		}
	}
	return job, nil
}

func (j *Job) add(set *results.Set) error {
	if err := set.OneMachine(); err != nil {
		return err
	}
	if j.Settings == nil {
		j.Settings = settings(set)
	}
	if err := sameMachine(j.Settings, set); err != nil {
		return err
	}
	if set.Modified.After(j.Modified) {
		j.Modified = set.Modified
	}
	var wrong mistakes
	for _, cell := range set.Cells {
		c := measuredCell{cell, set}
		if other, twice := j.byLabel[c.Label()]; twice {
			wrong.add(fmt.Errorf("%s: cell %s stands at %s already: the files of one job share no cell", c.where(), c.Label(), other.where()))
			continue
		}
		j.byLabel[c.Label()] = c
		if err := c.mixed(); err != nil {
			j.odd = append(j.odd, oddCell{c, err})
			continue
		}
		j.cells = append(j.cells, c)
	}
	return wrong.in(set.File)
}

// sameMachine returns an error if a file says that it is of another machine than
// the head of another.
func sameMachine(head map[string]string, set *results.Set) error {
	for _, key := range results.MachineKeys {
		if a, b := head[key], set.Setting(key); a != "" && b != "" && a != b {
			return fmt.Errorf("%s: its results are of another machine: %s is %q, in the first file it is %q", set.Place(set.Cells[0].Samples[0].Line), key, b, a)
		}
	}
	return nil
}

// mixed is the error for lines of a cell that do not have the same units.
func (c measuredCell) mixed() error {
	first := &c.Samples[0]
	for i := range c.Samples {
		s := &c.Samples[i]
		if s.SameUnits(first) {
			continue
		}
		for _, unit := range first.Units() {
			if _, ok := s.Value(unit); !ok {
				return fmt.Errorf("%s: cell %s lacks %s, which it has at %s", c.set.Place(s.Line), c.Label(), unit, c.where())
			}
		}
		for _, unit := range s.Units() {
			if _, ok := first.Value(unit); !ok {
				return fmt.Errorf("%s: cell %s has %s, which it lacks at %s", c.set.Place(s.Line), c.Label(), unit, c.where())
			}
		}
	}
	return nil
}

// settings are those of a file's head. The package belongs to the cells.
func settings(set *results.Set) map[string]string {
	of := make(map[string]string)
	for _, s := range set.Settings {
		if s.Key != "pkg" {
			of[s.Key] = s.Value
		}
	}
	return of
}

// names lists the cells, for errors.
func (j *Job) names() []string {
	var names []string
	for _, c := range j.cells {
		if !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// mistakes are what is wrong with a file: the first are listed, the others
// counted.
type mistakes struct {
	list  []error
	count int
}

func (m *mistakes) add(err error) {
	if err == nil {
		return
	}
	if m.count++; m.count <= maxErrors {
		m.list = append(m.list, err)
	}
}

// in is all of them together, or nil.
func (m *mistakes) in(file string) error {
	if more := m.count - len(m.list); more > 0 {
		return errors.Join(append(m.list, fmt.Errorf("%s: and %d more mistakes", file, more))...)
	}
	return errors.Join(m.list...)
}
