package conformance

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

func TestAResetInMidMessageIsQuietAndFreesItsPlace(t *testing.T) {
	each(t, func(t *testing.T, w way) {
		t.Parallel()
		server := w.start(t, 1, echo.Options{})
		for range 5 {
			conn := server.dial(t)
			exchange(t, conn, "served")
			if _, err := io.WriteString(conn, "half a mess"); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(conn.SetLinger(0), conn.Close()); err != nil {
				t.Fatal(err)
			}
		}
		exchange(t, server.dial(t), "after")
		server.eventually(t, "one connection left and nothing failed", func(c echo.Counts) bool {
			return c.Active == 1 && c.Starved == 0 && c.Failed == 0 && c.Panics == 0
		})
	})
}

func TestAPanicCostsWhatTheTraitsSay(t *testing.T) {
	each(t, func(t *testing.T, w way) {
		if w.crashes() {
			t.Skip("it ends the process: tested on the command, in a process of its own")
		}
		t.Parallel()
		o := echo.Options{Transform: fragile}
		if w.isRemote() || w.traits().Panic == echo.PanicProcess {
			o.Transform = nil // they have it from TestMain
		}
		server := w.start(t, 3, o)
		server.panics = true
		other := server.dial(t)
		exchange(t, other, "before")
		for i := range 3 {
			conn := server.dial(t)
			if _, err := io.WriteString(conn, fatal); err != nil {
				t.Fatal(err)
			}
			ended(t, conn)
			if w.traits().Panic == echo.PanicProcess {
				continue
			}
			server.eventually(t, "it counted and gone", func(c echo.Counts) bool {
				return c.Panics+c.Failed == uint64(i+1) && c.Active == 1 && c.Starved == 0
			})
		}
		if w.traits().Panic == echo.PanicConnection {
			exchange(t, other, "after")
		}
		exchange(t, server.dial(t), "another")
	})
}

// crashes says that a panic ends the process that serves.
func (w way) crashes() bool {
	if w.server != nil {
		return w.server.Traits.Panic == echo.PanicServer
	}
	switch w.strategy.Traits.Panic {
	case strategies.PanicCrashes, strategies.PanicSubmitter:
		return true
	}
	return false
}

func TestAClientThatSendsAndNeverReadsIsResetInTime(t *testing.T) {
	const most = 32 << 20
	each(t, func(t *testing.T, w way) {
		t.Parallel()
		server := w.start(t, 1, echo.Options{WriteTimeout: 50 * time.Millisecond})
		conn := server.dial(t)
		chunk := bytes.Repeat([]byte("x"), 1<<16)
		sent := 0
		for sent < most {
			n, err := conn.Write(chunk)
			sent += n
			if e, ok := err.(net.Error); ok && e.Timeout() {
				t.Fatalf("the server neither reads nor ends the connection after %d bytes", sent)
			}
			if err != nil {
				break
			}
		}
		server.eventually(t, "one timeout", func(c echo.Counts) bool { return c.Timeouts == 1 && c.Active == 0 })
		// What it took lies in the kernel's buffers and nowhere else.
		if c := server.stats.Read(); w.traits().Pressure == echo.PressureStops && (sent >= most || c.BytesIn > c.BytesOut+echo.DefaultReadSize) {
			t.Errorf("%d bytes sent, %d read, %d written: the server holds more than one message", sent, c.BytesIn, c.BytesOut)
		}
		exchange(t, server.dial(t), "the place is free")
	})
}

func TestClientsThatSendNothingAreClosedInTimeAndBusyOnesAreNot(t *testing.T) {
	each(t, func(t *testing.T, w way) {
		if w.served(2, 2) < 2 {
			t.Skip("it serves one connection at a time")
		}
		t.Parallel()
		server := w.start(t, 2, echo.Options{IdleTimeout: 200 * time.Millisecond})
		silent, busy := server.dial(t), server.dial(t)
		closed := make(chan error, 1)
		go func() {
			_, err := silent.Read(make([]byte, 1))
			closed <- err
		}()
		beat := time.NewTicker(5 * time.Millisecond)
		defer beat.Stop()
		for open := true; open; {
			exchange(t, busy, "tick")
			select {
			case err := <-closed:
				if open = false; err != io.EOF {
					t.Errorf("a client that sends nothing gets %v, want the end: a reset may destroy answers that it has not taken yet", err)
				}
			case <-beat.C:
			}
		}
		ended(t, silent)
		exchange(t, busy, "tick")
		server.eventually(t, "one timeout", func(c echo.Counts) bool { return c.Timeouts == 1 && c.Active == 1 })
	})
}

