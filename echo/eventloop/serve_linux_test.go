package eventloop_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/eventloop"
)

// What every way of serving must do is tested in package echo, these loops
// included. Here is what is particular to them, and what the tests there ask of
// pools only.

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(child())
	}
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for what should take no time.
const patience = 20 * time.Second

type started struct {
	addr  string
	stats *echo.Stats
	drain func()
	stop  func() error
}

func start(t testing.TB, loops int, o echo.Options) *started {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Stats = new(echo.Stats)
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() { result <- eventloop.Serve(ctx, ln, loops, o) }()
	stop := sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-result:
			return err
		case <-time.After(patience):
			return errors.New("the server does not end")
		}
	})
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("the server returned %v", err)
		}
	})
	return &started{ln.Addr().String(), o.Stats, cancel, stop}
}

func (s *started) dial(t testing.TB) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	return conn.(*net.TCPConn)
}

func (s *started) eventually(t testing.TB, want string, ok func(echo.Counts) bool) {
	t.Helper()
	for begin := time.Now(); !ok(s.stats.Read()); time.Sleep(time.Millisecond) {
		if time.Since(begin) > patience {
			t.Fatalf("want %s; the counts are %+v", want, s.stats.Read())
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
		if looks++; c.BytesIn == 0 || c.BytesIn != last {
			last, looks = c.BytesIn, 0
		}
		return looks > 20
	})
}

func send(t testing.TB, conn net.Conn, message string) {
	t.Helper()
	if _, err := io.WriteString(conn, message); err != nil {
		t.Fatal(err)
	}
}

func exchange(t testing.TB, conn net.Conn, message string) {
	t.Helper()
	send(t, conn, message)
	got := make([]byte, len(message))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != strings.ToUpper(message) {
		t.Fatalf("answer of %q: %q, %v", message, got, err)
	}
}

// ended fails unless the server has ended the connection with no byte more.
func ended(t testing.TB, conn net.Conn) {
	t.Helper()
	got, err := io.ReadAll(conn)
	if timeout, ok := err.(net.Error); ok && timeout.Timeout() || len(got) > 0 {
		t.Fatalf("got %q, %v; want the end", got, err)
	}
}

func descriptors(t testing.TB) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func TestConnectionsOpenedAndDroppedLeaveNothing(t *testing.T) {
	drops := 10000
	if testing.Short() {
		drops = 500
	}
	before, open := runtime.NumGoroutine(), descriptors(t)
	server := start(t, 2, echo.Options{})
	for i := range drops {
		conn, err := net.Dial("tcp", server.addr)
		if err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			_ = conn.(*net.TCPConn).SetLinger(0) // drop it with a reset
		}
		if i%3 == 0 {
			_, _ = io.WriteString(conn, "never read")
		}
		_ = conn.Close()
	}
	last := server.dial(t)
	exchange(t, last, "still here")
	server.eventually(t, "one connection left", func(c echo.Counts) bool { return c.Active == 1 })
	_ = last.Close()
	if err := server.stop(); err != nil {
		t.Fatal(err)
	}
	// The last ones end a moment after they have said so.
	for begin := time.Now(); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Since(begin) > patience {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
	if now := descriptors(t); now > open {
		t.Errorf("%d descriptors, %d before", now, open)
	}
	if c := server.stats.Read(); c.Failed != 0 || c.Cut != 0 || c.Active != 0 {
		t.Errorf("want every connection ended in peace, got %+v", c)
	}
}

func TestTextOfSeveralConnectionsInAnyChunksComesBackWhole(t *testing.T) {
	const loops = 2
	small := start(t, loops, echo.Options{ReadSize: 3})
	usual := start(t, loops, echo.Options{})
	rapid.Check(t, func(rt *rapid.T) {
		server := rapid.SampledFrom([]*started{small, usual}).Draw(rt, "server")
		texts := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 3000), 1, 4).Draw(rt, "texts")
		lengths := rapid.SliceOfN(rapid.IntRange(1, 2000), 1, 4).Draw(rt, "lengths")
		var talking sync.WaitGroup
		for _, text := range texts {
			conn, err := net.Dial("tcp", server.addr)
			if err != nil {
				rt.Fatal(err)
			}
			_ = conn.SetDeadline(time.Now().Add(patience))
			talking.Go(func() {
				for i, rest := 0, text; len(rest) > 0; i++ {
					n := min(lengths[i%len(lengths)], len(rest))
					if _, err := conn.Write(rest[:n]); err != nil {
						rt.Errorf("send: %v", err)
						return
					}
					rest = rest[n:]
				}
				_ = conn.(*net.TCPConn).CloseWrite()
			})
			talking.Go(func() {
				defer func() { _ = conn.Close() }()
				want := make([]byte, len(text))
				echo.Upper(want, text)
				if got, err := io.ReadAll(conn); err != nil || !bytes.Equal(got, want) {
					rt.Errorf("%d bytes came back as %d, %v", len(text), len(got), err)
				}
			})
		}
		talking.Wait()
	})
}

