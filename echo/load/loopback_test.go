package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"go.uber.org/goleak"
)

// drivers are all that this platform can run, so that the one that is only
// used elsewhere is tested here too.
var drivers = []struct {
	name string
	make newDriverFunc
}{
	{"best", newDriver},
	{"net", func(a netip.AddrPort, clock func() int64, bind func(driver) *core) (driver, error) {
		return newNetDriver(a, clock, bind), nil
	}},
}

// descriptors counts the open ones, where that can be seen.
func descriptors(t *testing.T) int {
	if runtime.GOOS != "linux" {
		return 0
	}
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// loaded runs o and fails the test when Run takes much longer than it may, or
// leaves goroutines or descriptors behind.
func loaded(t *testing.T, drive newDriverFunc, o Options) (*Result, error) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	o.DialTimeout = 2 * time.Second
	watchdog := time.AfterFunc(o.Warmup+o.Duration+o.Drain+o.DialTimeout+20*time.Second, func() { panic(t.Name() + ": Run hangs") })
	defer watchdog.Stop()
	r, err := run(context.Background(), o, drive)
	// The server's goroutines end a moment after their connections.
	if leak := goleak.Find(before, goleak.IgnoreAnyFunction("github.com/poolbench/poolbench/echo/load.serve.func1.1")); leak != nil {
		t.Error(leak)
	}
	if r != nil && !r.Counts.Balanced() {
		t.Errorf("the books do not balance: %+v", r.Counts)
	}
	return r, err
}

func TestEveryReplyOfAnHonestServerArrivesAndIsCounted(t *testing.T) {
	address := serve(t, upperCase)
	const ms = time.Millisecond
	for _, c := range []struct {
		name string
		o    Options
	}{
		{"open, Poisson", Options{Connections: 8, Rate: 2000, Warmup: 20 * ms, Duration: 60 * ms}},
		{"open, uniform", Options{Connections: 8, Rate: 2000, Arrivals: Uniform, Duration: 60 * ms}},
		{"open, a ramp", Options{Connections: 8, Rate: 100, RampTo: 4000, Duration: 60 * ms}},
		{"open, one connection pipelined", Options{Connections: 1, Rate: 5000, Duration: 60 * ms}},
		{"open, two threads", Options{Connections: 5, Idle: 3, Threads: 2, Rate: 2000, Duration: 60 * ms}},
		{"open, one byte", Options{Connections: 8, Rate: 2000, Payload: 1, Duration: 60 * ms}},
		{"open, a mebibyte", Options{Connections: 2, Rate: 150, Payload: MaxPayload, Duration: 60 * ms}},
		{"open, idle connections beside", Options{Connections: 4, Idle: 200, Rate: 1000, Duration: 60 * ms}},
		{"open, a connection for each request", Options{Connections: 4, Churn: 1, Rate: 1000, Duration: 60 * ms}},
		{"open, a connection for three requests", Options{Connections: 4, Churn: 3, Rate: 1000, Duration: 60 * ms}},
		{"closed", Options{Connections: 8, Closed: true, Warmup: 20 * ms, Duration: 60 * ms}},
		{"closed, two threads", Options{Connections: 8, Closed: true, Threads: 2, Duration: 60 * ms}},
		{"closed, a mebibyte", Options{Connections: 2, Closed: true, Payload: MaxPayload, Duration: 60 * ms}},
		{"closed, a connection for each request", Options{Connections: 4, Closed: true, Churn: 1, Duration: 60 * ms}},
	} {
		for _, d := range drivers {
			t.Run(c.name+"/"+d.name, func(t *testing.T) {
				c.o.Addr, c.o.Seed, c.o.Drain = address, 1, 20*time.Second
				r, err := loaded(t, d.make, c.o)
				if err != nil {
					t.Fatal(err)
				}
				n := r.Counts
				if n.Sent == 0 || n.Received != n.Sent || n.Lost+n.IdleLost+n.ExtraBytes+n.Unsent != 0 {
					t.Errorf("%+v, want all answered and nothing else", n)
				}
				if !c.o.Closed {
					if planned := int64(len(Schedule(c.o))); n.Sent != planned {
						t.Errorf("%d sent, want the %d planned", n.Sent, planned)
					}
				}
				if c.o.Warmup == 0 && r.Response.Count != n.Sent || r.Response.Count != r.Service.Count || r.Response.Count != r.Lag.Count {
					t.Errorf("%d responses, %d services and %d lags of %d requests", r.Response.Count, r.Service.Count, r.Lag.Count, n.Sent)
				}
				if c.o.Warmup > 0 && (r.Response.Count == 0 || r.Response.Count >= n.Sent) {
					t.Errorf("%d of %d requests measured, want those after the warm-up", r.Response.Count, n.Sent)
				}
				if want := n.Sent / int64(max(c.o.Churn, 1)); c.o.Churn > 0 && (n.Dials < want || n.Dials > want+int64(c.o.Connections)) {
					t.Errorf("%d connections made for %d requests, want about %d", n.Dials, n.Sent, want)
				}
				if c.o.Churn == 0 && n.Dials != 0 {
					t.Errorf("%d connections made anew, want none", n.Dials)
				}
			})
		}
	}
}

