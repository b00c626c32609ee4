package stock

import (
	"context"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
)

// Late is the unit, among the values of a turn, that says with 1 that the
// process was stopped only after it had begun the next repetition: its time
// holds the other's turn, and the exchange is void.
const Late = "late"

// turn makes a turn of a line. took is how long the process was let go on, 0
// when that is not known, cpu how much CPU time it took meanwhile.
func (r result) turn(took, cpu time.Duration) experiment.Turn {
	if took > 0 {
		r.since = took
	}
	t := experiment.Turn{Ops: r.n, Wall: r.elapsed(), CPU: cpu, Values: r.values}
	if took > 0 && t.Wall > took {
		t.Values[Late] = 1
	}
	return t
}

// Fresh returns a side each of whose turns is a process of its own, for where a
// process cannot be stopped.
func Fresh(ctx context.Context, binary Binary, b Benchmark, patience time.Duration) experiment.Side {
	return fresh{ctx, binary, b, patience}
}

type fresh struct {
	ctx      context.Context
	binary   Binary
	b        Benchmark
	patience time.Duration
}

func (f fresh) Turn() (experiment.Turn, error) {
	results, err := repeat(f.ctx, f.binary, f.b, 1, f.patience)
	if err != nil {
		return experiment.Turn{}, err
	}
	return results[0].turn(0, 0), nil
}

func (f fresh) Close() error { return nil }
