package history

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"

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
	for _, unit := range Units {
		fmt.Fprintf(&b, "Unit %s better=lower\n", unit)
	}
	cells := slices.SortedFunc(slices.Values(r.Cells), func(x, y Cell) int {
		return cmp.Or(cmp.Compare(x.Package, y.Package), cmp.Compare(x.Name, y.Name))
	})
	pkg := ""
	for _, c := range cells {
		if c.Package != pkg {
			pkg = c.Package
			fmt.Fprintf(&b, "pkg: %s\n", pkg)
		}
		fmt.Fprintf(&b, "Benchmark%s\t1", c.Name)
		for _, unit := range Units {
			if ratio, ok := c.Ratios[unit]; ok {
				fmt.Fprintf(&b, "\t%s %s", strconv.FormatFloat(ratio, 'g', 6, 64), unit)
			}
		}
		fmt.Fprintf(&b, "\t%d %s\n", c.Lines, unitLines)
	}
	if b.Len() > maxRecord {
		return nil, fmt.Errorf("it would take %d bytes, more than the %d of the largest record", b.Len(), maxRecord)
	}
	return b.Bytes(), nil
}

// unmarshal reads a record from anywhere. The file's name stands in errors.
func unmarshal(in io.Reader, file string) (*Record, error) {
	r := &Record{Settings: make(map[string]string)}
	var head map[string]string
	seen := make(map[string]place)
	err := scan(in, file, maxRecord, func(line *benchfmt.Result, where place) error {
		now := settings(line)
		delete(now, "pkg")
		if head == nil {
			head = now
			if err := r.readHead(head); err != nil {
				return err
			}
		} else if !maps.Equal(head, now) {
			return errors.New("a setting changes here: a record has one head, and a file one record")
		}
		cell, err := readCell(line)
		if err != nil {
			return err
		}
		if first, twice := seen[cell.String()]; twice {
			return fmt.Errorf("cell %s stands at %v already", cell, first)
		}
		seen[cell.String()] = where
		r.Cells = append(r.Cells, cell)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%s:1: %w", file, err)
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

// readCell takes a line for a cell, which has ratios and nothing else.
func readCell(line *benchfmt.Result) (Cell, error) {
	name := nameOf(line)
	cell := Cell{Package: name.pkg, Name: name.name + name.cpus, Ratios: make(map[string]float64)}
	values, err := valuesOf(line)
	if err != nil {
		return cell, err
	}
	for unit, v := range values {
		switch {
		case unit == unitLines:
			cell.Lines = int(v)
		case !slices.Contains(Units, unit):
			return cell, fmt.Errorf("cell %s: %s is no ratio: a record holds %s", cell, unit, strings.Join(Units, " and "))
		case v <= 0:
			return cell, fmt.Errorf("cell %s: %v is no ratio", cell, v)
		default:
			cell.Ratios[unit] = v
		}
	}
	if _, ok := cell.Ratios[results.XRef]; !ok {
		return cell, fmt.Errorf("cell %s has no %s", cell, results.XRef)
	}
	if lines := values[unitLines]; lines < 1 || lines != float64(cell.Lines) {
		return cell, fmt.Errorf("cell %s: %v is no number of lines", cell, lines)
	}
	return cell, nil
}
