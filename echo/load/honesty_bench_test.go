package load

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The checks of honesty_test.go in real time, over sockets, with the server in
// a process of its own. scripts/honesty records them in results/load.

const (
	stallAfter  = 2 * time.Second // the first request
	stallFor    = 500 * time.Millisecond
	stallWithin = 5 * time.Second

	serviceTime = time.Millisecond // of the server with one worker
)

// eachRequest calls answer for each of a connection's requests of 64 bytes.
func eachRequest(conn net.Conn, answer func(request []byte)) {
	for {
		request := make([]byte, 64)
		if _, err := io.ReadFull(conn, request); err != nil {
			return
		}
		answer(request)
	}
}

// newStallingServer stops as a whole for a while, some time after the first
// request.
func newStallingServer() testServer {
	var world sync.RWMutex
	var once sync.Once
	stall := func() {
		world.Lock()
		time.AfterFunc(stallFor, world.Unlock)
	}
	return testServer{serve: func(conn net.Conn) {
		eachRequest(conn, func(request []byte) {
			once.Do(func() { time.AfterFunc(stallAfter, stall) })
			world.RLock()
			defer world.RUnlock()
			_, _ = conn.Write(bytes.ToUpper(request))
		})
	}}
}

// newOneWorkerServer takes the same time for every request and one request at
// a time, in the order in which they come.
func newOneWorkerServer() testServer {
	type arrival struct {
		at      time.Time
		conn    net.Conn
		request []byte
	}
	queue := make(chan arrival, 1<<16)
	go func() {
		lockThread()
		var free time.Time
		for a := range queue {
			if a.at.After(free) {
				free = a.at
			}
			// Reckoned and not measured, so that what is late once does not
			// add up.
			free = free.Add(serviceTime)
			for left := time.Until(free); left > 0; left = time.Until(free) {
				pause(left)
			}
			_, _ = a.conn.Write(bytes.ToUpper(a.request))
		}
	}()
	return testServer{serve: func(conn net.Conn) {
		eachRequest(conn, func(request []byte) { queue <- arrival{time.Now(), conn, request} })
	}}
}

// newListeningServer tells at its end when requests came, in nanoseconds since
// the first.
func newListeningServer() testServer {
	var mu sync.Mutex
	var came []time.Time
	return testServer{
		serve: func(conn net.Conn) {
			eachRequest(conn, func(request []byte) {
				now := time.Now()
				_, _ = conn.Write(bytes.ToUpper(request))
				mu.Lock()
				defer mu.Unlock()
				came = append(came, now)
			})
		},
		last: func() {
			mu.Lock()
			defer mu.Unlock()
			slices.SortFunc(came, time.Time.Compare)
			for _, at := range came {
				fmt.Println(int64(at.Sub(came[0])))
			}
		},
	}
}

// waitOf is the mean wait that a schedule gives with one worker: Lindley's
// recursion.
func waitOf(o Options) time.Duration {
	var free, total time.Duration
	list := Schedule(o)
	for _, a := range list {
		free = max(free, a.At)
		total += free - a.At
		free += serviceTime
	}
	return total / time.Duration(len(list))
}

func BenchmarkHonesty(b *testing.B) {
	oneWorker := func(rho float64, d time.Duration) Options {
		return Options{Connections: 100, Rate: rho / serviceTime.Seconds(), Duration: d}
	}
	// Equal gaps that are longer than the service leave no queue: what is left
	// is the way there and back.
	noQueue := oneWorker(0.5, 5*time.Second)
	noQueue.Arrivals = Uniform
	for _, c := range []struct {
		name   string
		server string
		o      Options
	}{
		{"check=stall/load=open", "stalling", Options{Connections: 64, Rate: 4000, Duration: stallWithin}},
		{"check=stall/load=closed", "stalling", Options{Connections: 10, Closed: true, Duration: stallWithin}},
		{"check=md1/rho=0.5/arrivals=uniform", "one-worker", noQueue},
		{"check=md1/rho=0.3/arrivals=poisson", "one-worker", oneWorker(0.3, 12*time.Second)},
		{"check=md1/rho=0.5/arrivals=poisson", "one-worker", oneWorker(0.5, 12*time.Second)},
		{"check=md1/rho=0.7/arrivals=poisson", "one-worker", oneWorker(0.7, 20*time.Second)},
		{"check=arrivals", "listening", Options{Connections: 64, Rate: 500, Duration: 10 * time.Second}},
	} {
		b.Run(c.name, func(b *testing.B) {
			if b.N > 1 {
				b.Skip("give -benchtime=1x: one run is one operation, and takes seconds")
			}
			address, end := serverProcess(b, c.server)
			c.o.Addr, c.o.Seed = address, 1
			r, err := Run(context.Background(), c.o)
			if err != nil {
				b.Fatal(err)
			}
			if !r.Verdict.Valid {
				b.Logf("%v", r.Verdict)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(r.Response.Count), "requests")
			b.ReportMetric(float64(r.Counts.Sent-r.Counts.Received), "unanswered-req")
			b.ReportMetric(r.Response.Histogram.Mean(), "mean-ns")
			b.ReportMetric(float64(r.Response.P50), "p50-ns")
			b.ReportMetric(float64(r.Response.P99), "p99-ns")
			b.ReportMetric(float64(r.Response.Max), "max-ns")
			b.ReportMetric(float64(r.Lag.Histogram.ValueAtQuantile(99)), "lag-p99-ns")
			b.ReportMetric(r.InFlight, "in-flight")
			b.ReportMetric(r.Throughput*r.Service.Histogram.Mean()/1e9, "in-flight-by-little")
			if c.server == "one-worker" {
				b.ReportMetric(float64(waitOf(c.o)), "schedule-wait-ns")
			}
			if c.server == "listening" {
				reportArrivals(b, end())
			}
		})
	}
}

// reportArrivals tests when requests came, as the server saw it, as
// TestPoissonArrivalsPassKolmogorovSmirnov does with the schedule.
func reportArrivals(b *testing.B, said string) {
	var at []float64
	for line := range strings.Lines(said) {
		ns, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		at = append(at, float64(ns))
	}
	n := len(at) - 1
	var times, gaps []float64
	mean := at[n] / float64(n)
	for i := 1; i <= n; i++ {
		if i < n { // given the first and the last, those between are uniform
			times = append(times, at[i]/at[n])
		}
		gaps = append(gaps, 1-math.Exp(-(at[i]-at[i-1])/mean))
	}
	slices.Sort(gaps)
	b.ReportMetric(kolmogorovSmirnov(times), "times-p")
	b.ReportMetric(kolmogorovSmirnov(gaps), "gaps-p")
}
