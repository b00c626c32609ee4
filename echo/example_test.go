package echo_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/poolbench/poolbench/echo"
)

// Serve needs no more of a pool than a func that runs tasks. This one starts a
// goroutine for each.
func ExampleServe() {
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
	var stats echo.Stats
	go func() { served <- echo.Serve(ctx, ln, run, echo.Options{Stats: &stats}) }()

	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Fprint(conn, "grüße, мир")
	_ = conn.(*net.TCPConn).CloseWrite()
	answer, err := io.ReadAll(conn)
	fmt.Printf("%s %v\n", answer, err)

	drain()
	fmt.Println("served:", <-served)
	pool.Wait()
	fmt.Println("bytes:", stats.Read().BytesOut)
	// Output:
	// GRüßE, мир <nil>
	// served: <nil>
	// bytes: 15
}

// What a process pool needs is a func that takes bytes and calls back.
func ExampleServeRemote() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	elsewhere := func(message []byte, done func([]byte, error)) error {
		go done([]byte("<"+string(message)+">"), nil)
		return nil
	}

	ctx, drain := context.WithCancel(context.Background())
	defer drain()
	served := make(chan error, 1)
	go func() { served <- echo.ServeRemote(ctx, ln, elsewhere, echo.Options{}) }()

	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Fprint(conn, "line")
	_ = conn.(*net.TCPConn).CloseWrite()
	answer, err := io.ReadAll(conn)
	fmt.Printf("%s %v\n", answer, err)

	drain()
	fmt.Println("served:", <-served)
	// Output:
	// <line> <nil>
	// served: <nil>
}