func TestABadServerGivesCountsAndAnInvalidRun(t *testing.T) {
	const size = 64
	half := func(conn net.Conn, reply []byte) { _, _ = conn.Write(reply[:size/2]) }
	all := func(t *testing.T, r *Result, of string, n int64) {
		if n == 0 || n != r.Counts.Sent {
			t.Errorf("%d of %d requests are %s, want all: %+v", n, r.Counts.Sent, of, r.Counts)
		}
	}
	for _, c := range []struct {
		name   string
		handle func(net.Conn)
		cause  Cause
		words  string
		counts func(*testing.T, *Result)
	}{
		{"never answers", func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }, Unanswered, "unanswered at the end",
			func(t *testing.T, r *Result) {
				all(t, r, "unanswered", r.Counts.Unanswered)
				if r.Response.Max < r.Options.Drain || r.Throughput != 0 {
					t.Errorf("the greatest age is %v at %v/s, want at least the drain of %v at 0/s", r.Response.Max, r.Throughput, r.Options.Drain)
				}
			}},
		{"never reads", nil, Unanswered, "unanswered at the end",
			func(t *testing.T, r *Result) { all(t, r, "unanswered", r.Counts.Unanswered) }},
		{"truncates", afterOne(size, half), Failures, "the server closed it after 32 of 64 bytes",
			func(t *testing.T, r *Result) {
				all(t, r, "closed or reset", r.Counts.Closed+r.Counts.Reset)
				if r.Counts.Closed == 0 {
					t.Errorf("%+v, want requests closed on", r.Counts)
				}
			}},
		{"resets in mid-reply", afterOne(size, func(conn net.Conn, reply []byte) {
			half(conn, reply)
			_ = conn.(*net.TCPConn).SetLinger(0)
		}), Failures, "reset", func(t *testing.T, r *Result) {
			all(t, r, "reset", r.Counts.Reset)
		}},
		{"lies in one bit", func(conn net.Conn) {
			lie := make([]byte, size)
			for {
				if _, err := io.ReadFull(conn, lie); err != nil {
					return
				}
				lie = bytes.ToUpper(lie)
				lie[40] ^= 1
				if _, err := conn.Write(lie); err != nil {
					return
				}
			}
		}, Failures, "byte 40 of a reply of 64", func(t *testing.T, r *Result) {
			all(t, r, "wrong or abandoned", r.Counts.Wrong+r.Counts.Abandoned)
			if r.Counts.Wrong == 0 {
				t.Errorf("%+v, want wrong replies", r.Counts)
			}
		}},
		{"does not upper-case", func(conn net.Conn) { _, _ = io.Copy(conn, conn) }, Failures, "wrong",
			func(t *testing.T, r *Result) {
				all(t, r, "wrong or abandoned", r.Counts.Wrong+r.Counts.Abandoned)
			}},
		{"closes at once", func(net.Conn) {}, Failures, "requests failed",
			func(t *testing.T, r *Result) {
				all(t, r, "closed or reset", r.Counts.Failed())
				if r.Counts.Wrong+r.Counts.Abandoned != 0 {
					t.Errorf("%+v, want closed and reset connections only", r.Counts)
				}
			}},
		{"sends more than asked", afterOne(size, func(conn net.Conn, reply []byte) {
			_, _ = conn.Write(append(reply, "and more"...))
			_, _ = io.Copy(io.Discard, conn)
		}), Failures, "bytes extra", func(t *testing.T, r *Result) {
			if r.Counts.ExtraBytes == 0 || r.Counts.Received == 0 {
				t.Errorf("%+v, want replies received and extra bytes", r.Counts)
			}
		}},
		{"speaks first", func(conn net.Conn) {
			_, _ = io.WriteString(conn, "220 welcome\r\n")
			upperCase(conn)
		}, "", "", nil},
	} {
		for _, loop := range []Options{
			{Connections: 4, Rate: 500, Payload: size, Duration: 60 * time.Millisecond},
			{Connections: 4, Closed: true, Payload: size, Duration: 60 * time.Millisecond},
		} {
			for _, d := range drivers {
				t.Run(fmt.Sprintf("%s/closed=%t/%s", c.name, loop.Closed, d.name), func(t *testing.T) {
					stop := make(chan struct{})
					handle := c.handle
					if handle == nil {
						handle = func(net.Conn) { <-stop }
					}
					o := loop
					// A drain ends with the last reply or failure; only what
					// never comes is waited for to its end.
					o.Addr, o.Drain, o.Seed = serve(t, handle), 20*time.Second, 1
					if c.cause == Unanswered {
						o.Drain = 50 * time.Millisecond
					}
					t.Cleanup(func() { close(stop) })
					r, err := loaded(t, d.make, o)
					if err != nil {
						t.Fatal(err)
					}
					if r.Verdict.Valid || c.cause != "" && !r.Verdict.Has(c.cause) || !strings.Contains(r.Verdict.String(), c.words) {
						t.Errorf("the verdict is %v, want %s and %q in it", r.Verdict, c.cause, c.words)
					}
					if c.counts != nil {
						c.counts(t, r)
					}
				})
			}
		}
	}
}

