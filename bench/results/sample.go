package results

import "slices"

// A Sample is one line of a cell: one process, or one run of a stock benchmark.
// It takes some hundred bytes, because a file may hold a million.
type Sample struct {
	Block Block // the session; zero where the file does not say
	N     int   // operations
	Line  int   // of the file

	units  *units
	values []float64 // as many as there are units
}

// Value returns what was measured in a unit, in the unit as it was written.
func (s *Sample) Value(unit string) (v float64, ok bool) {
	for i, name := range s.Units() {
		if name == unit {
			return s.values[i], true
		}
	}
	return 0, false
}

// Units returns what was measured, in the order of the line. The slice is shared
// by samples; do not modify it.
func (s *Sample) Units() []string {
	if s.units == nil {
		return nil
	}
	return s.units.names
}

// SameUnits says whether two samples of one set give the same units in the same
// order.
func (s *Sample) SameUnits(other *Sample) bool { return s.units == other.units }

// With returns a sample that has one unit more, which s must not have. Samples
// of one set must not be given units by several goroutines at once.
func (s Sample) With(unit string, v float64) Sample {
	if s.units == nil {
		s.units = new(units)
	}
	s.units = s.units.and(unit)
	s.values = append(slices.Clip(s.values), v)
	return s
}

// units are the units of a line, kept once for all lines that have the same.
type units struct {
	names  []string
	longer map[string]*units // with one unit more
}

// and returns the units with one more.
func (u *units) and(unit string) *units {
	if longer := u.longer[unit]; longer != nil {
		return longer
	}
	if u.longer == nil {
		u.longer = make(map[string]*units)
	}
	longer := &units{names: append(slices.Clip(u.names), unit)}
	u.longer[unit] = longer
	return longer
}
