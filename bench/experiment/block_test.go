package experiment

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// visits runs Blocks and returns the sessions of each block.
func visits(t *testing.T, seed uint64, groups int, budget Budget, visit func(context.Context, Session) (bool, error)) [][]Session {
	t.Helper()
	var sessions [][]Session
	blocks, err := Blocks(t.Context(), seed, groups, budget, func(ctx context.Context, s Session) (bool, error) {
		if s.Block > len(sessions) {
			sessions = append(sessions, nil)
		}
		sessions[s.Block-1] = append(sessions[s.Block-1], s)
		if visit == nil {
			return true, nil
		}
		return visit(ctx, s)
	})
	if err != nil {
		t.Fatal(err)
	}
	if budget.Time == 0 && visit == nil && blocks != len(sessions) {
		t.Errorf("%d blocks reported, %d seen", blocks, len(sessions))
	}
	return sessions
}

func groupsOf(block []Session) (groups []int) {
	for _, s := range block {
		groups = append(groups, s.Group)
	}
	return groups
}

func TestEveryBlockVisitsEveryGroupOnce(t *testing.T) {
	const groups, blocks = 5, 40
	sessions := visits(t, 1, groups, Budget{Blocks: blocks}, nil)
	if len(sessions) != blocks {
		t.Fatalf("%d blocks, want %d", len(sessions), blocks)
	}
	for k, block := range sessions {
		if got := slices.Sorted(slices.Values(groupsOf(block))); !slices.Equal(got, []int{0, 1, 2, 3, 4}) {
			t.Errorf("block %d visited %v", k+1, groupsOf(block))
		}
		for _, s := range block {
			if s.Block != k+1 {
				t.Errorf("a session of block %d says it is of block %d", k+1, s.Block)
			}
		}
	}
}

func TestBlocksAreReproducibleFromTheSeed(t *testing.T) {
	budget := Budget{Blocks: 10}
	first := slices.Concat(visits(t, 1, 4, budget, nil)...)
	if !slices.Equal(first, slices.Concat(visits(t, 1, 4, budget, nil)...)) {
		t.Error("one seed gives two runs")
	}
	if slices.Equal(first, slices.Concat(visits(t, 2, 4, budget, nil)...)) {
		t.Error("two seeds give one run")
	}
	seeds := make(map[uint64]bool)
	for _, s := range first {
		seeds[s.Seed] = true
	}
	if len(seeds) != len(first) {
		t.Errorf("%d seeds for %d sessions", len(seeds), len(first))
	}
}

func TestTheFirstGroupOfABlockIsAnyGroup(t *testing.T) {
	const blocks = 3000
	var first [3]int
	for _, block := range visits(t, 1, len(first), Budget{Blocks: blocks}, nil) {
		first[block[0].Group]++
	}
	for group, n := range first { // 1000 each, standard deviation 26
		if n < 850 || n > 1150 {
			t.Errorf("group %d came first in %d of %d blocks", group, n, blocks)
		}
	}
}

func TestARunEndsWhenNoSessionFitsIntoItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		second := func(context.Context, Session) (bool, error) {
			time.Sleep(time.Second)
			return true, nil
		}
		for _, row := range []struct {
			budget  Budget
			visited int
		}{
			{Budget{Time: 10 * time.Second}, 10},
			{Budget{Time: 10*time.Second + 999*time.Millisecond}, 10},
			{Budget{Time: 9 * time.Second}, 9},
			{Budget{Time: time.Second}, 3}, // the first block is always finished
			{Budget{Time: 1}, 3},
			{Budget{Time: time.Hour, Blocks: 2}, 6}, // whichever comes first
			{Budget{Time: 4 * time.Second, Blocks: 9}, 4},
		} {
			begin := time.Now()
			sessions := slices.Concat(visits(t, 1, 3, row.budget, second)...)
			if len(sessions) != row.visited || time.Since(begin) != time.Duration(row.visited)*time.Second {
				t.Errorf("%+v: %d sessions in %v, want %d", row.budget, len(sessions), time.Since(begin), row.visited)
			}
		}
	})
}

func TestATimeBudgetIsUsedByAllThatStillFits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		for seed := range uint64(200) {
			took := make([]time.Duration, 1+rng.IntN(5))
			var once, shortest time.Duration = 0, time.Hour
			for i := range took {
				took[i] = time.Duration(1+rng.IntN(1000)) * time.Millisecond
				once += took[i]
				shortest = min(shortest, took[i])
			}
			budget := time.Duration(1+rng.IntN(8000)) * time.Millisecond
			begin := time.Now()
			visits(t, seed, len(took), Budget{Time: budget}, func(_ context.Context, s Session) (bool, error) {
				time.Sleep(took[s.Group])
				return true, nil
			})
			elapsed := time.Since(begin)
			if elapsed > max(budget, once) || elapsed < once || elapsed+shortest <= budget {
				t.Errorf("sessions of %v within %v took %v", took, budget, elapsed)
			}
		}
	})
}

func TestARunEndsWithTheFirstBlockThatMeasuresNothing(t *testing.T) {
	for _, last := range []int{0, 1, 4} {
		var sessions int
		blocks, err := Blocks(t.Context(), 1, 3, Budget{Blocks: 100}, func(_ context.Context, s Session) (bool, error) {
			sessions++
			return s.Block <= last && s.Group == 1, nil
		})
		if blocks != last || err != nil || sessions != 3*(last+1) {
			t.Errorf("measured in %d blocks: Blocks() = %d, %v after %d sessions", last, blocks, err, sessions)
		}
	}
}

func TestARunWithoutGroupsEndsAtOnce(t *testing.T) {
	blocks, err := Blocks(t.Context(), 1, 0, Budget{Time: time.Hour}, nil)
	if blocks != 0 || err != nil {
		t.Errorf("Blocks() = %d, %v", blocks, err)
	}
}

func TestARunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	sessions := 0
	blocks, err := Blocks(ctx, 1, 3, Budget{Blocks: 100}, func(got context.Context, s Session) (bool, error) {
		if got != ctx {
			t.Error("a visit got another context")
		}
		if sessions++; sessions == 5 {
			cancel()
		}
		return true, nil
	})
	if blocks != 2 || err != context.Canceled || sessions != 5 {
		t.Errorf("Blocks() = %d, %v after %d sessions; want 2, canceled, 5", blocks, err, sessions)
	}
}

func TestARunEndsWithAVisitThatFails(t *testing.T) {
	broken := errors.New("broken")
	sessions := 0
	blocks, err := Blocks(t.Context(), 1, 3, Budget{Blocks: 100}, func(context.Context, Session) (bool, error) {
		if sessions++; sessions == 7 {
			return true, broken
		}
		return true, nil
	})
	if blocks != 3 || err != broken || sessions != 7 {
		t.Errorf("Blocks() = %d, %v after %d sessions; want 3, broken, 7", blocks, err, sessions)
	}
}
