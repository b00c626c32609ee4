package pooled_test

import (
	"context"
	"fmt"
	"io"
	"net"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/strategies"
)

// Serve opens the pool of a strategy and closes it after the drain. Here every
// message is a task of a pool with one worker.
func ExampleServe() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	mine := &strategies.Strategy{Name: "mine", Open: openTextbook}

	ctx, drain := context.WithCancel(context.Background())
	defer drain()
	served := make(chan error, 1)
	go func() { served <- pooled.Serve(ctx, ln, mine, 1, echo.Options{Dispatch: echo.PerMessage}) }()

	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Fprint(conn, "hello")
	_ = conn.(*net.TCPConn).CloseWrite()
	answer, err := io.ReadAll(conn)
	fmt.Printf("%s %v\n", answer, err)

	drain()
	fmt.Println("served:", <-served)
	// Output:
	// HELLO <nil>
	// served: <nil>
}
