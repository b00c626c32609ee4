package load

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// serverVariable makes this test binary a server of the benchmarks: what the
// generator costs can only be read off a process without a server in it.
const serverVariable = "POOLBENCH_LOAD_TEST_SERVER"

// A testServer is one that a process of its own can be.
type testServer struct {
	serve func(net.Conn)
	last  func() // before the process ends; nil if there is nothing to do
}

// testServers are made anew in every process.
var testServers = map[string]func() testServer{
	"upper":      func() testServer { return testServer{serve: upperCase} },
	"stalling":   newStallingServer,
	"one-worker": newOneWorkerServer,
	"listening":  newListeningServer,
}

func TestMain(m *testing.M) {
	name := os.Getenv(serverVariable)
	if name == "" {
		os.Exit(m.Run())
	}
	server := testServers[name]()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	fmt.Println(ln.Addr())
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				server.serve(conn)
			}()
		}
	}()
	// The end of the benchmark's process ends standard input.
	_, _ = io.Copy(io.Discard, os.Stdin)
	if server.last != nil {
		server.last()
	}
}

// serverProcess starts the server of that name. What end returns is what the
// server had to say at its end.
func serverProcess(b *testing.B, name string) (address string, end func() string) {
	b.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), serverVariable+"="+name)
	stdin, err := command.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	end = sync.OnceValue(func() string {
		stdin.Close()
		said, _ := io.ReadAll(lines)
		_ = command.Wait()
		return string(said)
	})
	b.Cleanup(func() { end() })
	if address, err = lines.ReadString('\n'); err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(address), end
}

const (
	costPayload = 41                     // bytes
	costPeriod  = 500 * time.Millisecond // of one operation of the benchmarks
)

// plainClosedLoop is what a generator is compared with: a goroutine for each
// connection that writes and reads, with no clock, check or histogram. It
// returns how many replies came.
func plainClosedLoop(b *testing.B, address string, connections int) int64 {
	var all sync.WaitGroup
	count := make([]int64, connections)
	end := time.Now().Add(costPeriod)
	for i := range count {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		if err := conn.SetDeadline(end); err != nil {
			b.Fatal(err)
		}
		all.Go(func() {
			defer conn.Close()
			request, reply := []byte(strings.Repeat("a", costPayload)), make([]byte, costPayload)
			for {
				if _, err := conn.Write(request); err != nil {
					return
				}
				if _, err := io.ReadFull(conn, reply); err != nil {
					return
				}
				count[i]++
			}
		})
	}
	all.Wait()
	var total int64
	for _, n := range count {
		total += n
	}
	return total
}

// BenchmarkGenerator compares the generator's CPU time per request, user and
// system, with that of the plainest client there is, over the same server.
func BenchmarkGenerator(b *testing.B) {
	address, _ := serverProcess(b, "upper")
	generator := func(drive newDriverFunc, o Options) func(*testing.B) int64 {
		return func(b *testing.B) int64 {
			o.Addr, o.Payload, o.Duration = address, costPayload, costPeriod
			r, err := run(context.Background(), o, drive)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(r.Lag.Histogram.ValueAtQuantile(99)), "lag-p99-ns")
			b.ReportMetric(float64(r.Response.P50), "p50-ns")
			b.ReportMetric(r.Busy, "busy")
			return r.Counts.Received
		}
	}
	for _, c := range []struct {
		name string
		run  func(*testing.B) int64
	}{
		{"load=closed/connections=64/client=plain", func(b *testing.B) int64 { return plainClosedLoop(b, address, 64) }},
		{"load=closed/connections=64/client=load", generator(newDriver, Options{Closed: true, Connections: 64})},
		{"load=closed/connections=64/client=load-net", generator(drivers[1].make, Options{Closed: true, Connections: 64})},
		// At a rate below the capacity both sides sleep and wake for each
		// request, and the kernel's part is dearer: one connection shows
		// what that costs the plain client.
		{"load=closed/connections=1/client=plain", func(b *testing.B) int64 { return plainClosedLoop(b, address, 1) }},
		{"load=closed/connections=1/client=load", generator(newDriver, Options{Closed: true, Connections: 1})},
		{"load=open/connections=64/client=load", generator(newDriver, Options{Rate: 20_000, Connections: 64})},
		{"load=open/connections=64/client=load-net", generator(drivers[1].make, Options{Rate: 20_000, Connections: 64})},
	} {
		b.Run(c.name, func(b *testing.B) {
			var requests int64
			cpu, begin := processCPU(), time.Now()
			for b.Loop() {
				requests += c.run(b)
			}
			b.ReportMetric(float64(processCPU()-cpu)/float64(requests), "gen-cpu-ns/req")
			b.ReportMetric(float64(requests)/time.Since(begin).Seconds(), "req/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
