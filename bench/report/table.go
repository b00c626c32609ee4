package report

import (
	"slices"

	"github.com/poolbench/poolbench/bench/question"
)

// A table is what is printed in rows and columns.
type table struct {
	title     string
	note      string
	head      []string
	rows      [][]string
	questions []string // slugs of the questions that it stands behind
}

// tables returns the tables that the evidence fills, those behind the
// questions of the slugs given, or all.
func tables(e *question.Evidence, slugs []string) []table {
	all := slices.Concat(ratios(e), costs(e), granularity(e), peaks(e), patterns(e), peers(e), overload(e), failure(e), servers(e), others(e))
	return slices.DeleteFunc(all, func(t table) bool {
		asked := len(slugs) == 0 || slices.ContainsFunc(t.questions, func(slug string) bool { return slices.Contains(slugs, slug) })
		return len(t.rows) == 0 || !asked
	})
}

// mentioned lists the names in several groups, in the order in which they are
// first mentioned.
func mentioned(groups []*question.Group) (out []string) {
	for _, g := range groups {
		for _, r := range g.Rows {
			if !slices.Contains(out, r.Strategy) {
				out = append(out, r.Strategy)
			}
		}
	}
	return out
}
