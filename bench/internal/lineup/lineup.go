// Package lineup declares strategies and servers for the tests of what measures
// and compares them, under the names that committed results hold. None needs a
// library: what tests import is required by their module, and so raises versions in
// the modules that require it.
package lineup

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/poolbench/poolbench/bench/internal/fakes"
	"github.com/poolbench/poolbench/echo"
	s "github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/remote"
)

// All are the strategies, the baselines first.
var All = []*s.Strategy{
	strategy("serial", "", spawning, s.Traits{Limit: s.LimitNone, Panic: s.PanicSubmitter, Goexit: s.GoexitSubmitter, Capacity: s.CapacitySequential, Closed: s.ClosedReusable}),
	strategy("goroutines", "", spawning, s.Traits{Limit: s.LimitNone, Full: s.FullQueues, Panic: s.PanicCrashes, Race: s.RaceUndefined, Closed: s.ClosedReusable}),
	strategy("semaphore", "", trying, s.Traits{Panic: s.PanicCrashes, Nested: s.NestedDeadlocks, Race: s.RaceUndefined, Closed: s.ClosedReusable}),
	strategy("weighted", "golang.org/x/sync", trying, s.Traits{Panic: s.PanicCrashes, Nested: s.NestedDeadlocks, Closed: s.ClosedReusable}),
	strategy("errgroup", "golang.org/x/sync", trying, s.Traits{Panic: s.PanicCrashes, Nested: s.NestedDeadlocks, Race: s.RaceUndefined, Closed: s.ClosedUndefined},
		s.Idiom{Name: "slice", Errors: s.ErrorsFirst, Continues: true}),
	strategy("handrolled", "", trying, s.Traits{Full: s.FullBuffers, Panic: s.PanicCrashes, Goexit: s.GoexitLeaks, Nested: s.NestedDeadlocks, Race: s.RacePanics, Closed: s.ClosedPanics}),
	strategy("conc", "github.com/sourcegraph/conc", spawning, s.Traits{Slots: s.SlotsMayBlock, Goexit: s.GoexitMayBlock, Nested: s.NestedDeadlocks, Race: s.RacePanics, Closed: s.ClosedPanics},
		s.Idiom{Name: "resultpool", Unordered: true, Continues: true},
		s.Idiom{Name: "stream", Streams: true, Errors: s.ErrorsNone, Continues: true},
		s.Idiom{Name: "iter", Continues: true}),
	strategy("pond", "github.com/alitto/pond/v2", dividing, s.Traits{Full: s.FullQueues, Panic: s.PanicSwallowed, Purge: time.Nanosecond},
		s.Idiom{Name: "resultgroup", Errors: s.ErrorsFirst}),
	optional(strategy("pondsubmit", "github.com/alitto/pond/v2", dividing, s.Traits{Full: s.FullQueues, Panic: s.PanicSwallowed, Purge: time.Nanosecond}),
		"context", cancelling, s.Traits{Full: s.FullQueues, Panic: s.PanicSwallowed, Purge: time.Nanosecond}),
	optional(strategy("ants", "github.com/panjf2000/ants/v2", resizing, s.Traits{Panic: s.PanicLogged, Nested: s.NestedDeadlocks, Race: s.RaceHangs, Resize: s.ResizeLate, Purge: time.Second}),
		"nonblocking", resizing, s.Traits{Full: s.FullRejects, Panic: s.PanicLogged, Race: s.RaceLate, Resize: s.ResizeLate, Purge: time.Second}),
	strategy("antsfunc", "github.com/panjf2000/ants/v2", resizing, s.Traits{Panic: s.PanicLogged, Nested: s.NestedDeadlocks, Race: s.RaceHangs, Resize: s.ResizeLate, Purge: time.Second}),
	strategy("antsmulti", "github.com/panjf2000/ants/v2", spawning, s.Traits{Panic: s.PanicLogged, Nested: s.NestedDeadlocks, Race: s.RaceHangs, Capacity: s.CapacitySplit, Purge: time.Second}),
	strategy("workerpool", "github.com/gammazero/workerpool", spawning, s.Traits{Full: s.FullQueues, Panic: s.PanicCrashes, Goexit: s.GoexitHangs, Purge: 2 * time.Second}),
	strategy("stealing", "", able, s.Traits{Full: s.FullBuffers, Purge: time.Second},
		s.Idiom{Name: "map", Errors: s.ErrorsFirst}),
	{Name: "processes", Doc: doc("processes"), URL: url("processes"), OpenRemote: func(int) (remote.Pool, error) { return nil, errNotHere },
		Traits: s.Traits{Full: s.FullQueues, Panic: s.PanicReturned}},
}

