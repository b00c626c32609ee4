package echo_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/poolbench/poolbench/echo"
)

// childVariable makes the test binary the server of
// TestExhaustedDescriptorsNeitherSpinNorEndTheServer.
const childVariable = "ECHO_TEST_SERVE_WITH_FEW_DESCRIPTORS"

// spare is how many descriptors the child has for connections.
const spare = 8

// child serves until its standard input ends, with hardly any descriptors. It
// prints its address first and its counts last.
func child() int {
	if err := serveWithFewDescriptors(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func serveWithFewDescriptors() error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	few := uint64(len(open) - 1 + spare) // one of them was for reading the list
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: few, Max: few}); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	fmt.Println(ln.Addr())
	var stats echo.Stats
	pool := goroutines()
	defer pool.close()
	if err := echo.Serve(ctx, ln, pool.run, echo.Options{Stats: &stats}); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(stats.Read())
}

func TestExhaustedDescriptorsNeitherSpinNorEndTheServer(t *testing.T) {
	const clients, exhausted = 3 * spare, 400 * time.Millisecond
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), childVariable+"=1")
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(output)
	addr, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}

	server := &started{addr: strings.TrimSpace(addr)}
	conns := make([]*net.TCPConn, clients)
	for i := range conns {
		conns[i] = dial(t, server) // the kernel accepts them all
	}
	for _, conn := range conns[:spare] {
		exchange(t, conn, "served", "SERVED")
	}
	// A spinning server would show now: this is a duration, not a way to wait
	// for something.
	time.Sleep(exhausted)
	for len(conns) > 0 {
		exchange(t, conns[0], "still served", "STILL SERVED")
		_ = conns[0].Close()
		conns = conns[1:]
	}

	if err := input.Close(); err != nil {
		t.Fatal(err)
	}
	var counts echo.Counts
	if err := json.NewDecoder(lines).Decode(&counts); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if counts.AcceptErrors == 0 || counts.AcceptErrors > 100 || counts.Accepted != clients {
		t.Errorf("want some accept errors and no more than pauses allow, and %d connections accepted; got %+v", clients, counts)
	}
}

func TestAConnectionThatBreaksInTheKernelsQueueDoesNotEndTheServer(t *testing.T) {
	inBubble(t, echo.Options{}, func(t *testing.T, ln *memory, stats *echo.Stats, _ func()) {
		for _, errno := range []syscall.Errno{syscall.ECONNABORTED, syscall.EPROTO, syscall.EHOSTUNREACH} {
			ln.incoming <- &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", errno)}
		}
		exchange(t, ln.dial(), "a", "A")
		if c := stats.Read(); c.AcceptErrors != 3 || c.Accepted != 1 {
			t.Errorf("got %+v", c)
		}
	})
}
