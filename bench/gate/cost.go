package gate

import (
	"context"
	"fmt"
	"time"

	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/stock"
)

// affordable takes out the benchmarks that are too slow to be judged in the budget,
// and makes sure that it holds a screen of the others: under all schedulers, or
// under the first alone.
func (g *Gate) affordable() error {
	budget := g.plan.Request.Budget
	rules := g.plan.Rules
	least := rules.ScreenLooks[0] + rules.LeastToConfirm(1)
	kept := g.plan.Benchmarks[:0]
	for _, c := range g.plan.Benchmarks {
		if need := time.Duration(least) * g.expectedPair(c, g.plan.Policies[0]); need > budget {
			g.skip(Skipped{Package: c.Package, Name: c.Title(), CPU: c.CPU, Unmeasurable: true,
				Reason: fmt.Sprintf("one iteration takes %v, with what is set up for it, and to judge it %v: raise --budget, or leave it out with --bench",
					max(time.Duration(c.PerOp), c.Repetition/time.Duration(c.N)).Round(time.Millisecond), need.Round(time.Second))})
			continue
		}
		kept = append(kept, c)
	}
	if g.plan.Benchmarks = kept; len(kept) == 0 {
		return fmt.Errorf("none of the benchmarks can be compared:\n%s", skippedLines(g.plan.Skipped))
	}
	screens := time.Duration(rules.ScreenShare * float64(budget)) // the rest is for confirming
	if n := len(g.plan.Policies); n > 1 && g.screenCost(n) > screens {
		g.say("without a pass under the %s scheduler: to screen %s once more would take %v of the budget of %v", g.plan.Policies[n-1],
			counted(len(kept), "benchmark"), (g.screenCost(n) - g.screenCost(n-1)).Round(time.Second), budget)
		g.plan.Policies = g.plan.Policies[:n-1]
	}
	if need := g.screenCost(len(g.plan.Policies)); need > screens {
		return fmt.Errorf("%s need a budget of %v or more, and --budget is %v: raise it, or choose fewer with --bench or --max-cells",
			counted(len(kept), "benchmark"), time.Duration(float64(need)/rules.ScreenShare).Round(time.Second)+time.Second, budget)
	}
	return nil
}

// screenCost is what the first look at every benchmark is expected to take, under so
// many of the policies.
func (g *Gate) screenCost(policies int) (total time.Duration) {
	for _, policy := range g.plan.Policies[:policies] {
		for _, c := range g.plan.Benchmarks {
			total += time.Duration(g.plan.Rules.ScreenLooks[0]) * g.expectedPair(c, policy)
		}
	}
	return total
}

// expectedPair is what a pair is expected to take: its turns and one more of each
// side to warm up, the collections between them, and processes that start. Where a
// process has to wait for a CPU each turn takes longer.
func (g *Gate) expectedPair(c Benchmark, policy Policy) time.Duration {
	const collection, waiting = 300 * time.Microsecond, time.Millisecond
	turn := time.Duration(float64(c.N)*c.PerOp) + collection
	if setUp := c.Repetition - turn; setUp > mostUsual {
		turn += setUp
	}
	if policy == scheduler.Normal {
		turn += waiting
	}
	starts := 2
	if !g.plan.Stops {
		starts = 2 * c.Exchanges
	}
	start := 10 * time.Millisecond
	if c.Start > mostUsual {
		start = c.Start
	}
	return time.Duration(starts)*start + time.Duration(2*(c.Exchanges+1))*turn
}

// mostUsual is what the start of a process, or what comes between two repetitions,
// takes at the most where neither is the benchmark's doing.
const mostUsual = 100 * time.Millisecond

// try finds out what a benchmark costs besides its turns. What looks like much is
// tried again, and the least counts: the machine may have been busy.
func (g *Gate) try(ctx context.Context, binary stock.Binary, b stock.Benchmark, turn time.Duration) (start, repetition time.Duration, err error) {
	const tries = 3
	for k := range tries {
		s, r, err := stock.Try(ctx, binary, b, g.patience())
		if err != nil {
			return 0, 0, err
		}
		if k == 0 {
			start, repetition = s, r
		}
		start, repetition = min(start, s), min(repetition, r)
		if start <= mostUsual && repetition-turn <= mostUsual {
			break
		}
	}
	return start, repetition, nil
}
