package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/poolbench/poolbench/echo/load"
)

// Traffic is what clients ask of an echo server, and what the server does for
// them. The zero value stands for none: the cell is a fan-out.
type Traffic struct {
	Load        Load `json:"load,omitempty"`
	Unit        Unit `json:"unit,omitempty"`
	Connections int  `json:"connections,omitempty"` // that carry requests
	Payload     int  `json:"payload,omitempty"`     // bytes of a request

	// Percent is the rate of an open loop, as a share of a capacity that is
	// measured first: the rate at which the reference and the generator would
	// keep every CPU busy or, where there is a Handler, what the limit gets
	// through. It is the same number of requests a second for every strategy.
	Percent int `json:"percent,omitempty"`

	Churn   int           `json:"churn,omitempty"`   // requests after which a client connects anew; 0: never
	Idle    int           `json:"idle,omitempty"`    // connections that stand beside and carry nothing
	Handler time.Duration `json:"handler,omitempty"` // how long the server waits over each message
	Panics  int           `json:"panics,omitempty"`  // one message in so many panics; 0: none

	// What a turn takes; no part of the name.
	Length   time.Duration `json:"length,omitempty"`   // of the time that is measured
	Requests int           `json:"requests,omitempty"` // in place of Length, for a rate
}

// Load says when the next request comes.
type Load string

const (
	ClosedLoop Load = "closed" // after the reply to the last one
	OpenLoop   Load = "open"   // when it comes, whatever became of the last one
)

// Unit is what becomes a task of the pool.
type Unit string

const (
	UnitConnection Unit = "connection" // echo.PerConnection
	UnitMessage    Unit = "message"    // echo.PerMessage
	UnitOwn        Unit = "own"        // none: the server owns the socket
)

// keys returns the part of a cell's name between the measure and the strategy.
func (t Traffic) keys(limit int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "load=%s/unit=%s/connections=%d/payload=%d", t.Load, t.Unit, t.Connections, t.Payload)
	if t.Percent > 0 {
		fmt.Fprintf(&b, "/rate=%dpct", t.Percent)
	}
	if t.Churn > 0 {
		fmt.Fprintf(&b, "/churn=%d", t.Churn)
	}
	if t.Idle > 0 {
		fmt.Fprintf(&b, "/idle=%d", t.Idle)
	}
	if t.Handler > 0 {
		fmt.Fprintf(&b, "/handler=%v/limit=%d", t.Handler, limit)
	}
	if t.Panics > 0 {
		fmt.Fprintf(&b, "/panics=%d", t.Panics)
	}
	return b.String()
}

// A purpose is what a cell of traffic is looked at for. It decides which of
// the generator's complaints spoil the figures, and which are the figures.
type purpose int

const (
	forCapacity purpose = iota // how many requests a closed loop gets through
	forLatency                 // how long they take at a rate
	forMemory                  // what idle connections hold
	forOverload                // what becomes of more requests than there is room for
	forFailure                 // what a panic costs
)

func (t Traffic) purpose() purpose {
	switch {
	case t.Panics > 0:
		return forFailure
	case t.Handler > 0:
		return forOverload
	case t.Idle > 0:
		return forMemory
	case t.Load == OpenLoop:
		return forLatency
	}
	return forCapacity
}

// tolerated are the complaints that do not spoil the figures of a purpose.
var tolerated = map[purpose][]load.Cause{
	// A turn is shorter than the machine's weather, over which the exchanges
	// average: its halves need not agree.
	forCapacity: {load.Halves},
	forLatency:  nil,
	// Memory does not depend on when requests go out.
	forMemory: {load.Halves, load.Lag, load.Rate, load.Saturated},
	// That is what overload is.
	forOverload: {load.Halves, load.Unanswered},
	// And that is what failing is; a server that is gone leaves nobody to be
	// late for.
	forFailure: {
		load.Halves, load.Unanswered, load.Failures, load.Disconnected, load.Empty, load.Lag, load.Rate, load.Saturated,
	},
}

// spoilt says why the figures of a run mean nothing, or returns "".
func (t Traffic) spoilt(v load.Verdict) string {
	var reasons []string
	for _, r := range v.Reasons {
		if !slices.Contains(tolerated[t.purpose()], r.Cause) {
			reasons = append(reasons, r.Text)
		}
	}
	return strings.Join(reasons, "; ")
}
