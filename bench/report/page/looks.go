package page

import (
	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/chart"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/workload"
)

// series is what a curve or a dot is called: as in a sentence, but a callback is
// what all have.
func series(r *question.Row) string {
	if r.Unit == workload.PerMessage {
		return r.Label()
	}
	return r.Strategy
}

// looks gives every strategy of a run, and each unit that it serves, one look in
// all charts, by the order in which they first come. The reference is plain.
type looks map[string]int

func newLooks(e *question.Evidence) looks {
	l := looks{bench.Reference: chart.Plain}
	for _, g := range e.Groups() {
		for _, r := range g.Rows {
			if _, known := l[series(r)]; !known && r.IsStrategy() {
				l[series(r)] = len(l) - 1
			}
		}
	}
	return l
}
