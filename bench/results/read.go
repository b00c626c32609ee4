package results

import (
	"bufio"
	"bytes"
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
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a directory: name a results file", path)
	}
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	set, err := Read(file, path)
	if err != nil {
		return nil, err
	}
	if info.Mode().IsRegular() {
		set.Modified = info.ModTime()
	}
	return set, nil
}

// Head reads the settings of a file, as they are at its first benchmark line, and
// nothing after it.
func Head(path string) ([]Setting, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	defer file.Close()
	text, err := decoded(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	in := newReading(path, Bounds)
	lines := in.scan(text)
	for lines.Scan() {
		if r, ok := lines.Result().(*benchfmt.Result); ok {
			in.lines++
			err := in.settings(r.Config)
			return in.head, err
		}
	}
	return nil, nil
}

// maxErrors is how many skipped lines an error lists before it only counts.
const maxErrors = 10

// Read reads results from anywhere, within Bounds: text in UTF-8 or UTF-16, also
// compressed with gzip or bzip2, also the events of "go test -json". The file's
// name stands in errors. Lines that are not of the format at all are passed over,
// as the format asks. A line that claims to be a benchmark and is broken is
// skipped, and listed in the set; a file without any other is an error.
func Read(r io.Reader, name string) (*Set, error) { return Bounds.Read(r, name) }

// Read is like the function Read, within other limits.
func (l Limits) Read(r io.Reader, name string) (*Set, error) {
	text, err := decoded(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	in := newReading(name, l)
	bounded := &boundedReader{in: text, left: l.Bytes}
	lines := in.scan(bounded)
	for lines.Scan() {
		if err := in.take(lines.Result()); err != nil {
			return nil, err
		}
	}
	switch {
	case bounded.over:
		return nil, &TooLarge{File: name, Line: in.from.line, What: "bytes", Limit: l.Bytes}
	case in.from.over:
		return nil, &TooLarge{File: name, Line: in.from.line, What: "settings and lines on units", Limit: int64(l.Heads)}
	case in.from.err != io.EOF:
		return nil, fmt.Errorf("%s, after line %d: %w", name, in.from.line, in.from.err)
	}
	return in.end()
}

// A reading is a file that is being read.
type reading struct {
	set     *Set
	limits  Limits
	from    *lineReader
	lines   int // benchmarks so far
	cells   map[cellKey]*Cell
	head    []Setting // as it is now, the package included
	pkg     string
	machine *origin
	units   map[string]*units // by their names, each with a newline after it
	key     []byte            // room for such a name
	values  []float64         // room for the values of the next lines

	// Once there are too many cells they are only counted.
	counted  map[uint64]struct{}
	tooLarge *TooLarge
}

type cellKey struct {
	machine         *origin
	pkg, name, cpus string
}

func newReading(name string, limits Limits) *reading {
	return &reading{
		set: &Set{File: name, byName: make(map[string]*Cell), better: make(map[string]string)}, limits: limits,
		cells: make(map[cellKey]*Cell), units: make(map[string]*units),
	}
}

// scan begins to read text.
func (in *reading) scan(text io.Reader) *benchfmt.Reader {
	in.from = &lineReader{in: bufio.NewReaderSize(text, longestLine), limits: in.limits, skip: in.skip}
	return benchfmt.NewReader(in.from, in.set.File)
}

// skip notes a line that could not be read.
func (in *reading) skip(line int, text []byte, reason string) {
	if in.set.Unlisted > 0 || len(in.set.Skipped) == mostRemarks {
		in.set.Unlisted++
		return
	}
	text = bytes.TrimSpace(text)
	in.set.Skipped = append(in.set.Skipped, Skipped{line, string(text[:min(len(text), longestExcerpt)]), reason})
}

// skipLast notes that the last line could not be read.
func (in *reading) skipLast(reason string) {
	text := bytes.TrimSpace(in.from.text)
	in.skip(in.from.line, text[bytes.LastIndexByte(text, '\n')+1:], reason)
}

// take takes up what one line says.
func (in *reading) take(record benchfmt.Record) error {
	switch record := record.(type) {
	case *benchfmt.SyntaxError:
		reason := record.Msg
		if strings.Contains(reason, "iteration count") {
			reason = "no number of iterations follows the name: the benchmark printed something, or failed"
		}
		in.skipLast(reason)
	case *benchfmt.UnitMetadata:
		in.set.better[unitKey(record.OrigUnit, record.Key)] = record.Value
	case *benchfmt.Result:
		in.lines++
		if in.lines > in.limits.Lines {
			return in.passed("benchmark lines", in.limits.Lines)
		}
		return in.benchmark(record)
	}
	return nil
}

// passed is the error for a limit that was passed at the last line.
func (in *reading) passed(what string, limit int) *TooLarge {
	return &TooLarge{File: in.set.File, Line: in.from.line, What: what, Limit: int64(limit)}
}

// benchmark takes up a benchmark line.
func (in *reading) benchmark(r *benchfmt.Result) error {
	if err := in.settings(r.Config); err != nil {
		return err
	}
	full := r.Name.Full()
	if len(full) > longestName {
		in.skipLast(fmt.Sprintf("a name of %d bytes, more than the %d of the longest", len(full), longestName))
		return nil
	}
	base, parts := r.Name.Parts()
	var cpus []byte
	if n := len(parts); n > 0 && parts[n-1][0] == '-' {
		parts, cpus = parts[:n-1], parts[n-1]
	}
	if in.machine == nil { // no line of a head came before
		in.machine = in.set.machineOf(nil, in.from.line)
	}
	key := cellKey{in.machine, in.pkg, string(full[:len(full)-len(cpus)]), string(cpus)}
	if in.tooLarge != nil {
		in.count(key)
		return nil
	}
	units, values, err := in.figures(r.Values)
	if err != nil || units == nil {
		return err
	}
	cell := in.cells[key]
	if cell == nil {
		if len(in.cells) == in.limits.Cells {
			in.onlyCount()
			in.count(key)
			return nil
		}
		cell = &Cell{Package: key.pkg, Name: key.name, CPUs: key.cpus, Base: string(base), Keys: keysOf(parts), machine: key.machine}
		in.cells[key] = cell
		in.set.add(cell)
	}
	cell.Samples = append(cell.Samples, Sample{Block: in.from.block, N: r.Iters, Line: in.from.line, units: units, values: values})
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
	in.machine = in.set.machineOf(in.head, in.from.line)
	if in.lines == 1 {
		in.set.Settings = in.head
		return nil
	}
	for _, s := range changes[:min(len(changes), mostSettings-len(in.set.Later))] {
		in.set.Later = append(in.set.Later, Later{s, in.from.line})
	}
	return nil
}

// figures returns what a line measured, in the units in which it was written. What
// is no finite number is skipped; no units mean that nothing is left.
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
			in.skipLast(fmt.Sprintf("%v is no measurement of %s", value, unit))
			continue
		}
		in.values = append(in.values, value)
		in.key = append(append(in.key, unit...), '\n')
	}
	values := in.values[start:len(in.values):len(in.values)]
	if known := in.units[string(in.key)]; known != nil || len(values) == 0 {
		return known, values, nil
	}
	names := strings.Split(strings.TrimSuffix(string(in.key), "\n"), "\n")
	for i, unit := range names {
		if slices.Contains(names[:i], unit) {
			in.skipLast(fmt.Sprintf("unit %s stands twice", unit))
			return nil, nil, nil
		}
	}
	if len(in.units) == in.limits.Units {
		return nil, nil, in.passed("different sets of units", in.limits.Units)
	}
	known := &units{names: names}
	in.units[string(in.key)] = known
	return known, values, nil
}

