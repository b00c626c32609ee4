package results

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench/machine"
)

// A Writer writes one results file, line by line. A line is in the file whole
// or not at all, also when the disk is full or the program is killed.
type Writer struct {
	file *os.File
	size int64
}

// Create makes the file; it must not exist.
func Create(path string) (*Writer, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, fmt.Errorf("create results: %w", err)
	}
	return &Writer{file: file}, nil
}

// A Setting is one line of a file's head: what was the same for all its lines.
type Setting struct{ Key, Value string }

// MachineSettings are the facts about this machine and this program.
func MachineSettings() (settings []Setting) {
	for _, f := range append(machine.Facts(), machine.Program()...) {
		settings = append(settings, Setting{f.Key, f.Value})
	}
	return settings
}

// Head writes the settings and the units. Settings without a value are left
// out.
func (w *Writer) Head(settings []Setting) error {
	var b strings.Builder
	for _, s := range settings {
		if value := strings.Join(strings.Fields(s.Value), " "); value != "" {
			fmt.Fprintf(&b, "%s: %s\n", s.Key, value)
		}
	}
	writeUnits(&b, Units)
	return w.write(b.String())
}

// Setting writes a line of the head that was not known when the rest of it was
// written. It must come before any line it shall hold for.
func (w *Writer) Setting(s Setting) error {
	return w.write(fmt.Sprintf("%s: %s\n", s.Key, strings.Join(strings.Fields(s.Value), " ")))
}

// Note writes a remark on what follows or was left out, which readers of the
// format pass over.
func (w *Writer) Note(text string) error {
	return w.write(strings.Join(strings.Fields(text), " ") + "\n")
}

// WriteUnits writes a line on each custom unit that is named, as benchstat reads
// them.
func WriteUnits(w io.Writer, names ...string) error {
	var b strings.Builder
	writeUnits(&b, slices.DeleteFunc(slices.Clone(Units), func(u Unit) bool { return !slices.Contains(names, u.Name) }))
	_, err := io.WriteString(w, b.String())
	return err
}

func writeUnits(b *strings.Builder, units []Unit) {
	for _, u := range units {
		fmt.Fprintf(b, "Unit %s better=%s\n", u.Name, u.Better)
	}
}

// Block begins the lines of one session.
func (w *Writer) Block(b Block) error {
	return w.write(fmt.Sprintf(blockFormat+"\n", b.Number, b.Group, b.Seed, b.Steal))
}

// Line writes one process of one cell: the benchmark's name without the word
// Benchmark, how many operations stand behind it, and what was measured, by
// unit. Values that are no finite number are left out.
func (w *Writer) Line(name string, n int, values map[string]float64) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Benchmark%s\t%d", name, n)
	order := make(map[string]int)
	for i, u := range Units {
		order[u.Name] = i
	}
	units := make([]string, 0, len(values))
	for unit, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			units = append(units, unit)
		}
	}
	if len(units) == 0 {
		return fmt.Errorf("results line %s: nothing was measured", name)
	}
	slices.SortFunc(units, func(x, y string) int {
		return cmp.Or(cmp.Compare(order[x], order[y]), cmp.Compare(x, y))
	})
	for _, unit := range units {
		fmt.Fprintf(&b, "\t%s %s", strconv.FormatFloat(values[unit], 'g', 5, 64), unit)
	}
	b.WriteByte('\n')
	return w.write(b.String())
}

// write appends whole lines, or nothing.
func (w *Writer) write(lines string) error {
	n, err := w.file.WriteAt([]byte(lines), w.size)
	if err != nil {
		// What is there of the line goes, so that what stays is whole. The
		// count says nothing: WriteAt leaves out a piece that was written
		// before the one that failed.
		err = errors.Join(err, w.file.Truncate(w.size))
		return fmt.Errorf("write results; the %d bytes before are whole lines: %w", w.size, err)
	}
	w.size += int64(n)
	return nil
}

// Close finishes the file.
func (w *Writer) Close() error {
	if err := w.file.Close(); err != nil {
		return fmt.Errorf("close results: %w", err)
	}
	return nil
}