func TestConnectionsAreDealtToAllLoops(t *testing.T) {
	const loops = 3
	gates := make(chan chan struct{}, loops)
	server := start(t, loops, echo.Options{Transform: func(message []byte) []byte {
		gate := make(chan struct{})
		gates <- gate
		<-gate
		return message
	}})
	conns := make([]*net.TCPConn, loops)
	for i := range conns {
		conns[i] = server.dial(t)
	}
	server.eventually(t, "all connected", func(c echo.Counts) bool { return c.Active == loops })
	for _, conn := range conns {
		send(t, conn, "x")
	}
	// Each holds up its loop, and yet all are in work at once.
	for range loops {
		close(<-gates)
	}
	for _, conn := range conns {
		if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
			t.Error(err)
		}
	}
}

func TestAClientThatSendsAndNeverReadsIsBoundedAndResetInTime(t *testing.T) {
	server := start(t, 1, echo.Options{WriteTimeout: 50 * time.Millisecond})
	conn := server.dial(t)
	chunk := bytes.Repeat([]byte("x"), 1<<16)
	for {
		if _, err := conn.Write(chunk); err != nil {
			if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
				t.Fatal("the server neither reads nor ends the connection")
			}
			break
		}
	}
	server.eventually(t, "one timeout", func(c echo.Counts) bool { return c.Timeouts == 1 && c.Active == 0 })
	if c := server.stats.Read(); c.BytesIn > c.BytesOut+echo.DefaultReadSize {
		t.Errorf("%d bytes read, %d written: the server holds more than one message", c.BytesIn, c.BytesOut)
	}
	exchange(t, server.dial(t), "the loop is free")
}

func TestAClientThatNeverReadsHoldsUpNobodyElse(t *testing.T) {
	server := start(t, 1, echo.Options{WriteTimeout: -1})
	stubborn, other := server.dial(t), server.dial(t)
	sending := make(chan struct{})
	go func() {
		defer close(sending)
		_, _ = stubborn.Write(make([]byte, 64<<20))
	}()
	server.stalls(t)
	for range 100 {
		exchange(t, other, "served")
	}
	_ = stubborn.SetLinger(0)
	_ = stubborn.Close()
	<-sending
	server.eventually(t, "a reset", func(c echo.Counts) bool { return c.Resets == 1 && c.Active == 1 })
}

func TestAResetInMidMessageIsCountedAndQuiet(t *testing.T) {
	gate, begun := make(chan struct{}), make(chan struct{})
	var log bytes.Buffer
	server := start(t, 1, echo.Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Transform: func(message []byte) []byte {
		close(begun)
		<-gate
		return message
	}})
	conn := server.dial(t)
	send(t, conn, "half a mess")
	<-begun
	if err := errors.Join(conn.SetLinger(0), conn.Close()); err != nil {
		t.Fatal(err)
	}
	close(gate)
	server.eventually(t, "one reset", func(c echo.Counts) bool { return c.Resets == 1 && c.Failed == 0 && c.Active == 0 })
	if err := server.stop(); err != nil || log.Len() > 0 {
		t.Errorf("%v, %s", err, log.String())
	}
}

func TestATransformThatDoesNotReturnCostsItsOwnConnectionOnly(t *testing.T) {
	for name, end := range map[string]func(){"panic": func() { panic("boom") }, "Goexit": runtime.Goexit} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			server := start(t, 2, echo.Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Transform: func(message []byte) []byte {
				if string(message) == "x" {
					end()
				}
				return bytes.ToUpper(message)
			}})
			others := []*net.TCPConn{server.dial(t), server.dial(t)}
			for i := range 5 {
				conn := server.dial(t)
				send(t, conn, "x")
				ended(t, conn)
				server.eventually(t, "it counted and gone", func(c echo.Counts) bool { return c.Panics == uint64(i+1) && c.Active == 2 })
			}
			for _, other := range others {
				exchange(t, other, "still served")
				_ = other.Close()
			}
			if err := server.stop(); err != nil {
				t.Fatal(err)
			}
			if said := strings.Count(log.String(), "boom"); name == "panic" && said < 5 {
				t.Errorf("5 panics are logged %d times", said)
			}
		})
	}
}

