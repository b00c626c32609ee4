// Package stdlib holds the two ways to run tasks that Go programs write
// without a library: a goroutine for every task, and the same behind a
// semaphore. Every pool is measured beside them.
package stdlib

import (
	"fmt"

	"github.com/poolbench/poolbench/strategies"
)

// All lists both.
var All = []*strategies.Strategy{Goroutines, Semaphore}

// limited refuses a limit below 1.
func limited(open func(limit int) (strategies.Pool, error)) func(int) (strategies.Pool, error) {
	return func(limit int) (strategies.Pool, error) {
		if limit < 1 {
			return nil, fmt.Errorf("open a pool of %d: the limit must be at least 1", limit)
		}
		return open(limit)
	}
}
