package bench

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/poolbench/poolbench/bench/internal/fakes"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// The servers of these tests.
var (
	// honestServer serves with a goroutine for each connection.
	honestServer = serving("honestserver", func(ctx context.Context, ln net.Listener, limit int, o echo.Options) error {
		return echo.Serve(ctx, ln, func(task func()) error { go task(); return nil }, o)
	})

	// mumbling changes nothing, and so answers wrong.
	mumbling = serving("mumbling", func(ctx context.Context, ln net.Listener, limit int, o echo.Options) error {
		o.Transform = func(message []byte) []byte { return message }
		return honestServer.Serve(ctx, ln, limit, o)
	})

	// refusing gives up before anybody comes.
	refusing = serving("refusing", func(_ context.Context, ln net.Listener, _ int, _ echo.Options) error {
		return errors.Join(errors.New("no licence to serve"), ln.Close())
	})

	hostedServers = []*echo.Server{honestServer, mumbling, refusing}
)

// crashing is a strategy that says that a panic ends the process; plain is the
// same and does not say it.
var crashing = &strategies.Strategy{
	Name: "crashing", Doc: "a pool of these tests\n\nUse it in tests only.", URL: "https://pkg.go.dev/testing",
	Open:   func(int) (strategies.Pool, error) { return new(fakes.Spawning), nil },
	Traits: strategies.Traits{Panic: strategies.PanicCrashes},
}

// raising is a strategy whose caller gets the panics of its tasks.
var raising = &strategies.Strategy{
	Name: "raising", Doc: "a pool of these tests\n\nUse it in tests only.", URL: "https://pkg.go.dev/testing",
	Open:   func(int) (strategies.Pool, error) { return new(fakes.Inline), nil },
	Traits: strategies.Traits{Panic: strategies.PanicSubmitter},
}

func serving(name string, serve func(context.Context, net.Listener, int, echo.Options) error) *echo.Server {
	return &echo.Server{
		Name: name, Doc: "a server of these tests\n\nUse it in tests only.", URL: "https://pkg.go.dev/testing", Serve: serve,
	}
}

// brief is traffic that takes no time.
func brief(t workload.Traffic) workload.Traffic {
	t.Connections, t.Length, t.Requests = 4, 20*time.Millisecond, 0
	if t.Idle > 0 {
		t.Idle = 20
	}
	if t.Panics > 0 {
		t.Panics = 20
	}
	return t
}

// serves returns a cell of traffic.
func serves(t workload.Traffic, dispatch workload.Dispatch, strategy string) Cell {
	t.Dispatch, t.Limit = dispatch, 8+t.Idle+t.Connections
	return Cell{Measure: Echo, Traffic: t, Strategy: strategy}
}

// trafficGroup is the reference and others.
func trafficGroup(slug string, t workload.Traffic, others ...Cell) PlannedGroup {
	return PlannedGroup{
		Group: &Group{Slug: slug}, Exchanges: 2, Cells: append([]Cell{serves(t, workload.PerConnection, Reference)}, others...),
	}
}
