//go:build !unix

package stock

import (
	"context"
	"errors"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
)

// Open fails: this platform cannot stop a process. Use Fresh.
func Open(context.Context, Binary, Benchmark, int, time.Duration, func(func() error) error) (experiment.Side, error) {
	return nil, errors.New("this platform cannot stop a process and let it go on")
}
