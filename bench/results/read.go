package results

import (
	"bufio"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// Open reads the file of that path. See Read.
func Open(path string) (*Set, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	defer file.Close()
	return Read(file, path)
}

// maxErrors is how many broken lines an error lists before it only counts.
const maxErrors = 10

// Read reads results from anywhere, within Bounds. The file's name stands in
// errors. Lines that are not of the format at all are passed over, as the format
// asks; a line that claims to be a benchmark and is broken is an error.
func Read(r io.Reader, name string) (*Set, error) { return Bounds.Read(r, name) }

// Read is like the function Read, within other limits.
func (l Limits) Read(r io.Reader, name string) (*Set, error) {
	bounded := &boundedReader{in: r, left: l.Bytes}
	blocks := &blockScanner{in: bufio.NewReader(bounded), limit: l.Heads}
	lines := benchfmt.NewReader(blocks, name)
	in := newReading(name, l)
	var errs []error
	broken := 0
	for lines.Scan() {
		err := in.take(lines.Result(), blocks)
		if tooLarge := new(TooLarge); errors.As(err, &tooLarge) {
			return nil, err
		}
		if err != nil {
			if broken++; broken <= maxErrors {
				errs = append(errs, err)
			}
		}
	}
	switch {
	case bounded.over:
		return nil, &TooLarge{File: name, Line: blocks.line, What: "bytes", Limit: l.Bytes}
	case blocks.over:
		return nil, &TooLarge{File: name, Line: blocks.line, What: "settings and lines on units", Limit: int64(l.Heads)}
	case lines.Err() != nil:
		errs = append(errs, fmt.Errorf("after %s: %w", in.set.Place(in.line), lines.Err()))
	}
	if broken > maxErrors {
		errs = append(errs, fmt.Errorf("%s: and %d more broken lines", name, broken-maxErrors))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return in.end()
}

// A reading is a file that is being read.
type reading struct {
	set    *Set
	limits Limits
	line   int // of the last benchmark
	lines  int // of benchmarks so far
	cells  map[cellKey]*Cell
	head   []Setting // as it is now, the package included
	pkg    string
	units  map[string]*units // by their names, each with a newline after it
	key    []byte            // room for such a name
	values []float64         // room for the values of the next lines

	// Once there are too many cells they are only counted.
	counted  map[uint64]struct{}
	tooLarge *TooLarge
}

type cellKey struct{ pkg, name, cpus string }

func newReading(name string, limits Limits) *reading {
	return &reading{
		set: &Set{File: name, byName: make(map[string]*Cell)}, limits: limits, line: 1,
		cells: make(map[cellKey]*Cell), units: make(map[string]*units),
	}
}

// take takes up what one line says.
func (in *reading) take(record benchfmt.Record, blocks *blockScanner) error {
	switch record := record.(type) {
	case *benchfmt.SyntaxError:
		return record
	case *benchfmt.Result:
		_, in.line = record.Pos()
		in.lines++
		if in.lines > in.limits.Lines {
			return in.passed("benchmark lines", in.limits.Lines)
		}
		return in.benchmark(record, blocks.at(in.line))
	}
	return nil
}

// passed is the error for a limit that was passed at the last line.
func (in *reading) passed(what string, limit int) *TooLarge {
	return &TooLarge{File: in.set.File, Line: in.line, What: what, Limit: int64(limit)}
}

// benchmark takes up a benchmark line.
func (in *reading) benchmark(r *benchfmt.Result, block Block) error {
	if err := in.settings(r.Config); err != nil {
		return err
	}
	full := r.Name.Full()
	if len(full) > longestName {
		return fmt.Errorf("%s: a name of %d bytes, more than the %d of the longest", in.set.Place(in.line), len(full), longestName)
	}
	base, parts := r.Name.Parts()
	var cpus []byte
	if n := len(parts); n > 0 && parts[n-1][0] == '-' {
		parts, cpus = parts[:n-1], parts[n-1]
	}
	name := full[:len(full)-len(cpus)]
	if in.tooLarge != nil {
		in.count(in.pkg, string(name), string(cpus))
		return nil
	}
	units, values, err := in.figures(r.Values)
	if err != nil {
		return err
	}
	cell := in.cells[cellKey{in.pkg, string(name), string(cpus)}]
	if cell == nil {
		if len(in.cells) == in.limits.Cells {
			in.onlyCount()
			in.count(in.pkg, string(name), string(cpus))
			return nil
		}
		cell = &Cell{Package: in.pkg, Name: string(name), CPUs: string(cpus), Base: string(base), Keys: keysOf(parts)}
		in.cells[cellKey{cell.Package, cell.Name, cell.CPUs}] = cell
		if in.set.byName[cell.Name] == nil {
			in.set.byName[cell.Name] = cell
		}
		in.set.Cells = append(in.set.Cells, cell)
	}
	cell.Samples = append(cell.Samples, Sample{Block: block, N: r.Iters, Line: in.line, units: units, values: values})
	return nil
}

// keysOf are the parts of a name that have the form key=value.
func keysOf(parts [][]byte) map[string]string {
	keys := make(map[string]string)
	for _, part := range parts {
		if key, value, ok := strings.Cut(string(part[1:]), "="); ok {
			keys[key] = value
		}
	}
	return keys
}

// settings notes what the file's head says by now.
func (in *reading) settings(now []benchfmt.Config) error {
	if slices.EqualFunc(in.head, now, func(s Setting, c benchfmt.Config) bool {
		return s.Key == c.Key && s.Value == string(c.Value)
	}) {
		return nil
	}
	if len(now) > mostSettings {
		return in.passed("settings", mostSettings)
	}
	was := make(map[string]string)
	for _, s := range in.head {
		was[s.Key] = s.Value
	}
	in.head, in.pkg = nil, ""
	var changes []Setting
	for _, c := range now {
		s := Setting{c.Key, string(c.Value)}
		in.head = append(in.head, s)
		if s.Key == "pkg" {
			in.pkg = s.Value
		} else if before, known := was[s.Key]; !known || before != s.Value {
			changes = append(changes, s)
		}
		delete(was, s.Key)
	}
	for key := range was {
		if key != "pkg" {
			changes = append(changes, Setting{Key: key})
		}
	}
	if in.lines == 1 {
		in.set.Settings = in.head
		return nil
	}
	for _, s := range changes {
		in.set.Later = append(in.set.Later, Later{s, in.line})
	}
	if len(in.set.Later) > mostSettings {
		return in.passed("changes of settings", mostSettings)
	}
	return nil
}

// figures returns what a line measured, in the units in which it was written.
func (in *reading) figures(measured []benchfmt.Value) (*units, []float64, error) {
	const slab = 1 << 13
	if cap(in.values)-len(in.values) < len(measured) {
		in.values = make([]float64, 0, max(slab, len(measured)))
	}
	start := len(in.values)
	in.key = in.key[:0]
	for _, m := range measured {
		value, unit := m.Value, m.Unit
		if m.OrigUnit != "" {
			value, unit = m.OrigValue, m.OrigUnit
		}
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return nil, nil, fmt.Errorf("%s: %v is no measurement of %s", in.set.Place(in.line), value, unit)
		}
		in.values = append(in.values, value)
		in.key = append(append(in.key, unit...), '\n')
	}
	values := in.values[start:len(in.values):len(in.values)]
	if known := in.units[string(in.key)]; known != nil {
		return known, values, nil
	}
	if len(in.units) == in.limits.Units {
		return nil, nil, in.passed("different sets of units", in.limits.Units)
	}
	known, err := in.newUnits(string(in.key))
	return known, values, err
}

// newUnits keeps the units of a line that has others than those before.
func (in *reading) newUnits(key string) (*units, error) {
	names := strings.Split(strings.TrimSuffix(key, "\n"), "\n")
	seen := make(map[string]bool)
	for _, unit := range names {
		if seen[unit] {
			return nil, fmt.Errorf("%s: unit %s stands twice", in.set.Place(in.line), unit)
		}
		seen[unit] = true
	}
	known := &units{names: names}
	in.units[key] = known
	return known, nil
}

// onlyCount lets go of everything: there are too many cells.
func (in *reading) onlyCount() {
	in.tooLarge = in.passed("different benchmarks", in.limits.Cells)
	in.counted = make(map[uint64]struct{}, len(in.cells))
	for key := range in.cells {
		in.count(key.pkg, key.name, key.cpus)
	}
	in.set.Cells, in.set.byName, in.cells, in.values = nil, nil, nil, nil
}

var nameSeed = maphash.MakeSeed()

// count counts a cell. Of a million different ones, two fall together with a
// probability of one in ten million.
func (in *reading) count(pkg, name, cpus string) {
	in.counted[maphash.Comparable(nameSeed, cellKey{pkg, name, cpus})] = struct{}{}
}

// end returns what was read.
func (in *reading) end() (*Set, error) {
	switch {
	case in.tooLarge != nil:
		in.tooLarge.Found = fmt.Sprintf("%d in %d lines", len(in.counted), in.lines)
		return nil, in.tooLarge
	case len(in.set.Cells) == 0:
		return nil, fmt.Errorf("%s: no benchmark line in it: want results in the Go benchmark format", in.set.File)
	}
	return in.set, nil
}