// The first panic comes while the loop visits every connection for the drain.
func TestAPanicWhileItDrainsLeavesOutNobody(t *testing.T) {
	gate, begun := make(chan struct{}), make(chan struct{}, 100)
	server := start(t, 1, echo.Options{Grace: time.Hour, Transform: func(message []byte) []byte {
		begun <- struct{}{}
		<-gate
		if string(message) == "x" {
			panic("boom")
		}
		return bytes.ToUpper(message)
	}})
	conns := make([]*net.TCPConn, 10)
	for i := range conns {
		conns[i] = server.dial(t)
	}
	server.eventually(t, "all connected", func(c echo.Counts) bool { return c.Active == len(conns) })
	send(t, conns[9], "first")
	<-begun // the loop is held up
	for i, conn := range conns[:9] {
		send(t, conn, map[bool]string{true: "x", false: "good"}[i%2 == 0])
	}
	server.drain()
	close(gate)
	for i, conn := range conns[:9] {
		got, _ := io.ReadAll(conn)
		if want := map[bool]string{true: "", false: "GOOD"}[i%2 == 0]; string(got) != want {
			t.Errorf("connection %d got %q, want %q", i, got, want)
		}
		_ = conn.Close()
	}
	_ = conns[9].Close()
	if err := server.stop(); err != nil {
		t.Error(err)
	}
	if c := server.stats.Read(); c.Panics != 5 || c.Cut != 0 {
		t.Errorf("want five panics and nobody cut, got %+v", c)
	}
}

func TestADrainAnswersEverythingThatHasArrived(t *testing.T) {
	const messages = 200 // far more than are answered in one go
	gate, begun := make(chan struct{}), make(chan struct{}, 2*messages+1)
	server := start(t, 1, echo.Options{ReadSize: 4, Grace: time.Hour, Transform: func(message []byte) []byte {
		begun <- struct{}{}
		<-gate
		return bytes.ToUpper(message)
	}})
	conns := []*net.TCPConn{server.dial(t), server.dial(t)}
	server.eventually(t, "both connected", func(c echo.Counts) bool { return c.Active == 2 })
	for _, conn := range conns {
		send(t, conn, strings.Repeat("line", messages))
	}
	<-begun
	server.drain()
	close(gate)
	for _, conn := range conns {
		if got, err := io.ReadAll(conn); err != nil || string(got) != strings.Repeat("LINE", messages) {
			t.Errorf("got %d of %d bytes, %v", len(got), 4*messages, err)
		}
		_ = conn.Close()
	}
}

func TestADrainDoesNotResetAClientThatStillSendsAndLeavesWhoNeverCloses(t *testing.T) {
	server := start(t, 2, echo.Options{Grace: time.Hour})
	sending, silent := server.dial(t), server.dial(t)
	exchange(t, sending, "a")
	exchange(t, silent, "a")
	server.drain()
	ended(t, silent) // is told, and yet does not close
	for range 20 {
		if _, err := io.WriteString(sending, "b"); err != nil {
			t.Fatalf("the client was reset: %v", err)
		}
		time.Sleep(100 * time.Microsecond) // a client's own pace
	}
	if got, err := io.ReadAll(sending); err != nil || strings.Trim(string(got), "B") != "" {
		t.Errorf("got %q, %v", got, err)
	}
	_ = sending.Close()
	begin := time.Now()
	if err := server.stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("the server waited %v for a client that does not close", took)
	}
}

func TestAfterTheGracePeriodTheRestIsCut(t *testing.T) {
	server := start(t, 1, echo.Options{Grace: time.Millisecond, WriteTimeout: -1})
	conn := server.dial(t) // never reads, so its answer never ends
	sent := make(chan error, 1)
	go func() {
		_, err := conn.Write(make([]byte, 64<<20))
		sent <- err
	}()
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
}

