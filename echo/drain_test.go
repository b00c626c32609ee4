package echo_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/poolbench/poolbench/echo"
)

func TestADrainClosesIdleConnectionsAtOnce(t *testing.T) {
	for _, way := range ways(3) {
		t.Run(way.name, func(t *testing.T) {
			server := way.start(t, echo.Options{Grace: time.Hour})
			conns := []net.Conn{dial(t, server), dial(t, server), dial(t, server)}
			for _, conn := range conns[1:] {
				exchange(t, conn, "line", "LINE")
			}
			server.drain()
			for _, conn := range conns {
				ended(t, conn)
				_ = conn.Close()
			}
			if err := server.stop(); err != nil {
				t.Error(err)
			}
			if c := server.stats.Read(); c.Cut != 0 || c.Timeouts != 0 || c.Active != 0 {
				t.Errorf("want every connection ended in peace, got %+v", c)
			}
		})
	}
}

// What a client has sent before the drain began lies in the server's kernel.
// One message is in work, the rest is unread, and one connection has not even
// got a place: all of it is answered.
func TestADrainAnswersEverythingThatHasArrived(t *testing.T) {
	const messages = 20
	for _, unit := range units {
		t.Run(unit.String(), func(t *testing.T) {
			gate := make(chan struct{})
			begun := make(chan struct{}, 1)
			server := startPool(t, echo.Options{Dispatch: unit, ReadSize: 4, Grace: time.Hour, Transform: func(message []byte) []byte {
				select {
				case begun <- struct{}{}:
				default:
				}
				<-gate
				return mapped(message)
			}}, semaphore(1))
			conns := []net.Conn{dial(t, server), dial(t, server)}
			for _, conn := range conns {
				if _, err := io.WriteString(conn, strings.Repeat("line", messages)); err != nil {
					t.Fatal(err)
				}
			}
			<-begun
			server.eventually(t, "both connections, one of them starving", func(c echo.Counts) bool { return c.Active == 1 && c.Starved == 1 })
			server.drain()
			refusesSoon(t, server.addr)
			close(gate)
			for _, conn := range conns {
				got, err := io.ReadAll(conn)
				if want := strings.Repeat("LINE", messages); err != nil || string(got) != want {
					t.Errorf("got %d of %d bytes, %v", len(got), len(want), err)
				}
				_ = conn.Close()
			}
			if err := server.stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

// refusesSoon waits until nobody listens any more.
func refusesSoon(t *testing.T, addr string) {
	t.Helper()
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		_ = conn.Close()
		if time.Since(begin) > patience {
			t.Fatal("the server still listens")
		}
	}
}

// Clients send as fast as they can while the server is drained. Every byte the
// server has read must have come back to its client.
func TestADrainUnderLoadLosesNothingAccepted(t *testing.T) {
	const clients = 16
	for _, way := range ways(clients / 2) {
		t.Run(way.name, func(t *testing.T) {
			server := way.start(t, echo.Options{Grace: time.Hour})
			var answered atomic.Uint64
			var talking sync.WaitGroup
			for range clients {
				conn := dial(t, server)
				talking.Go(func() {
					defer func() { _ = conn.Close() }()
					answered.Add(talk(t, conn))
				})
			}
			server.eventually(t, "load", func(c echo.Counts) bool { return c.Messages > 500 })
			server.drain()
			talking.Wait()
			if err := server.stop(); err != nil {
				t.Fatal(err)
			}
			c := server.stats.Read()
			if c.BytesIn != answered.Load() || c.BytesOut != answered.Load() || c.Cut != 0 || c.Failed != 0 {
				t.Errorf("clients got %d bytes; %+v", answered.Load(), c)
			}
		})
	}
}

// Closing a socket while bytes come in resets it, and a reset can overtake
// answers.
func TestADrainDoesNotResetAClientThatStillSends(t *testing.T) {
	for _, unit := range units {
		t.Run(unit.String(), func(t *testing.T) {
			gate, begun := make(chan struct{}), make(chan struct{}, 100)
			server := startPool(t, echo.Options{Dispatch: unit, Grace: time.Hour, Transform: func(message []byte) []byte {
				begun <- struct{}{}
				<-gate
				return mapped(message)
			}}, goroutines())
			conn := dial(t, server)
			if _, err := io.WriteString(conn, "a"); err != nil {
				t.Fatal(err)
			}
			<-begun
			server.drain()
			refusesSoon(t, server.addr)
			close(gate)
			server.eventually(t, "the first answer", func(c echo.Counts) bool { return c.Messages >= 1 })
			for range 50 {
				if _, err := io.WriteString(conn, "b"); err != nil {
					t.Fatalf("the client was reset: %v", err)
				}
				time.Sleep(100 * time.Microsecond) // a client's own pace
			}
			got, err := io.ReadAll(conn)
			if err != nil || !bytes.HasPrefix(got, []byte("A")) || strings.Trim(string(got[1:]), "B") != "" {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

// talk sends and reads in turn until the server ends the connection, and
// returns how many bytes came back.
func talk(t *testing.T, conn net.Conn) (got uint64) {
	message := []byte("some text of a client that never stops")
	want, answer := mapped(message), make([]byte, len(message))
	for {
		if _, err := conn.Write(message); err != nil {
			return got
		}
		n, err := io.ReadFull(conn, answer)
		got += uint64(n)
		if !bytes.Equal(answer[:n], want[:n]) {
			t.Errorf("answered %q", answer[:n])
		}
		if err != nil {
			if e, ok := err.(net.Error); ok && e.Timeout() {
				t.Errorf("the connection is still open after %v", patience)
			}
			return got
		}
	}
}

func TestAfterTheGracePeriodTheRestIsCut(t *testing.T) {
	gate := make(chan struct{})
	defer close(gate)
	stuck := func(message []byte) []byte { <-gate; return message }
	for _, unit := range units {
		t.Run(unit.String(), func(t *testing.T) {
			server := startPool(t, echo.Options{Dispatch: unit, Grace: time.Millisecond, WriteTimeout: -1}, goroutines())
			conn := dial(t, server) // never reads, so its answer never ends
			sent := make(chan error, 1)
			go func() { sent <- cut(conn, make([]byte, 64<<20), []int{1 << 20}) }()
			server.stalls(t)
			if err := server.stop(); err != nil {
				t.Error(err)
			}
			if err := <-sent; err == nil {
				t.Error("64 MiB went to a server that had been cut off")
			}
			if c := server.stats.Read(); c.Cut != 1 || c.Active != 0 {
				t.Errorf("want one connection cut, got %+v", c)
			}
		})
	}
	t.Run("a remote pool that never answers", func(t *testing.T) {
		var late func([]byte, error)
		server := start(t, echo.Options{Grace: time.Millisecond}, func(ctx context.Context, ln net.Listener, o echo.Options) error {
			return echo.ServeRemote(ctx, ln, func(message []byte, done func([]byte, error)) error {
				late = done
				return nil
			}, o)
		})
		conn := dial(t, server)
		if _, err := io.WriteString(conn, "x"); err != nil {
			t.Fatal(err)
		}
		server.eventually(t, "one active", func(c echo.Counts) bool { return c.Active == 1 })
		if err := server.stop(); err != nil {
			t.Error(err)
		}
		late([]byte("X"), nil) // to nobody, and without harm
		ended(t, conn)
	})
	t.Run("a handler that never returns", func(t *testing.T) {
		pool := semaphore(1)
		server := newStuckServer(t, pool, stuck)
		held, starving := dial(t, server), dial(t, server)
		if _, err := io.WriteString(held, "x"); err != nil {
			t.Fatal(err)
		}
		server.eventually(t, "one held, one starving", func(c echo.Counts) bool { return c.Active == 1 && c.Starved == 1 })
		server.drain()
		ended(t, starving)
	})
}

// newStuckServer is one whose drain must fail, because its handler is stuck
// until the gate of the test opens.
func newStuckServer(t *testing.T, pool runner, stuck func([]byte) []byte) *started {
	return start(t, echo.Options{Grace: time.Millisecond, Transform: stuck}, func(ctx context.Context, ln net.Listener, o echo.Options) error {
		err := echo.Serve(ctx, ln, pool.run, o)
		if err == nil || !strings.Contains(err.Error(), "still hold 1 connections") {
			return errors.New("Serve did not say that a task is stuck")
		}
		return nil
	})
}
