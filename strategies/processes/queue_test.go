package processes

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/poolbench/poolbench/strategies"
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
				q.push(call{job: strategies.Job{Kind: id}})
				model = append(model, id)
				most = max(most, len(model))
			} else {
				c, ok := q.pop()
				if ok != (len(model) > 0) {
					t.Fatalf("seed %d: pop says %v with %d calls waiting", seed, ok, len(model))
				}
				if ok {
					if c.job.Kind != model[0] {
						t.Fatalf("seed %d: popped %s, want %s", seed, c.job.Kind, model[0])
					}
					model = model[1:]
				}
			}
			if q.length() != len(model) {
				t.Fatalf("seed %d: %d calls wait, want %d", seed, q.length(), len(model))
			}
			if cap(q.calls) > 8*most+8 {
				t.Fatalf("seed %d: room for %d calls, and there were never more than %d", seed, cap(q.calls), most)
			}
			for _, c := range q.calls[:cap(q.calls)][:q.head] {
				if c.job.Kind != "" {
					t.Fatalf("seed %d: call %s is held after it was popped", seed, c.job.Kind)
				}
			}
		}
	}
}

// length returns how many calls wait.
func (q *queue) length() int { return len(q.calls) - q.head }
