package history

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/stats"
)

// A Series is one ratio or amount of one cell, commit after commit, on one class of
// machine and to one reference.
type Series struct {
	Machine   string
	Reference string
	Cell      string
	Unit      string
	Builds    []Build // in the order in which the commits were made

	// Missed counts the commits after the last build that were measured on this
	// machine without the cell: a benchmark that was removed or renamed.
	Missed int
}

// A Build is one commit in a series.
type Build struct {
	Commit  string
	Made    time.Time
	Value   float64 // the ratio or the amount; the median, if it was measured more than once
	Records []*Record
}

// amount says whether the series is of amounts, which may be 0, and not of
// ratios.
func (s Series) amount() bool { return slices.Contains(Amounts, s.Unit) }

// scale is where a value lies on the scale on which changes are looked for and
// drawn: a logarithm, because what counts is by how much of itself a value
// changed. One allocation more is added to amounts, so that none has a place.
func (s Series) scale(value float64) float64 {
	if s.amount() {
		return math.Log1p(value)
	}
	return math.Log(value)
}

// smallest is the least change that counts, on that scale. Between one allocation
// and none lies one half, wherever the values were rounded.
func (s Series) smallest() float64 {
	if s.Unit != "allocs/op" {
		return math.Log(SmallestRatio)
	}
	most := 0.5
	for _, b := range s.Builds {
		most = max(most, b.Value)
	}
	return min(math.Log(SmallestRatio), s.scale(most)-s.scale(most-0.5))
}

// A seriesKey is what keeps series apart.
type seriesKey struct{ machine, reference, cell string }

// SeriesOf sorts what records hold in one unit into series: by machine,
// reference and cell. Records come in the order that Read gives.
func SeriesOf(records []*Record, unit string) []Series {
	type commit struct {
		seriesKey
		name string
	}
	series := make(map[seriesKey]*Series)
	values := make(map[commit][]float64)
	builds := make(map[commit]int)
	for _, r := range records {
		for _, c := range r.Cells {
			v, ok := c.value(unit)
			if !ok {
				continue
			}
			key := seriesKey{r.Machine, r.Reference, c.String()}
			s := series[key]
			if s == nil {
				s = &Series{Machine: r.Machine, Reference: r.Reference, Cell: c.String(), Unit: unit}
				series[key] = s
			}
			at := commit{key, r.Commit}
			i, again := builds[at]
			if !again {
				i = len(s.Builds)
				builds[at] = i
				s.Builds = append(s.Builds, Build{Commit: r.Commit, Made: r.Made})
			}
			values[at] = append(values[at], v)
			s.Builds[i].Records = append(s.Builds[i].Records, r)
		}
	}
	out := make([]Series, 0, len(series))
	for key, s := range series {
		for i := range s.Builds {
			s.Builds[i].Value, _ = stats.Quantile(values[commit{key, s.Builds[i].Commit}], 0.5) // of finite values, one at least
		}
		s.Missed = missed(s, records)
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Series) int {
		return cmp.Or(cmp.Compare(a.Machine, b.Machine), cmp.Compare(a.Reference, b.Reference), cmp.Compare(a.Cell, b.Cell))
	})
	return out
}

// missed counts the commits that were measured like the series, after its last.
func missed(s *Series, records []*Record) int {
	last := s.Builds[len(s.Builds)-1].Made
	commits := make(map[string]bool)
	for _, r := range records {
		if r.Machine == s.Machine && r.Reference == s.Reference && r.Made.After(last) {
			commits[r.Commit] = true
		}
	}
	return len(commits)
}
