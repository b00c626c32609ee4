package echo_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/poolbench/poolbench/echo"
)

// A memory is a listener whose connections are pipes, for virtual time. Each
// value it is given is one return of Accept.
type memory struct {
	incoming chan any // net.Conn or error
	closed   chan struct{}
}

func newMemory() *memory { return &memory{make(chan any), make(chan struct{})} }

func (m *memory) Accept() (net.Conn, error) {
	select {
	case v := <-m.incoming:
		if err, ok := v.(error); ok {
			return nil, err
		}
		return v.(net.Conn), nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

func (m *memory) Close() error   { close(m.closed); return nil }
func (m *memory) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "pipe"} }

func (m *memory) dial() net.Conn {
	client, server := net.Pipe()
	m.incoming <- server
	return client
}

// inBubble serves on a memory in virtual time while test runs.
func inBubble(t *testing.T, o echo.Options, test func(t *testing.T, ln *memory, stats *echo.Stats, drain func())) {
	for _, unit := range units {
		t.Run(unit.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ln, pool, o := newMemory(), semaphore(2), o
				ctx, drain := context.WithCancel(t.Context())
				o.Dispatch, o.Stats = unit, new(echo.Stats)
				result := make(chan error, 1)
				go func() { result <- echo.Serve(ctx, ln, pool.run, o) }()
				test(t, ln, o.Stats, drain)
				drain()
				if err := <-result; err != nil {
					t.Errorf("Serve: %v", err)
				}
				pool.close()
			})
		})
	}
}

func TestAnIdleConnectionLivesAtLeastItsTimeoutAndAtMostHalfAsLongAgain(t *testing.T) {
	const timeout = time.Minute
	inBubble(t, echo.Options{IdleTimeout: timeout}, func(t *testing.T, ln *memory, stats *echo.Stats, _ func()) {
		conn := ln.dial()
		for range 10 { // each shorter than the timeout, together far longer
			time.Sleep(timeout * 9 / 10)
			exchange(t, conn, "tick", "TICK")
		}
		begin := time.Now()
		if _, err := conn.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("read: %v, want the end", err)
		}
		if age := time.Since(begin); age < timeout || age > timeout*3/2 {
			t.Errorf("closed after %v, want %v to %v", age, timeout, timeout*3/2)
		}
		synctest.Wait()
		if c := stats.Read(); c.Timeouts != 1 || c.Active != 0 {
			t.Errorf("want one timeout, got %+v", c)
		}
	})
}

func TestAnAnswerNobodyTakesIsGivenUpInTime(t *testing.T) {
	for name, row := range map[string]struct {
		set              time.Duration
		earliest, latest time.Duration
	}{
		"the default": {0, echo.DefaultWriteTimeout, echo.DefaultWriteTimeout * 3 / 2},
		"a minute":    {time.Minute, time.Minute, 90 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, echo.Options{WriteTimeout: row.set}, func(t *testing.T, ln *memory, stats *echo.Stats, _ func()) {
				conn := ln.dial()
				if _, err := io.WriteString(conn, "x"); err != nil {
					t.Fatal(err)
				}
				begin := time.Now()
				if _, err := io.WriteString(conn, "y"); err == nil { // nobody reads until the end
					t.Error("the server read on without having answered")
				}
				if age := time.Since(begin); age < row.earliest || age > row.latest {
					t.Errorf("given up after %v, want %v to %v", age, row.earliest, row.latest)
				}
				synctest.Wait()
				if c := stats.Read(); c.Timeouts != 1 || c.Active != 0 {
					t.Errorf("want one timeout, got %+v", c)
				}
			})
		})
	}
}

func TestWithoutTimeoutsAConnectionMayWaitForYears(t *testing.T) {
	inBubble(t, echo.Options{WriteTimeout: -1}, func(t *testing.T, ln *memory, _ *echo.Stats, _ func()) {
		conn := ln.dial()
		time.Sleep(10 * 365 * 24 * time.Hour)
		if _, err := io.WriteString(conn, "x"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * 365 * 24 * time.Hour)
		exchange(t, conn, "", "X")
	})
}

func TestAcceptErrorsThatPassAreTriedAgainAfterPausesThatGrow(t *testing.T) {
	var log bytes.Buffer
	o := echo.Options{Log: slog.New(slog.NewTextHandler(&log, nil))}
	inBubble(t, o, func(t *testing.T, ln *memory, stats *echo.Stats, _ func()) {
		log.Reset()
		begin := time.Now()
		for range 10 {
			ln.incoming <- &net.OpError{Op: "accept", Err: syscall.EMFILE}
		}
		conn := ln.dial()
		// 1, 2, 4, ... 128, 128, 128 ms
		if took := time.Since(begin); took != 511*time.Millisecond {
			t.Errorf("10 errors were tried again after %v, want 511ms", took)
		}
		exchange(t, conn, "a", "A")
		if c := stats.Read(); c.AcceptErrors != 10 || c.Accepted != 1 {
			t.Errorf("got %+v", c)
		}
		if lines := strings.Count(log.String(), "\n"); lines != 2 {
			t.Errorf("want one line when it begins and one when it ends, got %d:\n%s", lines, log.String())
		}
	})
}

func TestADrainDoesNotWaitForAnAcceptPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ln, pool := newMemory(), goroutines()
		defer pool.close()
		ctx, drain := context.WithCancel(t.Context())
		result := make(chan error, 1)
		go func() { result <- echo.Serve(ctx, ln, pool.run, echo.Options{}) }()
		for range 10 {
			ln.incoming <- &net.OpError{Op: "accept", Err: syscall.ENFILE}
		}
		begin := time.Now()
		drain()
		if err := <-result; err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took > 10*time.Millisecond {
			t.Errorf("the server ended after %v, as long as its pause", took)
		}
	})
}

func TestWhoWasConnectedButNotAcceptedWhenADrainBeginsIsAnswered(t *testing.T) {
	inBubble(t, echo.Options{}, func(t *testing.T, ln *memory, _ *echo.Stats, drain func()) {
		drain()
		synctest.Wait() // the drain has begun, and no time has passed
		exchange(t, ln.dial(), "a", "A")
	})
}

func TestAListenerThatFailsForGoodEndsTheServerWithItsError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("the network is gone")
		ln, pool := newMemory(), goroutines()
		defer pool.close()
		result := make(chan error, 1)
		go func() { result <- echo.Serve(t.Context(), ln, pool.run, echo.Options{}) }()
		conn := ln.dial()
		exchange(t, conn, "a", "A")
		ln.incoming <- broken
		if err := <-result; !errors.Is(err, broken) || !strings.Contains(err.Error(), "accept on memory") {
			t.Errorf("got %v", err)
		}
		ended(t, conn)
	})
}

func TestHandleSaysWhyAConnectionEndedEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		defer func() { _ = client.Close() }()
		err := echo.Handle(t.Context(), server, echo.Options{IdleTimeout: time.Second})
		if e, ok := err.(net.Error); !ok || !e.Timeout() {
			t.Errorf("got %v, want a timeout", err)
		}
	})
}

func TestHandleEndsAtOnceWhenItsContextHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := echo.Handle(ctx, server, echo.Options{}); err != nil {
			t.Error(err)
		}
		ended(t, client)
	})
}
