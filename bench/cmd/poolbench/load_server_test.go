package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// behaviours are servers that a script can put under load.
var behaviours = map[string]func(net.Conn){
	"honest":   echoUpper,
	"stalling": func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) },
	"lying":    func(conn net.Conn) { _, _ = io.Copy(conn, conn) },
	"refusing": nil, // nobody listens
	"truncating": func(conn net.Conn) {
		request := make([]byte, 64)
		if _, err := io.ReadFull(conn, request); err == nil {
			_, _ = conn.Write(bytes.ToUpper(request[:32]))
		}
	},
	"dying": func(net.Conn) {},
}

func echoUpper(conn net.Conn) {
	buffer := make([]byte, 4096)
	for {
		n, err := conn.Read(buffer)
		if err != nil {
			return
		}
		if _, err := conn.Write(bytes.ToUpper(buffer[:n])); err != nil {
			return
		}
	}
}

// server starts one of the behaviours for a script and sets ADDR to where it
// listens: server BEHAVIOUR.
func server(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: server BEHAVIOUR")
	}
	behaviour, known := behaviours[args[0]]
	if !known {
		ts.Fatalf("no server is %s", args[0])
	}
	addr, stop, err := listen(behaviour)
	ts.Check(err)
	ts.Defer(stop)
	ts.Setenv("ADDR", addr)
}

// listen serves with behaviour on the loopback interface until stop is called.
// Without one it only finds a port where nobody listens.
func listen(behaviour func(net.Conn)) (addr string, stop func(), err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	if behaviour == nil {
		return ln.Addr().String(), func() {}, ln.Close()
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	all.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			all.Go(func() {
				defer func() { _ = conn.Close() }()
				behaviour(conn)
			})
		}
	})
	return ln.Addr().String(), func() {
		_ = ln.Close()
		mu.Lock()
		for _, conn := range conns {
			_ = conn.Close()
		}
		mu.Unlock()
		all.Wait()
	}, nil
}

func TestTimesOfALoadAreRoundedToThreeDigits(t *testing.T) {
	for d, want := range map[time.Duration]string{7: "7ns", 999: "999ns", 1234: "1.23µs", 1_234_567: "1.23ms", 61_999_999_999: "1m2s"} {
		if got := fmt.Sprint(rounded(d)); got != want {
			t.Errorf("%d ns: %s, want %s", d, got, want)
		}
	}
}
