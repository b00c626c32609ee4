package results

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// MachineKeys are the settings by which a file tells machines apart. Where one of
// them changes within a file, such as one that was joined from two, what comes
// after is of another machine.
var MachineKeys = []string{"machine", "goos", "goarch", "cpu", "gomaxprocs"}

// An origin is a machine: one of those that a file holds results of.
type origin struct {
	settings []Setting // of the head, when its first line was read
	line     int       // the first
}

// value is a setting of the machine, "" where the file does not say.
func (m *origin) value(key string) string {
	for _, s := range m.settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

// same tells whether two heads are of one machine, by those keys.
func (m *origin) same(other *origin, keys []string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool { return m.value(key) != other.value(key) })
}

// machineOf returns the machine that a head names, as of that line.
func (s *Set) machineOf(head []Setting, line int) *origin {
	m := &origin{head, line}
	if i := slices.IndexFunc(s.machines, func(other *origin) bool { return m.same(other, MachineKeys) }); i >= 0 {
		return s.machines[i]
	}
	s.machines = append(s.machines, m)
	return m
}

// Machine names the machine that the results are of, or the first of several, as
// far as the file says: "linux/amd64, AMD EPYC, GOMAXPROCS 2".
func (s *Set) Machine() string {
	setting := s.Setting
	os := strings.Trim(setting("goos")+"/"+setting("goarch"), "/")
	procs := setting("gomaxprocs")
	if procs != "" {
		procs = "GOMAXPROCS " + procs
	}
	words := slices.DeleteFunc([]string{setting("machine"), os, setting("cpu"), procs}, func(w string) bool { return w == "" })
	return cmp.Or(strings.Join(words, ", "), "an unnamed machine")
}

// OneMachine returns an error if the results are of several machines.
func (s *Set) OneMachine() error {
	parts := s.Split()
	if len(parts) < 2 {
		return nil
	}
	return fmt.Errorf("%s: here begin results of another machine, %s, after those of %s: take those of each into a file of its own", s.Place(parts[1].machines[0].line), parts[1].Machine(), parts[0].Machine())
}

// Split returns the results of each machine as a set of its own, s alone if they
// are all of one.
func (s *Set) Split() []*Set {
	if len(s.machines) < 2 {
		return []*Set{s}
	}
	var out []*Set
	for _, m := range s.machines {
		of := *s
		of.Settings, of.machines = m.settings, []*origin{m}
		of.Cells, of.byName = nil, make(map[string]*Cell)
		for _, cell := range s.Cells {
			if cell.machine == m {
				of.add(cell)
			}
		}
		if len(of.Cells) > 0 {
			out = append(out, &of)
		}
	}
	return out
}

// add adds a cell that the set does not have.
func (s *Set) add(cell *Cell) {
	s.Cells = append(s.Cells, cell)
	if s.byName[cell.Name] == nil {
		s.byName[cell.Name] = cell
	}
}

// Without returns the results with cells pooled that nothing but those settings
// tells apart: any of MachineKeys, or "pkg" for the package.
func (s *Set) Without(keys ...string) *Set {
	out := *s
	out.Cells, out.byName, out.machines = nil, make(map[string]*Cell), nil
	ignored := func(setting Setting) bool { return slices.Contains(keys, setting.Key) }
	out.Settings = slices.DeleteFunc(slices.Clone(s.Settings), ignored)
	cells := make(map[cellKey]*Cell)
	for _, cell := range s.Cells {
		pooled := *cell
		if slices.Contains(keys, "pkg") {
			pooled.Package = ""
		}
		if m := cell.machine; m != nil {
			pooled.machine = out.machineOf(slices.DeleteFunc(slices.Clone(m.settings), ignored), m.line)
		}
		key := cellKey{pooled.machine, pooled.Package, pooled.Name, pooled.CPUs}
		if first := cells[key]; first != nil {
			first.Samples = append(slices.Clip(first.Samples), cell.Samples...)
			continue
		}
		cells[key] = &pooled
		out.add(&pooled)
	}
	return &out
}
