package echo_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/poolbench/poolbench/echo"
)

// patience is how long a test waits for what should take no time.
const patience = 20 * time.Second

// A started server is one that runs until the test ends, or stop is called.
type started struct {
	addr  string
	stats *echo.Stats
	drain func()       // begins the drain
	stop  func() error // drains, and returns what the server returned
}

// start serves on the loopback interface.
func start(t testing.TB, o echo.Options, serve func(context.Context, net.Listener, echo.Options) error) *started {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if o.Stats == nil {
		o.Stats = new(echo.Stats)
	}
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() { result <- serve(ctx, ln, o) }()
	stop := sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-result:
			return err
		case <-time.After(patience):
			return fmt.Errorf("the server did not end within %v", patience)
		}
	})
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("the server returned %v", err)
		}
	})
	return &started{ln.Addr().String(), o.Stats, cancel, stop}
}

// startPool serves with a pool that ends after the server.
func startPool(t testing.TB, o echo.Options, pool runner) *started {
	t.Cleanup(pool.close) // runs after start's cleanup
	return start(t, o, func(ctx context.Context, ln net.Listener, o echo.Options) error {
		return echo.Serve(ctx, ln, pool.run, o)
	})
}

func dial(t testing.TB, s *started) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn.(*net.TCPConn)
}

// exchange sends a message, unless it is empty, and wants that answer.
func exchange(t testing.TB, conn net.Conn, message, want string) {
	t.Helper()
	if message != "" { // a pipe's Write of nothing waits for a reader
		if _, err := io.WriteString(conn, message); err != nil {
			t.Fatalf("send %q: %v", message, err)
		}
	}
	got := make([]byte, len(want))
	if _, err := io.ReadFull(conn, got); err != nil {
		t.Fatalf("answer of %q: %v", message, err)
	}
	if string(got) != want {
		t.Fatalf("answer of %q is %q, want %q", message, got, want)
	}
}

// eventually waits until the server's counts are as wanted. They can only be
// read, not waited for.
func (s *started) eventually(t testing.TB, want string, ok func(echo.Counts) bool) {
	t.Helper()
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		counts := s.stats.Read()
		if ok(counts) {
			return
		}
		if time.Since(begin) > patience {
			t.Fatalf("want %s; the counts are %+v", want, counts)
		}
	}
}

// stalls waits until the server has read something and then, for some looks in
// a row, nothing more.
func (s *started) stalls(t testing.TB) {
	t.Helper()
	var last uint64
	looks := 0
	s.eventually(t, "a client that stops the server", func(c echo.Counts) bool {
		if c.BytesIn == 0 || c.BytesIn != last {
			last, looks = c.BytesIn, 0
		}
		looks++
		return looks > 20
	})
}

// ended reads conn to its end and fails unless the server has ended it.
func ended(t testing.TB, conn net.Conn) {
	t.Helper()
	got, err := io.ReadAll(conn)
	if e, ok := err.(net.Error); ok && e.Timeout() {
		t.Fatalf("the connection is still open after %v", patience)
	}
	if len(got) > 0 {
		t.Fatalf("got %q before the end", got)
	}
}

var units = []echo.Dispatch{echo.PerConnection, echo.PerMessage}
