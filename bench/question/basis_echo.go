package question

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// overloadBasis is what share of too many requests the best of those with a
// limit answers.
func overloadBasis(e *Evidence) *Basis {
	g := e.Group("echooverload200")
	if len(g.Rows) == 0 {
		return nil
	}
	limited := slices.DeleteFunc(pooled(g.Rows), func(r *Row) bool { return r.Strategy == bench.Reference })
	keys := g.Rows[0].Cell.Keys
	most := func(a, b float64) int { return cmp.Compare(b, a) }
	what := fmt.Sprintf("of the requests answered when twice as many come as %s places can handle, with %%s", keys["limit"])
	b := leading(g, limited, most, "", percent, what, func(r *Row) stats.Interval { return r.Typical(results.Answered) })
	if b == nil {
		return nil
	}
	if reference := g.Row(bench.Reference); reference != nil {
		if share := reference.Typical(results.Answered); !math.IsNaN(share.Estimate) {
			b.Changes = append(b.Changes, fmt.Sprintf("Without a limit go f() answers %s, because a handler that waits %s needs hardly any CPU. One that computes would not get more of the machine.",
				shareOf(share), keys["handler"]))
		}
	}
	b.Changes = append(b.Changes, "The longer the overload lasts, the later the replies: requests that wait for a place pile up.")
	return b
}

// failureBasis is how many ways to serve a panicking handler brings down.
func failureBasis(e *Evidence) *Basis {
	g := e.Group("echofailure")
	var dead, all []*Row
	for _, r := range g.Rows {
		crashed := r.Cell.Values(results.Crashed)
		if !r.Real() || len(crashed) == 0 {
			continue
		}
		all = append(all, r)
		if Middle(crashed) > 0 {
			dead = append(dead, r)
		}
	}
	if len(all) == 0 {
		return nil
	}
	of := cmp.Or(foremost(dead), all[0])
	processes := len(of.Cell.Samples)
	for _, r := range all {
		processes = min(processes, len(r.Cell.Samples))
	}
	b := &Basis{
		Cell: of.Cell, Group: g, Counted: true, Value: stats.Interval{Estimate: float64(len(dead)), N: processes},
		Figure: fmt.Sprintf("%d of %d", len(dead), len(all)),
		What:   fmt.Sprintf("ways to serve end, with everybody's connection, when a handler panics on one message in %s", of.Cell.Keys["panics"]),
	}
	if len(dead) > 0 {
		b.Changes = append(b.Changes, fmt.Sprintf("If the handler recovers by itself, a panic reaches none of them: neither %s nor who waits.", first(3, labels(dead))))
	} else {
		b.Changes = append(b.Changes, "A panic in a goroutine that the handler starts ends any of them: nobody else can recover it.")
	}
	return b
}
