package processes

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/strategies"
)

func TestAQueueGivesBackWhatCameFirstAndHoldsNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q queue
		var model []string
		pushed, most := 0, 0
		t.Repeat(map[string]func(*rapid.T){
			"push": func(*rapid.T) {
				id := strconv.Itoa(pushed)
				pushed++
				q.push(call{job: strategies.Job{Kind: id}})
				model = append(model, id)
				most = max(most, len(model))
			},
			"pop": func(t *rapid.T) {
				c, ok := q.pop()
				if ok != (len(model) > 0) {
					t.Fatalf("pop says %v with %d calls waiting", ok, len(model))
				}
				if !ok {
					return
				}
				if c.job.Kind != model[0] {
					t.Fatalf("popped %s, want %s", c.job.Kind, model[0])
				}
				model = model[1:]
			},
			"": func(t *rapid.T) {
				if q.length() != len(model) {
					t.Fatalf("%d calls wait, want %d", q.length(), len(model))
				}
				if cap(q.calls) > 8*most+8 {
					t.Fatalf("room for %d calls, and there were never more than %d", cap(q.calls), most)
				}
				for _, c := range q.calls[:cap(q.calls)][:q.head] {
					if c.job.Kind != "" {
						t.Fatalf("call %s is held after it was popped", c.job.Kind)
					}
				}
			},
		})
	})
}

// length returns how many calls wait.
func (q *queue) length() int { return len(q.calls) - q.head }
