package loadtest

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/bench/peers"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/echo/load"
)

// A Spec is a server under traffic.
type Spec struct {
	Traffic workload.Traffic
	Name    string  // of the strategy, server or peer
	Rate    float64 // of an open loop, requests per second
	Seed    uint64
	Addr    string // of a server that runs already; empty: one is started
	Python  string // the interpreter of peers in Python
}

// A side puts its server under load, for a turn at a time.
type side struct {
	traffic  workload.Traffic
	target   target
	rate     float64
	seed     uint64
	maycrash bool // the strategy says that a panic ends the server
}

// What the generator does besides measuring.
const (
	loadWarmup = 5 * time.Millisecond

	// firstLoad is how long a server is under load before its first turn, in
	// which it starts what it starts only once.
	firstLoad = 20 * time.Millisecond

	// loadDrain is how long replies are waited for after the last request,
	// and overloadDrain where none will come: who is starved stays so.
	loadDrain     = 250 * time.Millisecond
	overloadDrain = 50 * time.Millisecond

	// loadDial is how long a connection may take.
	loadDial = 2 * time.Second
)

// reserve is how many descriptors are left for other things than idle
// connections.
const reserve = 512

// options are those of the next turn.
func (s *side) options() load.Options {
	t := s.traffic
	o := load.Options{
		Addr: s.target.addr, Connections: t.Connections, Payload: t.Payload,
		Closed: t.Load == workload.ClosedLoop, Rate: s.rate,
		Warmup: loadWarmup, Duration: t.Length, Drain: loadDrain, DialTimeout: loadDial,
		Seed: s.seed, Churn: t.Churn, Idle: min(t.Idle, max(0, machine.OpenFiles()-reserve)),
	}
	o.Threads = openThreads()
	if o.Closed {
		// With a thread for each CPU no thread is the limit, where server and
		// generator share the CPUs.
		o.Threads = runtime.GOMAXPROCS(0)
	}
	if purposeOf(t) == forOverload {
		o.Drain = overloadDrain
	}
	if t.Requests > 0 {
		o.Duration = time.Duration(float64(t.Requests) / s.rate * float64(time.Second))
	}
	s.seed++
	return o
}

// openThreads is on how many threads the generator sends at a rate: the other
// CPUs are the server's.
func openThreads() int { return max(1, runtime.GOMAXPROCS(0)/2) }

// Turn puts the server under load once.
func (s *side) Turn() (experiment.Turn, error) {
	before, err := s.target.Turn()
	if err != nil {
		return s.gone(nil, err)
	}
	// What this process has left behind is not to be cleared away while it
	// should be writing.
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var begin, end experiment.Turn
	var blind error
	var grows *growth
	o := s.options()
	r, err := load.RunWatched(context.Background(), o, load.Watch{
		Begin: func() {
			begin, blind = s.target.Turn()
			if blind == nil && purposeOf(s.traffic) == forOverload {
				grows = watchGrowth(s.target.Side)
			}
		},
		End: func() {
			grows.end()
			if blind == nil {
				end, blind = s.target.Turn()
			}
		},
	})
	if blind != nil {
		return s.gone(r, blind)
	}
	if err != nil {
		return experiment.Turn{}, err
	}
	turn := s.turn(r)
	s.observe(&turn, r, before, begin, end)
	if slope, ok := grows.perSecond(); ok && turn.Note == "" {
		turn.Values[results.RSSGrowth] = max(0, slope)
	}
	return turn, nil
}

// gone is the result of a turn in which the server died. Where the strategy
// says that a panic ends the process, that was to be shown.
func (s *side) gone(r *load.Result, err error) (experiment.Turn, error) {
	if !s.maycrash || s.traffic.Panics == 0 {
		return experiment.Turn{}, fmt.Errorf("the server is gone: %w", err)
	}
	turn := experiment.Turn{Ops: 1, Wall: 1}
	if r != nil {
		turn = s.turn(r)
	}
	if turn.Values == nil {
		turn.Values = make(map[string]float64)
	}
	turn.Values[results.Crashed] = 1
	return turn, nil
}

