package results

import (
	"errors"
	"fmt"
	"time"
)

// A Set is what a results file holds.
type Set struct {
	File     string    // the name that stands in errors
	Modified time.Time // when the file was last written; zero where it is no regular file
	Settings []Setting // the file's head, as it was at the first benchmark line
	Later    []Later   // what the file says of itself further down
	Cells    []*Cell   // in the order in which they first appear
	Skipped  []Skipped // lines that could not be read, the first thousand
	Unlisted int       // such lines beyond those
	Remarks  []Remark  // the first thousand
	Turns    bool      // a gate wrote the file: its processes took turns with those of another file

	byName   map[string]*Cell
	better   map[string]string // metadata of units, by unitKey
	machines []*origin         // in the order in which they first appear
}

// Skipped is a line of which at least a part could not be read.
type Skipped struct {
	Line   int
	Text   string // how the line begins
	Reason string
}

// longestExcerpt is how much of a skipped line is kept, in bytes.
const longestExcerpt = 160

// Strict returns an error if lines were skipped, which lists the first of them.
func (s *Set) Strict() error {
	var errs []error
	for _, l := range s.Skipped[:min(len(s.Skipped), maxErrors)] {
		errs = append(errs, fmt.Errorf("%s: %s: %q", s.Place(l.Line), l.Reason, l.Text))
	}
	if more := len(s.Skipped) + s.Unlisted - len(errs); more > 0 {
		errs = append(errs, fmt.Errorf("%s: and %d more broken lines", s.File, more))
	}
	return errors.Join(errs...)
}

// Later is a setting that changes, appears or, with an empty value, ends after
// the first benchmark line, of the first thousand such. The package is none: it
// belongs to the cells.
type Later struct {
	Setting
	Line int // of the first benchmark for which it holds
}

// A Cell is one benchmark, such as one strategy under one workload, with its
// samples. A set tells cells apart by machine, package, name and number of CPUs.
type Cell struct {
	Package string            // import path, empty where the file does not say
	Name    string            // without the word Benchmark and the number of CPUs
	CPUs    string            // how the name ends: "-8", or nothing
	Base    string            // the part of Name before the first slash
	Keys    map[string]string // the parts of the form key=value
	Samples []Sample          // in the order of the file; one at least

	machine *origin
}

// Cell returns the first cell of that name, without the word Benchmark, or nil.
func (s *Set) Cell(name string) *Cell { return s.byName[name] }

// Label is the cell's name, with its package and its number of CPUs if it has
// them: what tells it apart from every other cell of its set.
func (c Cell) Label() string {
	if c.Package != "" {
		return c.Package + "." + c.Name + c.CPUs
	}
	return c.Name + c.CPUs
}

// Setting returns a value from the file's head, or "".
func (s *Set) Setting(key string) string {
	for _, setting := range s.Settings {
		if setting.Key == key {
			return setting.Value
		}
	}
	return ""
}

// Place is where a line stands, as errors name it.
func (s *Set) Place(line int) string { return fmt.Sprintf("%s:%d", s.File, line) }

// Values returns one unit of all the cell's samples, leaving out those that lack
// it.
func (c *Cell) Values(unit string) []float64 {
	if c == nil {
		return nil
	}
	var values []float64
	for i := range c.Samples {
		if v, ok := c.Samples[i].Value(unit); ok {
			values = append(values, v)
		}
	}
	return values
}
