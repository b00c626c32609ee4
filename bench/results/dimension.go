package results

import (
	"math"
	"slices"
	"strings"
)

// dimensions are words for time and size in units, each with what it is a
// multiple of.
var dimensions = map[string]struct {
	of     string
	factor float64
}{
	"ns": {"sec", 1e-9}, "us": {"sec", 1e-6}, "\u00b5s": {"sec", 1e-6}, "\u03bcs": {"sec", 1e-6},
	"ms": {"sec", 1e-3}, "s": {"sec", 1}, "secs": {"sec", 1}, "second": {"sec", 1}, "seconds": {"sec", 1},
	"MB": {"B", 1e6}, "GB": {"B", 1e9}, "byte": {"B", 1}, "bytes": {"B", 1},
}

// Canonical returns the unit in which all spellings of a unit meet, and by what
// its values are to be multiplied: "sec/op" and 1e-9 for ns/op, "B/sec" and 1e6
// for MB/s.
func Canonical(unit string) (name string, factor float64) {
	var b strings.Builder
	factor = 1
	words(unit, func(word, separator string, below bool) {
		if d, ok := dimensions[word]; ok {
			word = d.of
			if below {
				factor /= d.factor
			} else {
				factor *= d.factor
			}
		}
		b.WriteString(word + separator)
	})
	return b.String(), factor
}

// words visits the words of a unit, each with what separates it from the next,
// and whether it stands below the fraction bar.
func words(unit string, visit func(word, separator string, below bool)) {
	below := false
	for unit != "" {
		end := strings.IndexAny(unit, "*/-")
		if end < 0 {
			visit(unit, "", below)
			return
		}
		visit(unit[:end], unit[end:end+1], below)
		switch unit[end] {
		case '*':
			below = false
		case '/':
			below = true
		}
		unit = unit[end+1:]
	}
}

// Convert returns values that were measured in one unit in another spelling of
// it, rounded to twelve digits: what was equal must stay so.
func Convert(values []float64, from, to string) []float64 {
	_, of := Canonical(from)
	_, by := Canonical(to)
	if of == by {
		return values
	}
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = round(v * (of / by))
	}
	return out
}

// round leaves twelve digits of a number.
func round(v float64) float64 {
	if v == 0 || math.IsInf(v, 0) {
		return v
	}
	scale := math.Pow(10, 11-math.Floor(math.Log10(math.Abs(v))))
	if math.IsInf(scale, 0) || scale == 0 {
		return v
	}
	return math.Round(v*scale) / scale
}

func unitKey(unit, key string) string {
	name, _ := Canonical(unit)
	return key + " " + name
}

// counted are what rates are of that are better the higher they are.
var counted = strings.Fields("B op ops req reqs request requests reply replies query queries msg msgs message messages task tasks job jobs " +
	"item items event events row rows record records call calls tx txs txn txns iter iters iteration iterations element elements elem elems conn conns packet packets frame frames file files")

// Better says which values of a unit are better, "lower" or "higher": as the file
// says in a line such as "Unit score better=higher", or else as is known of the
// unit. It is "" where neither says.
func (s *Set) Better(unit string) string {
	switch said := s.better[unitKey(unit, "better")]; said {
	case "lower", "higher":
		return said
	}
	return Better(unit)
}

// Better is like the method of a set that says nothing of the unit.
func Better(unit string) string {
	if i := slices.IndexFunc(Units, func(u Unit) bool { return u.Name == unit }); i >= 0 {
		return Units[i].Better
	}
	name, _ := Canonical(unit)
	var above, below []string
	words(name, func(word, _ string, under bool) {
		if under {
			below = append(below, word)
		} else {
			above = append(above, word)
		}
	})
	switch {
	case slices.Contains(below, "sec"):
		if slices.ContainsFunc(above, func(word string) bool { return slices.Contains(counted, word) }) {
			return "higher"
		}
		return ""
	case slices.Contains([]string{"qps", "rps", "tps"}, unit):
		return "higher"
	case slices.Contains(above, "sec"), name == "B/op", name == "allocs/op":
		return "lower"
	}
	return ""
}

// Exact tells whether the file says, in a line such as "Unit size assume=exact",
// that a unit is free of noise.
func (s *Set) Exact(unit string) bool { return s.better[unitKey(unit, "assume")] == "exact" }