// turn makes a turn of what the generator saw.
func (s *side) turn(r *load.Result) experiment.Turn {
	replies := r.Throughput * r.Options.Duration.Seconds()
	turn := experiment.Turn{
		Ops: max(1, int(replies+0.5)), Wall: r.Options.Duration,
		Values: map[string]float64{
			results.Invalid:       0,
			results.FailedReq:     float64(r.Counts.Failed()),
			results.UnansweredReq: float64(r.Counts.Unanswered),
			results.GenCPU:        float64(r.CPUPerRequest),
		},
	}
	if s.rate > 0 {
		turn.Values[results.OfferedRate] = r.Planned
	}
	if turn.Note = invalid(s.traffic, r.Verdict); turn.Note != "" {
		turn.Values[results.Invalid] = 1
		return turn
	}
	turn.Values[results.ReqRate] = r.Throughput
	switch purposeOf(s.traffic) {
	case forLatency:
		s.latencies(&turn, r)
	case forOverload:
		turn.Values[results.Answered] = min(1, r.Throughput/r.Planned)
		s.latencies(&turn, r)
	case forFailure:
		turn.Values[results.Crashed] = 0
	}
	return turn
}

// latencies puts down the quantiles that enough requests lie beyond.
func (*side) latencies(turn *experiment.Turn, r *load.Result) {
	for unit, value := range map[string]time.Duration{
		results.P50: r.Response.P50, results.P90: r.Response.P90, results.P99: r.Response.P99, results.P999: r.Response.P999,
		results.ServiceP50: r.Service.P50, results.ServiceP99: r.Service.P99, results.LagP99: r.Lag.P99,
	} {
		if value > 0 {
			turn.Values[unit] = float64(value)
		}
	}
}

// observe adds what the server uses, by snapshots from before connections were
// made, from the beginning and from the end.
func (s *side) observe(turn *experiment.Turn, r *load.Result, before, begin, end experiment.Turn) {
	if end.CPU > begin.CPU && begin.CPU > 0 && r.Counts.Sent > 0 {
		turn.CPU = end.CPU - begin.CPU
		turn.Values[results.CPUNsPerReq] = float64(turn.CPU) / float64(r.Counts.Sent)
	}
	for _, unit := range []string{results.PeakRSS, results.Goroutines, results.Starved, results.Rejected} {
		if v, known := end.Values[unit]; known {
			turn.Values[unit] = v
		}
	}
	now, known := end.Values[resident]
	if known && turn.Values[results.Invalid] == 0 && purposeOf(s.traffic) == forMemory {
		stood := float64(r.Options.Idle + r.Options.Connections)
		turn.Values[results.OpenConns] = stood
		turn.Values[results.BPerConn] = (now - before.Values[resident]) / stood
	}
}

// Close ends the server. One that was brought down on purpose, or was to be,
// has nothing to say about how it ended.
func (s *side) Close() error {
	err := s.target.Close()
	if s.traffic.Panics > 0 {
		return nil
	}
	return err
}

// Open starts the server of a spec, whose implementation is impl, and returns a
// side whose turns put it under load. A server that runs already, or a peer in
// another language, has none.
func Open(spec Spec, impl Implementation) (experiment.Side, error) {
	server, err := findServer(spec)
	if err != nil {
		return nil, err
	}
	s := &side{traffic: spec.Traffic, target: server, rate: spec.Rate, seed: spec.Seed, maycrash: impl.crashes()}
	if p := purposeOf(s.traffic); p == forCapacity || p == forLatency {
		s.warm()
	}
	return s, nil
}

// findServer returns the server of a spec: one that runs already, a peer, or one
// that this program is.
func findServer(spec Spec) (target, error) {
	if spec.Addr != "" {
		return target{spec.Addr, externalServer{}}, nil
	}
	if peer := peers.Find(spec.Name); peer != nil {
		server, err := peer.Serve(spec.Python, spec.Traffic.Limit)
		if err != nil {
			return target{}, err
		}
		return target{server.Addr, peerServer{server}}, nil
	}
	return startServer(spec)
}

// warm puts the server under load for the first time. What comes of it is not
// measured, and what goes wrong will go wrong again.
func (s *side) warm() {
	o := s.options()
	o.Closed, o.Rate, o.Duration = true, 0, firstLoad
	_, _ = load.Run(context.Background(), o)
}
