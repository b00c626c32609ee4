package question

import (
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/results"
)

func TestWhatTheAnswersOnServersLeadWith(t *testing.T) {
	type groups = map[string][]measured
	for _, c := range []struct {
		what     string
		question *Question
		blocks   int
		groups   groups
		strategy string // of the cell that the figure is of
		figure   string
		ranged   bool
		says     string
		changes  []string
	}{
		{
			"the server that needs the least CPU, pool or not", Server, 12, groups{"echocapacity": {
				costing("connection", "goroutines", 1), costing("connection", "control", 1), costing("connection", "mine", 1.1),
				costing("own", "loops", 0.7), costing("connection", "pythonthreads", 0.1),
			}}, "loops", "0.7", true, "of a goroutine per connection, with loops", []string{"The next, mine, would have to take at least"},
		},
		{
			"the pool that answers the most", Overload, 12, groups{"echooverload200": {
				swamped("message", "200", "goroutines", 0.99, 0), swamped("message", "200", "mine", 0.4, 0), swamped("message", "200", "queue", 0.6, 0),
			}}, "queue", "6", true, "when twice as many come as 8 places can handle, with queue", []string{
				"The next, mine per message, would have to reach at least", "Without a limit go f() answers 9", "The longer the overload lasts",
			},
		},
		{
			"one process has no interval", Overload, 1, groups{"echooverload200": {
				swamped("message", "200", "mine", 0.4, 0), swamped("message", "200", "queue", 0.6, 0),
			}}, "queue", "about ", false, "with queue", []string{"Too few processes were measured to tell queue per message from mine", "The longer"},
		},
		{
			"how many servers a panic ends", Failure, 3, groups{"echofailure": {
				panicked("goroutines", 1, 0), panicked("control", 1, 0), panicked("mine", 0, 0), panicked("loses", 0, 14),
			}}, "goroutines", "1 of 3", false, "when a handler panics on one message in 1000", []string{"If the handler recovers by itself"},
		},
		{
			"that none ends", Failure, 3, groups{"echofailure": {panicked("mine", 0, 0)}}, "mine", "0 of 1", false, "when a handler panics", []string{"A panic in a goroutine that the handler starts"},
		},
	} {
		b := c.question.Basis(evidence(t, c.blocks, c.groups))
		if b == nil {
			t.Errorf("%s: there is no figure", c.what)
			continue
		}
		if b.Cell.Keys["strategy"] != c.strategy || !strings.HasPrefix(b.Figure, c.figure) || (b.Range != "") != c.ranged || !strings.Contains(b.What, c.says) {
			t.Errorf("%s: got %q of %s, %q, %q", c.what, b.Figure, b.Cell.Keys["strategy"], b.Range, b.What)
		}
		if b.Counted != (c.question == Failure) {
			t.Errorf("%s: counted is %v", c.what, b.Counted)
		}
		if len(b.Changes) != len(c.changes) {
			t.Errorf("%s: the changes are %q", c.what, b.Changes)
			continue
		}
		for i, want := range c.changes {
			if !strings.HasPrefix(b.Changes[i], want) {
				t.Errorf("%s: got %q, want %q", c.what, b.Changes[i], want)
			}
		}
	}
	for _, q := range []*Question{Server, Overload, Failure} {
		if b := q.Basis(evidence(t, 1, groups{"submit": {{strategy: "goroutines", values: map[string]float64{results.NsPerTask: 1}}}})); b != nil {
			t.Errorf("%s: of nothing there is the figure %s", q.Slug, b.Figure)
		}
	}
}