// Servers are the servers.
var Servers = []*echo.Server{
	server("acceptors", "", echo.LimitConnections, echo.Traits{Panic: echo.PanicServer}),
	server("eventloop", "", echo.LimitLoops, echo.Traits{}),
	server("netpoll", "github.com/cloudwego/netpoll", echo.LimitLoops, echo.Traits{HalfClose: echo.HalfCloseCut, Drain: echo.DrainMayLose, Pressure: echo.PressureBuffers}),
	server("prefork", "", echo.LimitProcesses, echo.Traits{Panic: echo.PanicProcess}),
}

var errNotHere = errors.New("this declaration is for tests of what only reads it")

func doc(name string) string {
	return name + ", for tests\n\nUse it when " + name + " is what you need.\nDo not use it elsewhere."
}
func url(name string) string { return "https://example.com/" + name }

func strategy(name, module string, open func() s.Pool, traits s.Traits, idioms ...s.Idiom) *s.Strategy {
	for i := range idioms {
		idioms[i].Doc = name + "'s " + idioms[i].Name
		idioms[i].Map = func(int, int, func(int) (uint64, error), func(uint64)) error { return errNotHere }
	}
	return &s.Strategy{Name: name, Module: module, Doc: doc(name), URL: url(name), Traits: traits, Idioms: idioms,
		Open: func(int) (s.Pool, error) { return open(), nil }}
}

// optional gives a strategy an option.
func optional(of *s.Strategy, name string, open func() s.Pool, traits s.Traits) *s.Strategy {
	of.Options = append(of.Options, s.Option{Name: name, Doc: doc(of.Name + "+" + name), Traits: traits,
		Open: func(int) (s.Pool, error) { return open(), nil }})
	return of
}

func server(name, module string, limit echo.Limit, traits echo.Traits) *echo.Server {
	return &echo.Server{Name: name, Module: module, Doc: doc(name), URL: url(name), Limit: limit, Traits: traits,
		Serve: func(context.Context, net.Listener, int, echo.Options) error { return errNotHere }}
}

// What pools can do besides.
type (
	try    struct{ *fakes.Spawning }
	resize struct{}
	cancel struct{}
	divide struct{}
)

func (t try) TryGo(task func()) error     { return t.Go(task) }
func (resize) Resize(int)                 {}
func (cancel) Cancel()                    {}
func (cancel) Cancelled() int             { return 0 }
func (divide) Divide(int) (s.Pool, error) { return new(fakes.Spawning), nil }

func spawning() s.Pool { return new(fakes.Spawning) }
func trying() s.Pool   { return try{new(fakes.Spawning)} }
func resizing() s.Pool {
	return struct {
		*fakes.Spawning
		resize
	}{Spawning: new(fakes.Spawning)}
}
func dividing() s.Pool {
	return struct {
		*fakes.Spawning
		resize
		divide
	}{Spawning: new(fakes.Spawning)}
}
func cancelling() s.Pool {
	return struct {
		*fakes.Spawning
		resize
		cancel
		divide
	}{Spawning: new(fakes.Spawning)}
}
func able() s.Pool {
	return struct {
		try
		resize
		cancel
	}{try: try{new(fakes.Spawning)}}
}
