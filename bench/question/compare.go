package question

import (
	"cmp"
	"slices"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
)

// A Query is what is asked of a group: how much its rows have of a unit, by
// themselves or as a multiple of a baseline's.
type Query struct {
	Unit     string
	Baseline *Baseline       // nil: figures that are compared with nothing
	Rows     func(*Row) bool // which rows are asked about; nil: all
	Judged   func(*Row) bool // which of them get a verdict; nil: those that the baseline says
}

// A Baseline is what rows are compared with, and how both were measured.
type Baseline struct {
	Name   string       // in sentences
	Design claim.Design // of files that say what was measured together

	of     func(*Evidence, *Group, *Row) *Row      // nil: this row is not compared
	judged func(*Group, *Row) bool                 // which rows get a verdict
	noise  func(*Evidence, *Group, string) float64 // see claim.Compare
}

// The baselines.
var (
	// Reference is one goroutine for each task or connection, which all took
	// turns with.
	Reference = &Baseline{
		Name: "go f()", Design: claim.InTurns,
		of:     func(_ *Evidence, g *Group, _ *Row) *Row { return g.Row(bench.Reference) },
		judged: func(g *Group, r *Row) bool { return r.IsStrategy() && r != g.Row(bench.Reference) },
		noise:  controlNoise,
	}

	// Semaphore is the least that limits goroutines.
	Semaphore = &Baseline{
		Name: "a channel semaphore", Design: claim.InTurns,
		of:     func(_ *Evidence, g *Group, _ *Row) *Row { return g.Row("semaphore") },
		judged: func(g *Group, r *Row) bool { return r.isPool() && r != g.Row("semaphore") },
		noise:  controlNoise,
	}

	// ownCallback is the same strategy with a callback for each result.
	ownCallback = &Baseline{
		Name: "a callback", Design: claim.InTurns,
		of:     func(_ *Evidence, g *Group, r *Row) *Row { return g.Row(r.Strategy) },
		judged: func(g *Group, r *Row) bool { return r.IsStrategy() && r != g.Row(r.Strategy) },
		noise:  controlNoise,
	}

	// ownConnection is the same strategy with a task for each connection.
	ownConnection = &Baseline{
		Name: "a task per connection", Design: claim.InTurns,
		of: func(_ *Evidence, g *Group, r *Row) *Row {
			return g.first(func(o *Row) bool { return o.Strategy == r.Strategy && o.Unit == workload.PerConnection })
		},
		judged: func(_ *Group, r *Row) bool { return r.isPool() && r.Unit == workload.PerMessage },
		noise:  controlNoise,
	}

	// OneSubmitter is the same strategy under the same load from one goroutine
	// that submits.
	OneSubmitter = &Baseline{
		Name: "one submitter", Design: claim.ByBlocks,
		of:     func(e *Evidence, g *Group, r *Row) *Row { return e.oneSubmitter(g).Row(r.Strategy) },
		judged: func(_ *Group, r *Row) bool { return r.isPool() },
		noise: func(e *Evidence, g *Group, unit string) float64 { // the bare loop has no submitter
			many, one := g.Row(bench.Loop), e.oneSubmitter(g).Row(bench.Loop)
			if many == nil || one == nil {
				return claim.Noise(claim.Centre(nil))
			}
			return claim.Noise(claim.Centre(claim.Ratios(many.Cell, one.Cell, unit)))
		},
	}

	// ReferenceAlone is the reference where every strategy has processes of its
	// own, so that both were measured in each block but did not take turns.
	ReferenceAlone = &Baseline{
		Name: "go f()", Design: claim.ByBlocks,
		of: Reference.of, judged: Reference.judged,
		noise: func(*Evidence, *Group, string) float64 { return 0 }, // such groups have no control
	}
)

// Compare evaluates a query in a group. The order of the claims is that of their
// estimates, the least first. Rows without such a figure make no claim.
func (e *Evidence) Compare(g *Group, q Query) (*claim.Comparison, error) {
	if q.Baseline == nil {
		var subjects []claim.Subject
		for _, r := range g.Rows {
			if q.Rows == nil || q.Rows(r) {
				subjects = append(subjects, r.subject())
			}
		}
		return claim.Figures(subjects, q.Unit), nil
	}
	var pairs []claim.Pair
	for _, r := range g.Rows {
		if q.Rows != nil && !q.Rows(r) {
			continue
		}
		subject := claim.Subject{Name: q.Baseline.Name}
		if baseline := q.Baseline.of(e, g, r); baseline != nil {
			subject.Cell = baseline.Cell
			if baseline.Strategy == bench.Reference && q.Baseline.Name == "go f()" {
				subject.Name = baseline.subject().Name
			}
		} else if q.Baseline != Reference {
			continue // nothing to compare it with; ratios to the reference are in the file
		}
		pairs = append(pairs, claim.Pair{Subject: r.subject(), Baseline: subject, Judge: q.Baseline.judged(g, r)})
	}
	design := q.Baseline.Design
	if e.plain && design == claim.InTurns {
		design = claim.ByLines
	}
	c, err := claim.Compare(pairs, q.Unit, design, q.Baseline.noise(e, g, q.Unit))
	if err != nil || design == claim.ByBlocks {
		return c, err
	}
	if control := g.Row(bench.Control); control != nil {
		c.DoubtControl(claim.Centre(control.Cell.Values(q.Unit)))
	}
	return c, nil
}

// controlNoise is how much of a ratio may be chance: what the control's interval
// admits. It is 0 where there is no control.
func controlNoise(_ *Evidence, g *Group, unit string) float64 {
	control := g.Row(bench.Control)
	if control == nil {
		return 0
	}
	return claim.Noise(claim.Centre(control.Cell.Values(unit)))
}

// oneSubmitter returns the group that differs from g only in having one
// submitter; one without rows if it was not measured.
func (e *Evidence) oneSubmitter(g *Group) *Group {
	for _, other := range e.Groups() {
		if other.Key("submitters") == "1" && other != g && len(g.Rows) > 0 &&
			other.Rows[0].Cell.Base == g.Rows[0].Cell.Base &&
			!slices.ContainsFunc([]string{"work", "grain", "tasks", "limit", "pool", "pattern"}, func(key string) bool {
				return other.Key(key) != g.Key(key)
			}) {
			return other
		}
	}
	return &Group{}
}

// ByLoad orders groups by how long or how large a task is, and then by the
// limit, the number of submitters and the number of tasks.
func ByLoad(a, b *Group) int {
	order := cmp.Or(cmp.Compare(a.grain().Duration(), b.grain().Duration()), cmp.Compare(a.grain().Bytes(), b.grain().Bytes()))
	for _, key := range []string{"limit", "submitters", "tasks"} {
		order = cmp.Or(order, cmp.Compare(number(a.Key(key)), number(b.Key(key))))
	}
	return order
}
