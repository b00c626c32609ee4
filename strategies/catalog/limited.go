package catalog

import (
	"errors"
	"fmt"

	"github.com/poolbench/poolbench/strategies"
)

// limited refuses a limit below 1 before a library sees it: one would panic,
// one wait forever, and one take it for no limit at all.
func limited(open func(limit int) (strategies.Pool, error)) func(int) (strategies.Pool, error) {
	return func(limit int) (strategies.Pool, error) {
		if limit < 1 {
			return nil, fmt.Errorf("open a pool of %d: the limit must be at least 1", limit)
		}
		return open(limit)
	}
}

// errFull is the answer of a TryGo that would have to wait.
var errFull = errors.New("as many tasks are running as the limit allows: submit again later")
