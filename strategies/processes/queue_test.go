package processes

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/poolbench/poolbench/strategies/remote"
)

func TestAQueueGivesBackWhatCameFirstAndHoldsNoMore(t *testing.T) {
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 0))
		var q queue
		var model []string
		pushed, most := 0, 0
		for range 100 {
			if random.IntN(2) == 0 {
				id := strconv.Itoa(pushed)
				pushed++
				q = append(q, call{job: remote.Job{Kind: id}})
				model = append(model, id)
				most = max(most, len(model))
			} else {
				before := q
				c, ok := q.pop()
				if ok != (len(model) > 0) {
					t.Fatalf("seed %d: pop says %v with %d calls waiting", seed, ok, len(model))
				}
				if ok {
					if c.job.Kind != model[0] {
						t.Fatalf("seed %d: popped %s, want %s", seed, c.job.Kind, model[0])
					}
					model = model[1:]
					if before[0].job.Kind != "" {
						t.Fatalf("seed %d: call %s is held after it was popped", seed, c.job.Kind)
					}
				}
			}
			if len(q) != len(model) {
				t.Fatalf("seed %d: %d calls wait, want %d", seed, len(q), len(model))
			}
			if cap(q) > 8*most+8 {
				t.Fatalf("seed %d: room for %d calls, and there were never more than %d", seed, cap(q), most)
			}
		}
	}
}
