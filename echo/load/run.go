package load

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Run puts the server at o.Addr under the load that o describes and returns
// what came of it. A server that answers badly, late or not at all makes the
// result invalid; an error means that there was no run: wrong options, or a
// server that could not be reached. When ctx ends the run, what was seen until
// then is returned together with the error.
//
// Run takes Warmup + Duration, and at most DialTimeout for each 64 connections
// before and Drain after. One short connection is made first, to find out at
// which of the name's addresses the server is.
func Run(ctx context.Context, o Options) (*Result, error) {
	return run(ctx, o, newDriver)
}

func run(ctx context.Context, o Options, drive newDriverFunc) (*Result, error) {
	return runWatched(ctx, o, drive, Watch{})
}

func runWatched(ctx context.Context, o Options, drive newDriverFunc, w Watch) (*Result, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	address, err := probe(ctx, o)
	if err != nil {
		return nil, err
	}
	epoch := time.Now()
	clock := func() int64 { return int64(time.Since(epoch)) }
	protocol, err := FindProtocol(o.Protocol)
	if err != nil {
		return nil, err
	}
	corpus := newCorpus(protocol, o.Payload, o.Seed)
	shards := make([]*shard, 0, o.Threads)
	defer func() {
		for _, s := range shards {
			s.driver.shut()
		}
	}()
	for i, p := range plans(o) {
		s := &shard{}
		bind := func(d driver) *core {
			s.core = newCore(p, corpus, o.Seed+uint64(i)<<48, d, clock)
			return s.core
		}
		if s.driver, err = drive(address, clock, bind); err != nil {
			return nil, fmt.Errorf("load %s: %w", o.Addr, err)
		}
		shards = append(shards, s)
	}
	w.end(shards)
	stop := context.AfterFunc(ctx, func() {
		for _, s := range shards {
			s.driver.interrupt(context.Cause(ctx))
		}
	})
	defer stop()

	start := together(shards, clock, w)
	for _, s := range shards {
		if err := s.core.err; err != nil && !s.core.begun && err != errElsewhere {
			return nil, fmt.Errorf("load %s: %w", o.Addr, err)
		}
	}
	result := summarize(o, epoch.Add(time.Duration(start.at)), shards, start)
	if err := firstError(shards); err != nil {
		return result, fmt.Errorf("load %s: ended early: %w", o.Addr, err)
	}
	return result, nil
}

// firstError is why the run ended early, or nil. A shard that has come to its end
// does not learn of what ends another.
func firstError(shards []*shard) error {
	for _, s := range shards {
		if s.core.err != nil && s.core.err != errElsewhere {
			return s.core.err
		}
	}
	return nil
}

type newDriverFunc func(netip.AddrPort, func() int64, func(driver) *core) (driver, error)

// A shard is a part of the connections and the thread that serves them.
type shard struct {
	core   *core
	driver driver
	busy   float64 // share of the time in which it sent that its processor was busy with it
}

// A period is when the run began, what it took and what it cost.
type period struct {
	at   int64 // on the run's clock
	wall time.Duration
	cpu  time.Duration
}

// together makes all connections, and when they stand begins every shard at
// the same moment.
func together(shards []*shard, clock func() int64, w Watch) period {
	var connected, done sync.WaitGroup
	connected.Add(len(shards))
	begin := make(chan struct{})
	var start period
	var failed bool
	for _, s := range shards {
		done.Go(func() {
			lockThread()
			s.driver.run(s.core.connect, s.core.settled)
			connected.Done()
			<-begin
			if failed {
				s.driver.run(func() { s.core.cancel(errElsewhere) }, func() bool { return true })
				return
			}
			busy := s.driver.busy()
			s.driver.run(func() { s.core.begin(start.at) }, func() bool { return s.core.sentAll })
			s.busy = (s.driver.busy() - busy) / time.Duration(clock()-start.at).Seconds()
			s.driver.run(func() {}, func() bool { return s.core.over })
		})
	}
	connected.Wait()
	for _, s := range shards {
		failed = failed || s.core.err != nil
	}
	if !failed && w.Begin != nil {
		w.Begin()
	}
	start.at = clock()
	cpu := processCPU()
	close(begin)
	done.Wait()
	start.wall = time.Duration(clock() - start.at)
	start.cpu = processCPU() - cpu
	return start
}

var errElsewhere = errors.New("another part of the connections could not be made")

// plans divides the load among the threads: connection i goes to thread i
// modulo their number, and so do its arrivals.
func plans(o Options) []plan {
	list := make([]plan, o.Threads)
	first := 0
	for i := range list {
		share := func(n int) int { return (n + o.Threads - 1 - i) / o.Threads }
		list[i] = plan{
			slots: share(o.Connections), idle: share(o.Idle), firstSlot: first,
			closed: o.Closed, churn: o.Churn,
			warmup: int64(o.Warmup), length: int64(o.Warmup + o.Duration), drain: int64(o.Drain), dialTimeout: int64(o.DialTimeout),
		}
		first += list[i].slots
	}
	if o.Closed {
		return list
	}
	for _, a := range Schedule(o) {
		p := &list[a.Connection%o.Threads]
		a.Connection /= o.Threads
		p.arrivals = append(p.arrivals, a)
	}
	return list
}

// probe finds the address at which the server answers.
func probe(ctx context.Context, o Options) (netip.AddrPort, error) {
	ctx, cancel := context.WithTimeout(ctx, o.DialTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", o.Addr)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("load %s: %w%s", o.Addr, err, remedy(err))
	}
	defer conn.Close()
	return conn.RemoteAddr().(*net.TCPAddr).AddrPort(), nil
}
