package load

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"runtime"
	"time"
)

// Limits of what can be asked for.
const (
	MaxPayload  = 1 << 20    // bytes
	MaxRequests = 50_000_000 // in one schedule, at 16 bytes of memory each
)

// Options say what load is wanted. Addr, Connections, Duration and either Rate
// or Closed are required; the zero value of the rest is a sensible choice.
type Options struct {
	Addr        string `json:"addr"`        // host:port
	Connections int    `json:"connections"` // that carry requests

	Rate     float64  `json:"rate,omitempty"`    // open loop: requests per second, over all connections
	RampTo   float64  `json:"ramp_to,omitempty"` // the rate at the end, reached linearly from Rate over Duration; 0: constant
	Arrivals Arrivals `json:"arrivals"`          // Poisson unless said
	Closed   bool     `json:"closed,omitempty"`  // closed loop instead of a rate

	Warmup   time.Duration `json:"warmup_ns,omitempty"` // sent first, checked and counted, not in the histograms
	Duration time.Duration `json:"duration_ns"`         // measured
	Drain    time.Duration `json:"drain_ns"`            // how long to wait for replies after the last request; 0: 2 s

	Protocol string `json:"protocol,omitempty"` // the name of one of Protocols; empty: echo

	Payload int    `json:"payload"`         // bytes of a message, 1 to MaxPayload; 0: 64
	Seed    uint64 `json:"seed"`            // of the arrivals, the connections they fall on and what is sent
	Idle    int    `json:"idle,omitempty"`  // connections that carry nothing and must stay open
	Churn   int    `json:"churn,omitempty"` // requests after which a connection is replaced by a new one; 0: never

	Threads     int           `json:"threads"`         // event loops, where there are any; 0: half of GOMAXPROCS, at least one
	DialTimeout time.Duration `json:"dial_timeout_ns"` // of each connection; 0: 5 s
}

// withDefaults fills in what was left at zero.
func (o Options) withDefaults() Options {
	if o.Payload == 0 {
		o.Payload = 64
	}
	o.Protocol = cmp.Or(o.Protocol, Protocols[0].Name)
	if o.Drain == 0 {
		o.Drain = 2 * time.Second
	}
	if o.DialTimeout == 0 {
		o.DialTimeout = 5 * time.Second
	}
	if o.Threads == 0 {
		o.Threads = max(1, runtime.GOMAXPROCS(0)/2)
	}
	o.Threads = min(o.Threads, max(o.Connections, 1))
	return o
}

// Validate returns nil, or everything that is wrong with o and what to do.
func (o Options) Validate() error {
	var wrong []error
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }

	if o.Addr == "" {
		say("no address: give host:port of a running server")
	}
	if o.Connections < 1 {
		say("%d connections: give at least one", o.Connections)
	}
	if o.Duration <= 0 {
		say("a duration of %v: give a positive one, such as 10s", o.Duration)
	}
	for _, length := range []struct {
		name  string
		value time.Duration
	}{{"warm-up", o.Warmup}, {"drain", o.Drain}, {"dial time-out", o.DialTimeout}} {
		if length.value < 0 {
			say("%s %v: give a duration of 0 or more", length.name, length.value)
		}
	}
	if o.Payload < 0 || o.Payload > MaxPayload {
		say("a payload of %d bytes: give 1 to %d", o.Payload, MaxPayload)
	}
	for _, number := range []struct {
		name  string
		value int
	}{{"idle", o.Idle}, {"churn", o.Churn}, {"threads", o.Threads}} {
		if number.value < 0 {
			say("%s %d: give 0 or more", number.name, number.value)
		}
	}
	switch {
	case o.Closed && (o.Rate != 0 || o.RampTo != 0):
		say("a closed loop has no rate, %v was given: leave out one of the two", max(o.Rate, o.RampTo))
	case !o.Closed && !(o.Rate > 0 && !math.IsInf(o.Rate, 1)):
		say("a rate of %v: give requests per second, or ask for a closed loop", o.Rate)
	case !o.Closed && !(o.RampTo >= 0 && !math.IsInf(o.RampTo, 1)):
		say("a ramp to %v: give requests per second, or 0 for a constant rate", o.RampTo)
	case !o.Closed && o.profile().total() > MaxRequests:
		say("%.3g requests in one run, at most %d can be scheduled: lower the rate or the duration", o.profile().total(), MaxRequests)
	}
	if _, err := FindProtocol(o.Protocol); err != nil {
		wrong = append(wrong, err)
	}
	if o.Arrivals != Poisson && o.Arrivals != Uniform {
		say("arrivals %d: give Poisson or Uniform", o.Arrivals)
	}
	if err := errors.Join(wrong...); err != nil {
		return fmt.Errorf("load options: %w", err)
	}
	return nil
}

// profile returns the rate over the time in which requests are sent.
func (o Options) profile() profile {
	end := o.RampTo
	if end == 0 {
		end = o.Rate
	}
	return profile{flat: o.Warmup.Seconds(), ramp: o.Duration.Seconds(), from: o.Rate, to: end}
}
