package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// A way is one way of serving the echo: a strategy with a unit, or a server.
type way struct {
	name     string
	strategy *strategies.Strategy // nil for a server
	unit     echo.Dispatch
	server   *echo.Server // nil for a strategy
}

// ways lists all of them.
func ways() (all []way) {
	for _, s := range catalog.All {
		if s.OpenRemote == nil {
			all = append(all, way{s.Name + "/connection", s, echo.PerConnection, nil})
		}
		all = append(all, way{s.Name + "/message", s, echo.PerMessage, nil})
	}
	for _, s := range catalog.Servers {
		all = append(all, way{s.Name, nil, echo.PerConnection, s})
	}
	return all
}

// each runs a test for every way.
func each(t *testing.T, test func(t *testing.T, w way)) {
	for _, w := range ways() {
		if w.disturbs() {
			// A group ends before those who run in parallel begin.
			t.Run("alone", func(t *testing.T) {
				t.Run(w.name, func(t *testing.T) { test(t, w) })
			})
			continue
		}
		t.Run(w.name, func(t *testing.T) { test(t, w) })
	}
}

// disturbs says that w may close descriptors of others: netpoll closes that of
// its listener twice, and in between somebody else may have got its number.
func (w way) disturbs() bool { return w.server != nil && w.server.Name == "netpoll" }

// traits are what w promises beside the pool's traits.
func (w way) traits() echo.Traits {
	if w.server != nil {
		return w.server.Traits
	}
	return echo.Traits{}
}

// isRemote says that messages are answered in other processes.
func (w way) isRemote() bool { return w.strategy != nil && w.strategy.OpenRemote != nil }

// served returns how many of n connections are served at once with a limit.
func (w way) served(n, limit int) int {
	switch {
	case w.server != nil && w.server.Limit != echo.LimitConnections, w.unit == echo.PerMessage:
		return n
	case w.strategy != nil && w.strategy.Traits.Capacity == strategies.CapacitySequential:
		return min(n, 1)
	case w.strategy != nil && w.strategy.Traits.Limit == strategies.LimitNone:
		return n
	}
	return min(n, limit)
}

// A started server is one that runs until the test ends, or stop is called.
type started struct {
	addr   string
	stats  *echo.Stats
	drain  func()
	stop   func() error // drains, and returns what the server returned
	panics bool         // tasks do, and so the pool may tell of it when it is closed
}

// patience is how long a test waits for what should take no time.
const patience = 20 * time.Second

// start serves on the loopback interface.
func (w way) start(t testing.TB, limit int, o echo.Options) *started {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Dispatch, o.Stats = w.unit, new(echo.Stats)
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() {
		if w.server != nil {
			if w.server.Limit == echo.LimitLoops {
				limit = 2 // all servers of a program may share them
			}
			result <- w.server.Serve(ctx, ln, limit, o)
		} else {
			result <- pooled.Serve(ctx, ln, w.strategy, limit, o)
		}
	}()
	stop := sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-result:
			return err
		case <-time.After(patience):
			return fmt.Errorf("the server did not end within %v", patience)
		}
	})
	server := &started{addr: ln.Addr().String(), stats: o.Stats, drain: cancel, stop: stop}
	t.Cleanup(func() {
		if err := stop(); err != nil && !(server.panics && w.tells(err)) {
			t.Errorf("the server returned %v", err)
		}
	})
	return server
}

// tells says that err may be about a panic.
func (w way) tells(err error) bool {
	if w.strategy == nil {
		return w.server.Traits.Panic == echo.PanicProcess // whose process was still dying
	}
	var raised *pooled.PanicError
	return errors.As(err, &raised) || w.strategy.Traits.Panic == strategies.PanicReturned
}

func (s *started) dial(t testing.TB) *net.TCPConn {
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

// exchange sends a message and wants its answer.
func exchange(t testing.TB, conn net.Conn, message string) {
	t.Helper()
	if _, err := io.WriteString(conn, message); err != nil {
		t.Fatalf("send %q: %v", message, err)
	}
	got := make([]byte, len(message))
	if _, err := io.ReadFull(conn, got); err != nil {
		t.Fatalf("answer of %q: %v", message, err)
	}
	if want := string(mapped([]byte(message))); string(got) != want {
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