// onlyCount lets go of everything: there are too many cells.
func (in *reading) onlyCount() {
	in.tooLarge = in.passed("different benchmarks", in.limits.Cells)
	in.counted = make(map[uint64]struct{}, len(in.cells))
	for key := range in.cells {
		in.count(key)
	}
	in.set.Cells, in.set.byName, in.cells, in.values = nil, nil, nil, nil
}

var nameSeed = maphash.MakeSeed()

// count counts a cell. Of a million different ones, two fall together with a
// probability of one in ten million.
func (in *reading) count(key cellKey) {
	in.counted[maphash.Comparable(nameSeed, key)] = struct{}{}
}

// end returns what was read.
func (in *reading) end() (*Set, error) {
	switch {
	case in.tooLarge != nil:
		in.tooLarge.Found = fmt.Sprintf("%d in %d lines", len(in.counted), in.lines)
		return nil, in.tooLarge
	case len(in.set.Cells) == 0 && len(in.set.Skipped) > 0:
		return nil, fmt.Errorf("%s: no benchmark line in it can be read:\n%w", in.set.File, in.set.Strict())
	case len(in.set.Cells) == 0:
		return nil, fmt.Errorf("%s: no benchmark line in it: want results in the Go benchmark format", in.set.File)
	}
	in.set.Turns, in.set.Remarks = in.from.turns, in.from.remarks
	return in.set, nil
}
