package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// unknown is the error for a name that is none of the known ones.
func unknown(kind, name string, known []string) error {
	hint := ""
	if near := nearest(name, known); near != "" {
		hint = fmt.Sprintf(", did you mean %q?", near)
	}
	return fmt.Errorf("unknown %s %q%s %s", kind, name, cmp.Or(hint, "."), knownOnes(known))
}

// An error lists mostListed known names, and of more than that fewListed.
const mostListed, fewListed = 64, 12

// knownOnes says which names are known.
func knownOnes(known []string) string {
	switch n := len(known); {
	case n == 0:
		return "There are none"
	case n > mostListed:
		return fmt.Sprintf("The known ones are %s and %d more", strings.Join(known[:fewListed], ", "), n-fewListed)
	}
	return "The known ones are " + strings.Join(known, ", ")
}

// oneOf returns the error for a name that is none of the known ones, or nil.
func oneOf(kind, name string, known []string) error {
	if slices.Contains(known, name) {
		return nil
	}
	return unknown(kind, name, known)
}

// nearest returns the known name that takes the fewest edits to reach, or the
// first that begins with name, or "" if none can have been meant.
func nearest(name string, known []string) string {
	best, least := "", len(name)/2+1
	for _, k := range known {
		if d := edits(name, k); d < least {
			best, least = k, d
		}
	}
	if best == "" && name != "" {
		if i := slices.IndexFunc(known, func(k string) bool { return strings.HasPrefix(k, name) }); i >= 0 {
			best = known[i]
		}
	}
	return best
}

// edits is the Levenshtein distance: how many letters must be inserted,
// removed or replaced to make b of a.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// variants are the strategies of the catalog, each followed by what its options
// make of it: all that a flag can name.
var variants = strategies.WithVariants(catalog.All...)

// chooseStrategies returns the variants of those names, in the catalog's order,
// or the catalog when none is named.
func chooseStrategies(names []string) []*strategies.Strategy {
	if len(names) == 0 {
		return catalog.All
	}
	return slices.DeleteFunc(slices.Clone(variants), func(s *strategies.Strategy) bool { return !slices.Contains(names, s.Name) })
}
