//go:build go1.25

package strategytest_test

import (
	"fmt"
	"sync"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/strategytest"
)

// A goroutine for each task, and a count to wait for.
type group struct{ tasks sync.WaitGroup }

func (g *group) Go(task func()) error { g.tasks.Go(task); return nil }
func (g *group) Close() error         { g.tasks.Wait(); return nil }

// A strategy that declares what it cannot do passes.
func ExampleCheck() {
	err := strategytest.Check(&strategies.Strategy{
		Name: "group",
		Open: func(int) (strategies.Pool, error) { return new(group), nil },
		Traits: strategies.Traits{
			Limit:  strategies.LimitNone,
			Panic:  strategies.PanicCrashes,
			Race:   strategies.RaceUndefined, // Add must not race Wait
			Closed: strategies.ClosedReusable,
		},
	})
	fmt.Println(err)
	// Output: <nil>
}
