package loadtest

import (
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/echo/load"
)

// A purpose is what traffic is to show. It decides which of the generator's
// complaints make the figures invalid, and which are the figures.
type purpose int

const (
	forCapacity purpose = iota // how many requests a closed loop gets through
	forLatency                 // how long they take at a rate
	forMemory                  // what idle connections hold
	forOverload                // what becomes of more requests than there is room for
	forFailure                 // what a panic costs
)

func purposeOf(t workload.Traffic) purpose {
	switch {
	case t.Panics > 0:
		return forFailure
	case t.Handler > 0:
		return forOverload
	case t.Idle > 0:
		return forMemory
	case t.Load == workload.OpenLoop:
		return forLatency
	}
	return forCapacity
}

// tolerated are the complaints that leave the figures of a purpose valid.
var tolerated = map[purpose][]load.Cause{
	// A turn is shorter than the noise of a shared machine, over which the
	// exchanges average: its halves need not agree.
	forCapacity: {load.Halves},
	forLatency:  nil,
	// Memory does not depend on when requests go out.
	forMemory: {load.Halves, load.Lag, load.Rate, load.Saturated},
	// That is what overload is.
	forOverload: {load.Halves, load.Unanswered},
	// And that is what failing is; of a server that is gone lateness means
	// nothing.
	forFailure: {
		load.Halves, load.Unanswered, load.Failures, load.Disconnected, load.Empty, load.Lag, load.Rate, load.Saturated,
	},
}

// invalid says why the figures of a run are invalid, or returns "".
func invalid(t workload.Traffic, v load.Validity) string {
	var reasons []string
	for _, r := range v.Reasons {
		if !slices.Contains(tolerated[purposeOf(t)], r.Cause) {
			reasons = append(reasons, r.Text)
		}
	}
	return strings.Join(reasons, "; ")
}
