package history

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/results"
)

// unitLines is the unit in which a record says how many lines a ratio is the
// median of.
const unitLines = "lines"

// maxRecord is how large a record may be, in bytes: some fifty thousand cells.
const maxRecord = 8 << 20

// marshal writes the record in the Go benchmark format.
func (r *Record) marshal() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, setting := range []struct{ key, value string }{
		{keyMachine, r.Machine},
		{keyCommit, r.Commit},
		{keyMade, r.Made.UTC().Format(time.RFC3339)},
		{keyMeasured, r.Measured.UTC().Format(time.RFC3339)},
		{keyReference, r.Reference},
	} {
		fmt.Fprintf(&b, "%s: %s\n", setting.key, setting.value)
	}
	for _, key := range slices.Sorted(maps.Keys(r.Settings)) {
		fmt.Fprintf(&b, "%s: %s\n", key, r.Settings[key])
	}
	for _, unit := range Units() {
		if slices.ContainsFunc(r.Cells, func(c Entry) bool { _, ok := c.value(unit); return ok }) {
			fmt.Fprintf(&b, "Unit %s better=lower\n", unit)
		}
	}
	cells := slices.SortedFunc(slices.Values(r.Cells), func(x, y Entry) int {
		return cmp.Or(cmp.Compare(x.Package, y.Package), cmp.Compare(x.Name, y.Name))
	})
	pkg := ""
	for _, c := range cells {
		if c.Package != pkg {
			pkg = c.Package
			fmt.Fprintf(&b, "pkg: %s\n", pkg)
		}
		fmt.Fprintf(&b, "Benchmark%s\t1", c.Name)
		for _, unit := range Units() {
			if v, ok := c.value(unit); ok {
				fmt.Fprintf(&b, "\t%s %s", strconv.FormatFloat(v, 'g', 6, 64), unit)
			}
		}
		fmt.Fprintf(&b, "\t%d %s\n", c.Lines, unitLines)
	}
	if b.Len() > maxRecord {
		return nil, fmt.Errorf("it would take %d bytes, more than the %d of the largest record", b.Len(), maxRecord)
	}
	return b.Bytes(), nil
}

// bounds are what a record is read within.
var bounds = results.Limits{Bytes: maxRecord, Lines: 100_000, Cells: 100_000, Units: 100, Heads: 100_000}

// unmarshal reads a record from anywhere. The file's name stands in errors.
func unmarshal(in io.Reader, file string) (*Record, error) {
	set, err := bounds.Read(in, file)
	if err != nil {
		return nil, err
	}
	return NewRecord(set)
}

// NewRecord takes a results file for the record that it is; see [IsRecord].
func NewRecord(set *results.Set) (*Record, error) {
	if err := set.Strict(); err != nil {
		return nil, err
	}
	r := &Record{Settings: make(map[string]string)}
	if err := r.readHead(settings(set)); err != nil {
		return nil, fmt.Errorf("%s: %w", set.Place(set.Cells[0].Samples[0].Line), err)
	}
	var wrong mistakes
	if len(set.Later) > 0 {
		wrong.add(fmt.Errorf("%s: a setting changes here: a record has one head, and a file one record", set.Place(set.Later[0].Line)))
	}
	for _, line := range set.Cells {
		first := set.Place(line.Samples[0].Line)
		cell, err := readCell(line)
		if err != nil {
			wrong.add(fmt.Errorf("%s: %w", first, err))
		}
		if len(line.Samples) > 1 {
			wrong.add(fmt.Errorf("%s: cell %s stands at %s already", set.Place(line.Samples[1].Line), cell, first))
		}
		r.Cells = append(r.Cells, cell)
	}
	if err := wrong.in(set.File); err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%s:1: %w", set.File, err)
	}
	return r, nil
}

func (r *Record) readHead(head map[string]string) (err error) {
	for _, key := range keys {
		if head[key] == "" {
			return fmt.Errorf("no line %q before this one", key+": ...")
		}
	}
	r.Machine, r.Commit, r.Reference = head[keyMachine], head[keyCommit], head[keyReference]
	for key, to := range map[string]*time.Time{keyMade: &r.Made, keyMeasured: &r.Measured} {
		if *to, err = time.Parse(time.RFC3339, head[key]); err != nil {
			return fmt.Errorf("the line %q before this one gives no time such as 2026-01-15T12:00:00Z", key+": "+head[key])
		}
		*to = to.UTC()
	}
	for key, value := range head {
		if !slices.Contains(keys, key) {
			r.Settings[key] = value
		}
	}
	return nil
}

// readCell takes a line for a cell, which has ratios and amounts and nothing
// else.
func readCell(line *results.Cell) (Entry, error) {
	cell := Entry{Package: line.Package, Name: line.Name + line.CPUs, Ratios: make(map[string]float64)}
	sample := &line.Samples[0]
	for _, unit := range sample.Units() {
		v, _ := sample.Value(unit)
		switch {
		case unit == unitLines:
			cell.Lines = int(v)
		case slices.Contains(Amounts, unit) && v < 0:
			return cell, fmt.Errorf("cell %s: %v %s is no amount", cell, v, unit)
		case slices.Contains(Amounts, unit):
			if cell.Amounts == nil {
				cell.Amounts = make(map[string]float64)
			}
			cell.Amounts[unit] = v
		case !slices.Contains(Ratios, unit):
			return cell, fmt.Errorf("cell %s: %s is no ratio: a record holds %s", cell, unit, strings.Join(Units(), ", "))
		case v <= 0:
			return cell, fmt.Errorf("cell %s: ratio must be > 0, got %v", cell, v)
		default:
			cell.Ratios[unit] = v
		}
	}
	if _, ok := cell.Ratios[results.XRef]; !ok {
		return cell, fmt.Errorf("cell %s has no %s", cell, results.XRef)
	}
	if lines, _ := sample.Value(unitLines); lines < 1 || lines != float64(cell.Lines) {
		return cell, fmt.Errorf("cell %s: %v is no number of lines", cell, lines)
	}
	return cell, nil
}