func TestATransformThatNeverReturnsIsSaid(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gate, begun := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() {
		result <- eventloop.Serve(ctx, ln, 1, echo.Options{Grace: -1, Transform: func(message []byte) []byte {
			close(begun)
			<-gate
			return message
		}})
	}()
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	send(t, conn, "x")
	<-begun
	cancel()
	if err := <-result; !errors.Is(err, echo.ErrHeld) || !strings.Contains(err.Error(), "hold 1 connections") {
		t.Errorf("got %v", err)
	}
	close(gate) // and the loop ends after all, as goleak will see
}

func TestConnectionsBeyondTheCapAreClosedAndCounted(t *testing.T) {
	server := start(t, 2, echo.Options{MaxConnections: 2})
	first, second := server.dial(t), server.dial(t)
	exchange(t, first, "a")
	exchange(t, second, "a")
	ended(t, server.dial(t))
	if c := server.stats.Read(); c.Rejected != 1 || c.Accepted != 3 || c.Active != 2 {
		t.Errorf("want 3 accepted and 1 of them rejected, got %+v", c)
	}
	_ = first.Close()
	server.eventually(t, "one gone", func(c echo.Counts) bool { return c.Active == 1 })
	exchange(t, server.dial(t), "b")
}

func TestAnIdleConnectionLivesAtLeastItsTimeout(t *testing.T) {
	const timeout = 200 * time.Millisecond
	server := start(t, 1, echo.Options{IdleTimeout: timeout})
	conn := server.dial(t)
	exchange(t, conn, "a")
	begin := time.Now()
	ended(t, conn)
	if age := time.Since(begin); age < timeout-time.Millisecond {
		t.Errorf("closed after %v, want at least %v", age, timeout)
	}
	server.eventually(t, "one timeout", func(c echo.Counts) bool { return c.Timeouts == 1 })
}

// unknown is a listener that is no socket.
type unknown struct{ net.Listener }

func TestWhatCannotBeServedIsSaidAndTheListenerClosed(t *testing.T) {
	for want, serve := range map[string]func(net.Listener) error{
		"0 event loops; use 1": func(ln net.Listener) error {
			return eventloop.Serve(t.Context(), ln, 0, echo.Options{})
		},
		"Options.ReadSize is -1": func(ln net.Listener) error {
			return eventloop.Serve(t.Context(), ln, 1, echo.Options{ReadSize: -1})
		},
		"a listener of type eventloop_test.unknown": func(ln net.Listener) error {
			return eventloop.Serve(t.Context(), unknown{ln}, 1, echo.Options{})
		},
	} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		before := descriptors(t)
		if err := serve(ln); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: the listener is still open: %v", want, err)
		}
		if now := descriptors(t); now >= before {
			t.Errorf("%s: %d descriptors, %d with the listener", want, now, before)
		}
	}
}

// A loop answers so many messages of a connection before others get their turn.
// What ends just there leaves nothing that would be reported of the connection.
func TestADrainDismissesWhoseBytesEndWithATurn(t *testing.T) {
	const readSize, turn = 4, 16
	entered, gate := make(chan struct{}), make(chan struct{})
	s := start(t, 2, echo.Options{ReadSize: readSize, Grace: 3 * patience, Transform: func(message []byte) []byte {
		if message[0] == '!' {
			close(entered)
			<-gate
		}
		return bytes.ToUpper(message)
	}})
	// Loops get connections in turn, so two of these are of the second, which does
	// not accept.
	var conns [4]*net.TCPConn
	for i := range conns {
		conns[i] = s.dial(t)
		s.eventually(t, "it accepted", func(c echo.Counts) bool { return c.Accepted == uint64(i+1) })
	}
	busy, other := conns[1], conns[3]
	send(t, busy, "!")
	<-entered
	send(t, other, strings.Repeat("x", 2*turn*readSize))
	s.drain()
	// In the drain's last stage the first loop lets the listening socket go.
	for begin := time.Now(); ; {
		late, err := net.Dial("tcp", s.addr)
		if err != nil {
			break
		}
		_ = late.Close()
		if time.Since(begin) > patience {
			t.Fatal("the server accepts on")
		}
	}
	close(gate)
	got, err := io.ReadAll(other) // to the end that the server makes, long before the grace period's
	if want := strings.Repeat("X", 2*turn*readSize); err != nil || string(got) != want {
		t.Errorf("got %d bytes and %v, want %d and the end", len(got), err, len(want))
	}
}
