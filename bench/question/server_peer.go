package question

import (
	"fmt"
	"math"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
)

// strangers says what was seen of servers that ran already: only what they
// answer, for their processes are not ours to look into. What does not answer
// as it should, theirs or ours, has no figure, and that is said as well.
func strangers(g *Group) (out []string) {
	if len(g.Rows) == 0 {
		return nil
	}
	var words []string
	for _, r := range g.Rows {
		if rate := r.Typical(results.ReqRate); r.kind == bench.KindPeer && !math.IsNaN(rate.Estimate) {
			words = append(words, fmt.Sprintf("%s answers %s", r.Strategy, hertz(rate)))
		}
	}
	if len(words) > 0 {
		out = append(out, fmt.Sprintf("Of the servers that ran already, %s; what CPU time that takes cannot be seen from here.", list(words)))
	}
	where := fmt.Sprintf("With %s connections that each wait for their reply", g.Rows[0].Cell.Keys["connections"])
	if text := unvouched(g, where); text != "" {
		out = append(out, text)
	}
	return out
}
