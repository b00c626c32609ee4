package page

import (
	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/picture"
	"github.com/poolbench/poolbench/bench/question"
)

// looks gives every strategy of a run one look in all pictures, by the order in
// which they are first mentioned. The reference is plain.
type looks map[string]int

func newLooks(e *question.Evidence) looks {
	l := looks{bench.Reference: picture.Plain}
	for _, g := range e.Groups("") {
		for _, r := range g.Rows {
			if _, known := l[r.Strategy]; !known && r.Real() {
				l[r.Strategy] = len(l) - 1
			}
		}
	}
	return l
}