func TestConnectionsBeyondTheLimitStarveAndAreCounted(t *testing.T) {
	const limit, clients = 2, 5
	each(t, func(t *testing.T, w way) {
		if runtime.GOOS != "linux" && w.server != nil {
			t.Skip("only Linux tells how many connections nobody has accepted")
		}
		t.Parallel()
		server := w.start(t, limit, echo.Options{})
		conns := make([]*net.TCPConn, clients)
		for i := range conns {
			conns[i] = server.dial(t)
			if _, err := io.WriteString(conns[i], "line"); err != nil {
				t.Fatal(err)
			}
		}
		served := w.served(clients, limit)
		server.eventually(t, "the others starving", func(c echo.Counts) bool {
			return c.Active == served && c.Starved == clients-served && c.Messages == uint64(served)
		})
		// Whoever leaves makes place for the next.
		var answered sync.WaitGroup
		for _, conn := range conns {
			answered.Go(func() {
				line := make([]byte, 4)
				if _, err := io.ReadFull(conn, line); err != nil || string(line) != "LINE" {
					t.Errorf("answered %q, %v", line, err)
				}
				_ = conn.Close()
			})
		}
		answered.Wait()
		server.eventually(t, "nobody left", func(c echo.Counts) bool { return c.Active+c.Starved == 0 })
	})
}

func TestConnectionsBeyondTheCapAreClosedAndCounted(t *testing.T) {
	each(t, func(t *testing.T, w way) {
		if w.server != nil && w.server.Limit == echo.LimitConnections {
			t.Skip("its limit is a cap: whoever comes later is not accepted")
		}
		t.Parallel()
		server := w.start(t, 1, echo.Options{MaxConnections: 1})
		first := server.dial(t)
		exchange(t, first, "a")
		ended(t, server.dial(t))
		server.eventually(t, "one of two rejected", func(c echo.Counts) bool { return c.Rejected == 1 && c.Accepted == 2 })
		exchange(t, first, "b")
	})
}

func TestADrainClosesIdleConnectionsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w way) {
		t.Parallel()
		server := w.start(t, 3, echo.Options{Grace: time.Hour})
		conns := make([]*net.TCPConn, w.served(3, 3))
		for i := range conns {
			conns[i] = server.dial(t)
			exchange(t, conns[i], "line")
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

// Clients send as fast as they can while the server is drained. Every byte the
// server has read must have come back to its client.
func TestADrainUnderLoadLosesNothingAccepted(t *testing.T) {
	each(t, func(t *testing.T, w way) {
		t.Parallel()
		server := w.start(t, 8, echo.Options{Grace: time.Hour})
		var answered atomic.Uint64
		var talking sync.WaitGroup
		for range w.served(8, 8) {
			conn := server.dial(t)
			talking.Go(func() {
				defer func() { _ = conn.Close() }()
				answered.Add(talk(t, conn))
			})
		}
		server.eventually(t, "load", func(c echo.Counts) bool { return c.Messages > 100 })
		server.drain()
		talking.Wait()
		if err := server.stop(); err != nil {
			t.Fatal(err)
		}
		c := server.stats.Read()
		if w.traits().Drain == echo.DrainMayLose {
			if c.Active != 0 || c.BytesOut < answered.Load() {
				t.Errorf("clients got %d bytes; %+v", answered.Load(), c)
			}
		} else if c.BytesIn != answered.Load() || c.BytesOut != answered.Load() || c.Cut != 0 || c.Failed != 0 {
			t.Errorf("clients got %d bytes; %+v", answered.Load(), c)
		}
	})
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

// What is open is counted in this process, so no other test may run.
func TestConnectionsOpenedAndDroppedLeaveNothing(t *testing.T) {
	each(t, func(t *testing.T, w way) {
		before := descriptors(t)
		server := w.start(t, 2, echo.Options{})
		drop(t, server, 200)
		last := server.dial(t)
		exchange(t, last, "still here")
		server.eventually(t, "one connection left", func(c echo.Counts) bool { return c.Active+c.Starved == 1 })
		_ = last.Close()
		if err := server.stop(); err != nil {
			t.Fatal(err)
		}
		for begin := time.Now(); descriptors(t) > before+loopDescriptors(w); time.Sleep(time.Millisecond) {
			if time.Since(begin) > time.Second {
				t.Fatalf("%d descriptors, %d before", descriptors(t), before)
			}
		}
	})
}

// loopDescriptors is how many descriptors of w belong to the program and stay.
func loopDescriptors(w way) int {
	if w.server != nil && w.server.Name == "netpoll" {
		return 2 * 2 // an epoll and an event descriptor for each loop
	}
	return 0
}

// drop opens n connections and drops them in various ways.
func drop(t *testing.T, server *started, n int) {
	t.Helper()
	for i := range n {
		conn, err := net.Dial("tcp", server.addr)
		if err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			_ = conn.(*net.TCPConn).SetLinger(0) // with a reset
		}
		if i%3 == 0 {
			_, _ = io.WriteString(conn, "never read")
		}
		_ = conn.Close()
	}
}

// descriptors counts the open file descriptors of this process, where the
// system tells; elsewhere it is always 0.
func descriptors(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