func TestAStallIsInTheResponseOverRealSocketsToo(t *testing.T) {
	const stall = 150 * time.Millisecond
	for _, d := range drivers {
		t.Run(d.name, func(t *testing.T) {
			var once sync.Once
			var asked atomic.Int64
			// One lock for all connections stands for a server that stops
			// as a whole.
			var world sync.RWMutex
			address := serve(t, func(conn net.Conn) {
				buffer := make([]byte, 64)
				for {
					if _, err := io.ReadFull(conn, buffer); err != nil {
						return
					}
					if asked.Add(1) > 100 {
						once.Do(func() {
							world.Lock()
							time.AfterFunc(stall, world.Unlock)
						})
					}
					world.RLock()
					_, err := conn.Write(bytes.ToUpper(buffer))
					world.RUnlock()
					if err != nil {
						return
					}
				}
			})
			r, err := loaded(t, d.make, Options{Addr: address, Connections: 8, Rate: 1000, Duration: 500 * time.Millisecond, Drain: 10 * time.Second, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			if r.Counts.Received != r.Counts.Sent {
				t.Errorf("%+v, want all answered", r.Counts)
			}
			// Three tenths of the requests fall into the stall, so that one
			// in ten waits for two thirds of it.
			if p90 := time.Duration(r.Response.Histogram.ValueAtQuantile(90)); p90 < stall/2 {
				t.Errorf("the quantile 0.9 is %v, want more than half of the stall of %v", p90, stall)
			}
		})
	}
}

func TestARefusingServerIsAnErrorThatSaysSo(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	r, err := loaded(t, newDriver, Options{Addr: ln.Addr().String(), Connections: 1, Rate: 10, Duration: time.Second})
	if r != nil || err == nil || !strings.Contains(err.Error(), "is a server listening there?") {
		t.Errorf("got %v, %v; want an error that asks for the server", r, err)
	}
}

func TestAServerThatGoesAwayIsCountedToTheEnd(t *testing.T) {
	for _, d := range drivers {
		for _, closedLoop := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/closed=%t", d.name, closedLoop), func(t *testing.T) {
				ln, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				var all sync.WaitGroup
				defer all.Wait()
				// The probe and two connections; each ends after one reply.
				all.Go(func() {
					defer ln.Close()
					for range 3 {
						conn, err := ln.Accept()
						if err != nil {
							return
						}
						all.Go(func() {
							defer conn.Close()
							afterOne(64, func(conn net.Conn, reply []byte) { _, _ = conn.Write(reply) })(conn)
						})
					}
				})
				o := Options{Addr: ln.Addr().String(), Connections: 2, Rate: 1000, Duration: 200 * time.Millisecond, Drain: 100 * time.Millisecond}
				if closedLoop {
					o.Closed, o.Rate = true, 0
				}
				r, err := loaded(t, d.make, o)
				if err != nil {
					t.Fatal(err)
				}
				if r.Counts.Unreachable == 0 || !r.Verdict.Has(Failures) || !strings.Contains(r.Verdict.String(), "connection refused") {
					t.Errorf("%+v, %v; want requests that found no server", r.Counts, r.Verdict)
				}
			})
		}
	}
}

