package workload

import (
	"fmt"
	"strings"
	"time"
)

// Traffic is what clients ask of an echo server, and what the server does for
// them. The zero value stands for none.
type Traffic struct {
	Load        Load     `json:"load,omitempty"`
	Dispatch    Dispatch `json:"dispatch,omitempty"`
	Limit       int      `json:"limit,omitempty"`       // of the strategy or server
	Connections int      `json:"connections,omitempty"` // that carry requests
	Payload     int      `json:"payload,omitempty"`     // bytes of a request

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
	OpenLoop   Load = "open"   // when it comes, also before the reply to the last one
)

// Dispatch is what becomes a task of the pool. In benchmark names its key is
// unit.
type Dispatch string

const (
	PerConnection Dispatch = "connection" // echo.PerConnection
	PerMessage    Dispatch = "message"    // echo.PerMessage
	OwnSocket     Dispatch = "own"        // none: the server owns the socket
)

// Keys returns the traffic as it stands in a benchmark's name.
func (t Traffic) Keys() string {
	var b strings.Builder
	fmt.Fprintf(&b, "load=%s/unit=%s/connections=%d/payload=%d", t.Load, t.Dispatch, t.Connections, t.Payload)
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
		fmt.Fprintf(&b, "/handler=%v/limit=%d", t.Handler, t.Limit)
	}
	if t.Panics > 0 {
		fmt.Fprintf(&b, "/panics=%d", t.Panics)
	}
	return b.String()
}
