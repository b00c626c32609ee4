package load_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/load"
)

// A run of an open loop against a server: every request is planned before it
// begins, and every one of them is accounted for at the end. Latencies count only
// if the verdict is valid.
func ExampleRun() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	var pool sync.WaitGroup
	run := func(task func()) error {
		pool.Go(task)
		return nil
	}
	ctx, drain := context.WithCancel(context.Background())
	defer drain()
	served := make(chan error, 1)
	go func() { served <- echo.Serve(ctx, ln, run, echo.Options{}) }()

	result, err := load.Run(ctx, load.Options{
		Addr: ln.Addr().String(), Connections: 4, Payload: 16,
		Rate: 500, Arrivals: load.Uniform, Duration: 100 * time.Millisecond, Drain: 10 * time.Second,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("failed:", result.Counts.Failed())
	fmt.Println("all accounted for:", result.Counts.Balanced())
	if result.Verdict.Valid {
		_ = result.Response.P50 // the median from the planned moment to the last byte of the reply
	}

	drain()
	fmt.Println("served:", <-served)
	// Output:
	// failed: 0
	// all accounted for: true
	// served: <nil>
}

// The schedule of an open loop depends on the options alone, and not on the
// server.
func ExampleSchedule() {
	for _, arrival := range load.Schedule(load.Options{
		Connections: 2, Rate: 4, Arrivals: load.Uniform, Duration: time.Second, Seed: 1,
	}) {
		fmt.Println(arrival.At)
	}
	// Output:
	// 125ms
	// 375ms
	// 625ms
	// 875ms
}

// Options that cannot be meant are refused with all that is wrong with them.
func ExampleOptions_Validate() {
	err := load.Options{Addr: "127.0.0.1:7007", Connections: 64, Duration: time.Second, Closed: true, Rate: 100}.Validate()
	fmt.Println(err)
	// Output: load options: a closed loop has no rate, 100 was given: leave out one of the two
}
