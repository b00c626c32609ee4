package results

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// A Set is what a results file holds.
type Set struct {
	Settings []Setting // the file's head, as it was at the first line
	Cells    []*Cell   // in the order in which they first appear

	byName map[string]*Cell
}

// A Cell is one strategy under one workload, with its processes.
type Cell struct {
	Name    string            // without the word Benchmark and the number of CPUs
	Base    string            // the part of Name before the first slash
	Keys    map[string]string // the parts of the form key=value
	Samples []Sample
}

// A Sample is one process of a cell.
type Sample struct {
	Block  Block              // the session; zero where the file does not say
	N      int                // operations
	Values map[string]float64 // what was measured, by unit
}

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

// Read reads results from anywhere. The file's name stands in errors. Lines
// that are not of the format at all are passed over, as the format asks; a
// line that claims to be a benchmark and is broken is an error.
func Read(r io.Reader, name string) (*Set, error) {
	set := &Set{byName: make(map[string]*Cell)}
	blocks := &blockScanner{in: bufio.NewReader(r)}
	reader := benchfmt.NewReader(blocks, name)
	var errs []error
	broken := 0
	for reader.Scan() {
		var err error
		switch record := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			err = record
		case *benchfmt.Result:
			_, line := record.Pos()
			err = set.add(record, blocks.at(line))
		}
		if err != nil {
			if broken++; broken <= maxErrors {
				errs = append(errs, err)
			}
		}
	}
	if err := reader.Err(); err != nil {
		errs = append(errs, err)
	}
	if broken > maxErrors {
		errs = append(errs, fmt.Errorf("%s: and %d more broken lines", name, broken-maxErrors))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if len(set.Cells) == 0 {
		return nil, fmt.Errorf("%s: no benchmark line in it: want results in the Go benchmark format", name)
	}
	return set, nil
}

// add takes up one line.
func (s *Set) add(r *benchfmt.Result, block Block) error {
	file, line := r.Pos()
	if s.Settings == nil {
		for _, c := range r.Config {
			s.Settings = append(s.Settings, Setting{c.Key, string(c.Value)})
		}
	}
	sample := Sample{Block: block, N: r.Iters, Values: make(map[string]float64)}
	for _, v := range r.Values {
		value, unit := v.Value, v.Unit
		if v.OrigUnit != "" {
			value, unit = v.OrigValue, v.OrigUnit
		}
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return fmt.Errorf("%s:%d: %v is no measurement of %s", file, line, value, unit)
		}
		if _, twice := sample.Values[unit]; twice {
			return fmt.Errorf("%s:%d: unit %s stands twice", file, line, unit)
		}
		sample.Values[unit] = value
	}
	base, parts := r.Name.Parts()
	keys := make(map[string]string)
	full := string(base)
	for _, part := range parts {
		if part[0] == '-' { // the number of CPUs
			continue
		}
		full += string(part)
		if key, value, ok := strings.Cut(string(part[1:]), "="); ok {
			keys[key] = value
		}
	}
	cell := s.byName[full]
	if cell == nil {
		cell = &Cell{Name: full, Base: string(base), Keys: keys}
		s.byName[full] = cell
		s.Cells = append(s.Cells, cell)
	}
	cell.Samples = append(cell.Samples, sample)
	return nil
}

// Cell returns the cell of that name, without the word Benchmark, or nil.
func (s *Set) Cell(name string) *Cell { return s.byName[name] }

// Setting returns a value from the file's head, or "".
func (s *Set) Setting(key string) string {
	for _, setting := range s.Settings {
		if setting.Key == key {
			return setting.Value
		}
	}
	return ""
}

// Values returns one unit of all the cell's processes, leaving out those that
// lack it.
func (c *Cell) Values(unit string) []float64 {
	if c == nil {
		return nil
	}
	var values []float64
	for _, s := range c.Samples {
		if v, ok := s.Values[unit]; ok {
			values = append(values, v)
		}
	}
	return values
}

// A blockScanner passes lines on and remembers which session began where.
type blockScanner struct {
	in      *bufio.Reader
	rest    []byte // of the line that is being passed on
	inLine  bool   // rest is not the beginning of a line
	line    int    // number of lines begun
	current Block
	starts  []blockStart
}

type blockStart struct {
	line  int
	block Block
}

func (b *blockScanner) Read(p []byte) (int, error) {
	if len(b.rest) == 0 {
		piece, err := b.in.ReadSlice('\n')
		if len(piece) == 0 {
			return 0, err
		}
		if !b.inLine {
			b.line++
			b.note(piece)
		}
		b.inLine = piece[len(piece)-1] != '\n'
		b.rest = piece
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// note remembers the session that a line begins, if it does.
func (b *blockScanner) note(line []byte) {
	if !bytes.HasPrefix(line, []byte("=== block ")) {
		return
	}
	var block Block
	if _, err := fmt.Sscanf(string(line), "=== block %d group %s seed %d steal %d",
		&block.Number, &block.Group, &block.Seed, &block.Steal); err == nil {
		b.starts = append(b.starts, blockStart{b.line, block})
	}
}

// at returns the session of a line. Lines are asked for in ascending order.
func (b *blockScanner) at(line int) Block {
	for len(b.starts) > 0 && b.starts[0].line < line {
		b.current, b.starts = b.starts[0].block, b.starts[1:]
	}
	return b.current
}
