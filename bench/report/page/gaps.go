package page

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench/table"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
)

// How many rows tables of what is missing and of what is compared have at the most.
const (
	mostGaps     = 300
	mostCompared = 5000
)

// skipped lists the lines of the file that could not be read.
func skipped(run report.Run) *table.Table {
	set := run.Evidence.Measured()
	t := &table.Table{Title: "Skipped lines", Head: []string{"line", "what it says", "why"}}
	for _, s := range set.Skipped {
		t.Rows = append(t.Rows, []string{strconv.Itoa(s.Line), s.Text, s.Reason})
	}
	if set.Unlisted > 0 {
		t.Note = fmt.Sprintf("The file has %d more such lines.", set.Unlisted)
	}
	return bounded(t, mostGaps)
}

// invalid lists the cells of which processes do not count, with how many and
// why.
func invalid(run report.Run) *table.Table {
	reasons := make(map[string][]string)
	for _, r := range run.Evidence.Measured().Remarks {
		reasons[r.Cell] = append(reasons[r.Cell], r.Reason)
	}
	t := &table.Table{
		Title: "Invalid runs", Head: []string{"strategy", "workload", "invalid", "why"},
		Note: "The load generator judges its own load. No figure of an invalid run is used.",
	}
	for _, g := range run.Evidence.Groups() {
		for _, r := range g.Rows {
			valid, spoilt := r.Valid()
			if spoilt == 0 {
				continue
			}
			why := strings.Join(reasons[r.Cell.Name], "; ")
			t.Rows = append(t.Rows, []string{r.Label(), workloadText(r.Cell), fmt.Sprintf("%d of %d", spoilt, valid+spoilt), cmp.Or(why, "the file does not say")})
		}
	}
	return bounded(t, mostGaps)
}

// absent lists which strategies were not measured where, with the reason as far as
// the profile says it.
func absent(e *question.Evidence, in Input) *table.Table {
	if e.Plain() {
		return nil // the file does not say what was wanted
	}
	t := &table.Table{Title: "What was not measured", Head: []string{"strategy", "why", "groups"}}
	planned, possible := participants(e, in)
	for word := range strings.FieldsSeq(e.Setting("kinds")) {
		name, _, _ := strings.Cut(word, "=")
		why := make(map[string][]string)
		for _, g := range e.Groups() {
			if g.Slug == "peers" || slices.ContainsFunc(g.Rows, func(r *question.Row) bool { return r.Strategy == name }) {
				continue
			}
			at, reason := participant{g.Slug, name}, "does not apply"
			switch {
			case planned == nil:
				reason = "does not apply, or failed"
			case planned[at]:
				reason = "failed, or was not asked for"
			case possible[at]:
				reason = "only longer profiles measure it, or --strategy"
			}
			why[reason] = append(why[reason], g.Slug)
		}
		for _, reason := range []string{"failed, or was not asked for", "only longer profiles measure it, or --strategy", "does not apply", "does not apply, or failed"} {
			if groups := why[reason]; len(groups) > 0 {
				t.Rows = append(t.Rows, []string{name, reason, strings.Join(groups, ", ")})
			}
		}
	}
	return bounded(t, mostGaps)
}

// A participant is a strategy in a group.
type participant struct{ group, strategy string }

// participants is who takes part in the groups of a run's profile, by itself and
// if it is named; nil where the profile is not known.
func participants(e *question.Evidence, in Input) (planned, possible map[participant]bool) {
	i := slices.IndexFunc(bench.Profiles, func(p *bench.Profile) bool { return p.Name == e.Setting("profile") })
	if i < 0 {
		return nil, nil
	}
	of := func(named bool) map[participant]bool {
		all := make(map[participant]bool)
		for _, g := range bench.Profiles[i].Groups(bench.Selection{Strategies: in.Strategies, Servers: in.Servers, Named: named}) {
			for _, c := range g.Cells {
				all[participant{g.Slug, c.Strategy}] = true
			}
		}
		return all
	}
	return of(false), of(true)
}

// bounded cuts a table after so many rows; nil if it is empty.
func bounded(t *table.Table, most int) *table.Table {
	if len(t.Rows) == 0 {
		return nil
	}
	if n := len(t.Rows); n > most {
		t.Rows = t.Rows[:most]
		t.Note = strings.TrimSpace(fmt.Sprintf("%s Of %d rows these are the first %d.", t.Note, n, most))
	}
	return t
}
