package experiment

import (
	"context"
	"math/rand/v2"
	"time"
)

// A Budget says when enough has been measured: after Blocks blocks, or when no
// further session fits into Time. Zero means no such bound; at least one must
// be set. The first block is always finished.
type Budget struct {
	Blocks int
	Time   time.Duration
}

// A Session names one process of a run.
type Session struct {
	Block int    // counted from 1
	Group int    // index of the group
	Seed  uint64 // draws the order of its turns
}

// Blocks visits every group once in each block, in an order drawn from seed,
// until the budget is used up, the context ends or visit fails; visit says
// whether it measured anything, and a block in which none did is the last. It
// returns how many blocks were begun.
//
// A session is not begun when the group's longest one so far would no longer
// fit, so that the budget holds without cutting a process short.
func Blocks(ctx context.Context, seed uint64, groups int, budget Budget, visit func(context.Context, Session) (bool, error)) (int, error) {
	rng := rand.New(rand.NewPCG(seed, 0x706f6f6c62656e63))
	longest := make([]time.Duration, groups)
	begin := time.Now()
	for block := 1; budget.Blocks == 0 || block <= budget.Blocks; block++ {
		visited := 0
		for _, group := range rng.Perm(groups) {
			session := Session{Block: block, Group: group, Seed: rng.Uint64()}
			if err := ctx.Err(); err != nil {
				return block, err
			}
			start := time.Now()
			if block > 1 && budget.Time > 0 && start.Sub(begin)+longest[group] > budget.Time {
				continue
			}
			did, err := visit(ctx, session)
			if err != nil {
				return block, err
			}
			longest[group] = max(longest[group], time.Since(start))
			if did {
				visited++
			}
		}
		if visited == 0 {
			return block - 1, nil
		}
	}
	return budget.Blocks, nil
}
