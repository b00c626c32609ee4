package echo_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/poolbench/poolbench/echo"
)

func TestTenThousandConnectionsOpenedAndDroppedLeaveNothing(t *testing.T) {
	drops := 10000
	if testing.Short() || raceEnabled {
		drops = 500
	}
	for _, unit := range units {
		t.Run(unit.String(), func(t *testing.T) {
			server := startPool(t, echo.Options{Dispatch: unit}, semaphore(4))
			before, open := runtime.NumGoroutine(), descriptors(t)
			for i := range drops / len(units) {
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
			// A connection reset before it was accepted may never be seen.
			exchange(t, dial(t, server), "still here", "STILL HERE")
			server.eventually(t, "one connection left", func(c echo.Counts) bool { return c.Active+c.Starved == 1 })
			if err := server.stop(); err != nil {
				t.Fatal(err)
			}
			if now := runtime.NumGoroutine(); now > before {
				t.Errorf("%d goroutines, %d before", now, before)
			}
			if now := descriptors(t); now > open {
				t.Errorf("%d descriptors, %d before", now, open)
			}
		})
	}
}

func TestAClientThatSendsAndNeverReadsIsBoundedAndResetInTime(t *testing.T) {
	for _, unit := range units {
		t.Run(unit.String(), func(t *testing.T) {
			server := startPool(t, echo.Options{Dispatch: unit, WriteTimeout: 50 * time.Millisecond}, semaphore(1))
			conn := dial(t, server)
			chunk := bytes.Repeat([]byte("x"), 1<<16)
			sent := 0
			for {
				n, err := conn.Write(chunk)
				sent += n
				if err != nil {
					if e, ok := err.(net.Error); ok && e.Timeout() {
						t.Fatalf("the server neither reads nor ends the connection after %d bytes", sent)
					}
					break
				}
			}
			server.eventually(t, "one timeout", func(c echo.Counts) bool { return c.Timeouts == 1 && c.Active == 0 })
			// What it took lies in the kernel's buffers and nowhere else.
			if c := server.stats.Read(); c.BytesIn > c.BytesOut+echo.DefaultReadSize {
				t.Errorf("%d bytes read, %d written: the server holds more than one message", c.BytesIn, c.BytesOut)
			}
			exchange(t, dial(t, server), "the place is free", "THE PLACE IS FREE")
		})
	}
}

func TestASlowReaderGetsEverything(t *testing.T) {
	const size = 4 << 20 // more than the kernel's buffers take
	for _, way := range ways(1) {
		t.Run(way.name, func(t *testing.T) {
			server := way.start(t, echo.Options{ReadSize: 1 << 16})
			conn := dial(t, server)
			sent := make(chan error, 1)
			go func() { sent <- cut(conn, bytes.Repeat([]byte("x"), size), []int{1 << 16}) }()
			server.stalls(t)
			got, piece := 0, make([]byte, 50000)
			for {
				n, err := conn.Read(piece)
				if good := bytes.Count(piece[:n], []byte("X")); good != n {
					t.Fatalf("%d of %d bytes after the first %d are wrong", n-good, n, got)
				}
				got += n
				if err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
			if err := <-sent; err != nil || got != size {
				t.Errorf("got %d bytes of %d, sending: %v", got, size, err)
			}
		})
	}
}

func TestClientsThatSendNothingAreClosedInTimeAndBusyOnesAreNot(t *testing.T) {
	for _, way := range ways(4) {
		if !slices.Contains([]string{"connection/semaphore", "message/semaphore", "remote", "acceptors", "eventloop/1"}, way.name) {
			continue // to save time: the pool has no part in it
		}
		t.Run(way.name, func(t *testing.T) {
			server := way.start(t, echo.Options{IdleTimeout: 100 * time.Millisecond})
			silent, busy := dial(t, server), dial(t, server)
			closed := make(chan struct{})
			go func() {
				defer close(closed)
				_, _ = silent.Read(make([]byte, 1))
			}()
			beat := time.NewTicker(5 * time.Millisecond)
			defer beat.Stop()
			for open := true; open; {
				exchange(t, busy, "tick", "TICK")
				select {
				case <-closed:
					open = false
				case <-beat.C:
				}
			}
			ended(t, silent)
			exchange(t, busy, "tick", "TICK")
			ended(t, busy)
			server.eventually(t, "two timeouts", func(c echo.Counts) bool { return c.Timeouts == 2 && c.Active == 0 })
		})
	}
}

func TestAResetInMidMessageIsCountedAndQuiet(t *testing.T) {
	for _, unit := range units {
		t.Run(unit.String(), func(t *testing.T) {
			gate, begun := make(chan struct{}), make(chan struct{})
			server := startPool(t, echo.Options{Dispatch: unit, Transform: func(message []byte) []byte {
				begun <- struct{}{}
				<-gate
				return message
			}}, goroutines())
			conn := dial(t, server)
			if _, err := io.WriteString(conn, "half a mess"); err != nil {
				t.Fatal(err)
			}
			<-begun
			if err := errors.Join(conn.SetLinger(0), conn.Close()); err != nil {
				t.Fatal(err)
			}
			close(gate)
			server.eventually(t, "one reset and no failure", func(c echo.Counts) bool {
				return c.Resets == 1 && c.Failed == 0 && c.Active == 0
			})
		})
	}
}

func TestATaskThatDoesNotReturnCostsItsOwnConnectionOnly(t *testing.T) {
	for name, end := range map[string]func(){"panic": func() { panic("boom") }, "Goexit": runtime.Goexit} {
		for _, unit := range units {
			for _, pool := range []struct {
				name string
				open func(int) runner
			}{{"goroutines", func(int) runner { return goroutines() }}, {"semaphore", semaphore}, {"queueing", queueing}} {
				t.Run(name+"/"+unit.String()+"/"+pool.name, func(t *testing.T) {
					server := startPool(t, echo.Options{Dispatch: unit, Transform: endOn("x", end)}, pool.open(2))
					other := dial(t, server)
					exchange(t, other, "before", "BEFORE")
					for i := range 5 {
						conn := dial(t, server)
						if _, err := io.WriteString(conn, "x"); err != nil {
							t.Fatal(err)
						}
						ended(t, conn)
						server.eventually(t, "it counted and gone", func(c echo.Counts) bool {
							return c.Panics == uint64(i+1) && c.Active == 1 && c.Starved == 0
						})
					}
					exchange(t, other, "after", "AFTER")
				})
			}
		}
	}
}

// endOn is the usual transform but for one message.
func endOn(message string, end func()) func([]byte) []byte {
	return func(got []byte) []byte {
		if string(got) == message {
			end()
		}
		return mapped(got)
	}
}

func TestGoexitInAPoolThatRunsTasksInPlaceDoesNotEndTheServer(t *testing.T) {
	for _, unit := range units {
		t.Run(unit.String(), func(t *testing.T) {
			server := startPool(t, echo.Options{Dispatch: unit, Transform: endOn("x", runtime.Goexit)}, inline())
			for range 3 {
				conn := dial(t, server)
				if _, err := io.WriteString(conn, "x"); err != nil {
					t.Fatal(err)
				}
				ended(t, conn)
			}
			exchange(t, dial(t, server), "after", "AFTER")
		})
	}
}