func TestLostIdleConnectionsMakeTheRunInvalid(t *testing.T) {
	var accepted atomic.Int64
	address := serve(t, func(conn net.Conn) {
		// The probe and the two that carry requests come first.
		if accepted.Add(1) <= 3 {
			upperCase(conn)
		}
	})
	r, err := loaded(t, newDriver, Options{Addr: address, Connections: 2, Idle: 5, Rate: 500, Duration: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if r.Counts.IdleLost == 0 || !r.Verdict.Has(Disconnected) {
		t.Errorf("%+v, %v; want idle connections lost", r.Counts, r.Verdict)
	}
}

func TestACancelledRunReturnsAtOnceWithWhatItSaw(t *testing.T) {
	for _, d := range drivers {
		t.Run(d.name, func(t *testing.T) {
			why := errors.New("enough")
			ctx, cancel := context.WithCancelCause(context.Background())
			var asked atomic.Int64
			address := serve(t, func(conn net.Conn) {
				buffer := make([]byte, 64)
				for {
					if _, err := io.ReadFull(conn, buffer); err != nil {
						return
					}
					if asked.Add(1) == 100 {
						cancel(why)
					}
					if _, err := conn.Write(bytes.ToUpper(buffer)); err != nil {
						return
					}
				}
			})
			r, err := run(ctx, Options{Addr: address, Connections: 4, Rate: 2000, Duration: time.Minute}, d.make)
			if !errors.Is(err, why) || r == nil || r.Counts.Sent < 100 || !r.Counts.Balanced() || !r.Verdict.Has(Incomplete) {
				t.Errorf("got %+v, %v; want what was sent until then, and %v", r, err, why)
			}
		})
	}
}

func TestAServerThatReadsSlowlyFillsTheSocketsAndNothingIsLost(t *testing.T) {
	for _, d := range drivers {
		t.Run(d.name, func(t *testing.T) {
			// It takes a whole request before it answers, and nothing before
			// all requests are due.
			gate := make(chan struct{})
			time.AfterFunc(150*time.Millisecond, func() { close(gate) })
			address := serve(t, func(conn net.Conn) {
				<-gate
				upperCase(conn)
			})
			r, err := loaded(t, d.make, Options{Addr: address, Connections: 1, Rate: 150, Payload: MaxPayload, Duration: 100 * time.Millisecond, Drain: 30 * time.Second, Seed: 2})
			if err != nil {
				t.Fatal(err)
			}
			if r.Counts.Queued == 0 || r.Counts.Received != r.Counts.Sent {
				t.Errorf("%+v, want requests queued behind the full socket and all answered", r.Counts)
			}
		})
	}
}

func TestRunsLeaveNoDescriptorOpen(t *testing.T) {
	address := serve(t, func(net.Conn) {})
	for _, d := range drivers {
		// The runtime's own descriptors are made on first use.
		for _, o := range []Options{{Addr: address, Connections: 1, Rate: 100, Duration: 10 * time.Millisecond}, {Addr: address, Connections: 30, Idle: 30, Rate: 3000, Churn: 2, Duration: 50 * time.Millisecond}} {
			before := descriptors(t)
			if _, err := loaded(t, d.make, o); err != nil {
				t.Fatal(err)
			}
			// The server's own end of a connection goes a moment later.
			after := descriptors(t)
			for end := time.Now().Add(10 * time.Second); after > before && time.Now().Before(end); after = descriptors(t) {
				runtime.Gosched()
			}
			if o.Connections > 1 && after > before {
				t.Errorf("%s: %d descriptors before, %d after", d.name, before, after)
			}
		}
	}
}

func TestTheLogAndTheSummaryCanBeReadBack(t *testing.T) {
	r, _ := simulate(t, Options{Connections: 8, Rate: 20_000, Duration: time.Second, Seed: 1}, simulatedServer{service: time.Millisecond}, 0)
	r.Start = time.Unix(1_000_000_000, 0)
	var log bytes.Buffer
	if err := r.WriteLog(&log); err != nil {
		t.Fatal(err)
	}
	reader := hdrhistogram.NewHistogramLogReader(&log)
	for _, want := range []struct {
		tag string
		Latency
	}{{"response", r.Response}, {"service", r.Service}, {"lag", r.Lag}} {
		got, err := reader.NextIntervalHistogram()
		if err != nil || got == nil {
			t.Fatalf("%s: %v, %v", want.tag, got, err)
		}
		if got.Tag() != want.tag || got.TotalCount() != want.Count || got.ValueAtQuantile(99) != want.Histogram.ValueAtQuantile(99) {
			t.Errorf("read %q with %d values, want %q with %d", got.Tag(), got.TotalCount(), want.tag, want.Count)
		}
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back Result
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if back.Response.P99 != r.Response.P99 || back.Counts != r.Counts || back.Options != r.Options || !back.Verdict.Valid {
		t.Errorf("%s reads back as %+v", text, back)
	}
}
