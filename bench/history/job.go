package history

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"time"

	"golang.org/x/perf/benchfmt"
)

// A Job is what one or more results files hold that were measured together.
type Job struct {
	Settings map[string]string // the head of the first file
	Modified time.Time         // when the last of the files was written

	files  int             // read so far
	cells  []*measuredCell // in the order of the files
	byName map[cellName]*measuredCell
}

// A cellName tells cells apart as go test does: by package, name and number of
// CPUs.
type cellName struct {
	pkg  string
	name string // without the word Benchmark
	cpus string // "-8", or nothing
}

func (c cellName) String() string {
	if c.pkg != "" {
		return c.pkg + "." + c.name + c.cpus
	}
	return c.name + c.cpus
}

// A measuredCell is all lines of one benchmark.
type measuredCell struct {
	cellName
	file   int   // the number of the one that it is in
	where  place // of the first line
	values map[string][]float64
	lines  int
}

// A place is a line of a file.
type place struct {
	file string
	line int
}

func (p place) String() string { return fmt.Sprintf("%s:%d", p.file, p.line) }

// maxResults is how large a results file may be, in bytes: some hundred times
// the largest that this module writes.
const maxResults = 256 << 20

// maxErrors is how many broken lines an error lists before it only counts.
const maxErrors = 10

// ReadJob reads the results of one job, which may come from anywhere. A cell
// that stands in two of the files is an error, and so are lines of one cell that
// do not all have the same units; errors name the file and the line.
func ReadJob(paths ...string) (*Job, error) {
	job := &Job{byName: make(map[cellName]*measuredCell)}
	for _, path := range paths {
		if err := job.read(path); err != nil {
			return nil, err
		}
	}
	return job, nil
}

func (j *Job) read(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read results: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("read results: %w", err)
	}
	if info.ModTime().After(j.Modified) {
		j.Modified = info.ModTime()
	}
	j.files++
	return scan(file, path, maxResults, j.add)
}

// add takes up one line.
func (j *Job) add(r *benchfmt.Result, where place) error {
	if j.Settings == nil {
		j.Settings = settings(r)
	}
	name := nameOf(r)
	values, err := valuesOf(r)
	if err != nil {
		return err
	}
	cell := j.byName[name]
	if cell == nil {
		cell = &measuredCell{cellName: name, file: j.files, where: where, values: make(map[string][]float64)}
		j.byName[name] = cell
		j.cells = append(j.cells, cell)
	}
	if cell.file != j.files {
		return fmt.Errorf("cell %s stands at %v already: the files of one job share no cell", name, cell.where)
	}
	if cell.lines > 0 {
		for unit := range cell.values {
			if _, ok := values[unit]; !ok {
				return fmt.Errorf("cell %s lacks %s, which it has at %v", name, unit, cell.where)
			}
		}
	}
	for unit, v := range values {
		if cell.lines > 0 && cell.values[unit] == nil {
			return fmt.Errorf("cell %s has %s, which it lacks at %v", name, unit, cell.where)
		}
		cell.values[unit] = append(cell.values[unit], v)
	}
	cell.lines++
	return nil
}

// scan reads a file of the Go benchmark format, at most so many bytes of it, and
// hands every benchmark line on. What is wrong with a line becomes an error that
// names it.
func scan(r io.Reader, file string, limit int64, line func(*benchfmt.Result, place) error) error {
	bounded := &io.LimitedReader{R: r, N: limit + 1}
	reader := benchfmt.NewReader(bounded, file)
	var errs []error
	broken, lines := 0, 0
	last := place{file, 1}
	for reader.Scan() {
		var err error
		switch record := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			err = record
		case *benchfmt.Result:
			lines++
			_, last.line = record.Pos()
			if err = line(record, last); err != nil {
				err = fmt.Errorf("%v: %w", last, err)
			}
		}
		if err != nil {
			if broken++; broken <= maxErrors {
				errs = append(errs, err)
			}
		}
		if bounded.N <= 0 {
			break
		}
	}
	if bounded.N <= 0 {
		return fmt.Errorf("%v: the file goes on after here and is larger than %d bytes, which no results are", last, limit)
	}
	if err := reader.Err(); err != nil {
		errs = append(errs, fmt.Errorf("after %v: %w", last, err))
	}
	if broken > maxErrors {
		errs = append(errs, fmt.Errorf("%s: and %d more broken lines", file, broken-maxErrors))
	}
	if len(errs) == 0 && lines == 0 {
		errs = append(errs, fmt.Errorf("%s: no benchmark line in it: want results in the Go benchmark format", file))
	}
	return errors.Join(errs...)
}

// settings returns what a file says ahead of a line.
func settings(r *benchfmt.Result) map[string]string {
	set := make(map[string]string)
	for _, c := range r.Config {
		set[c.Key] = string(c.Value)
	}
	return set
}

func nameOf(r *benchfmt.Result) cellName {
	name := cellName{pkg: r.GetConfig("pkg"), name: r.Name.String()}
	_, parts := r.Name.Parts()
	if n := len(parts); n > 0 && parts[n-1][0] == '-' {
		name.cpus = string(parts[n-1])
		name.name = name.name[:len(name.name)-len(name.cpus)]
	}
	return name
}

// valuesOf returns a line's values in the units in which they were written.
func valuesOf(r *benchfmt.Result) (map[string]float64, error) {
	values := make(map[string]float64)
	for _, v := range r.Values {
		value, unit := v.Value, v.Unit
		if v.OrigUnit != "" {
			value, unit = v.OrigValue, v.OrigUnit
		}
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return nil, fmt.Errorf("%v is no measurement of %s", value, unit)
		}
		if _, twice := values[unit]; twice {
			return nil, fmt.Errorf("unit %s stands twice", unit)
		}
		values[unit] = value
	}
	return values, nil
}

// names lists the cells, for errors.
func (j *Job) names() []string {
	var names []string
	for _, c := range j.cells {
		if name := c.name; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
