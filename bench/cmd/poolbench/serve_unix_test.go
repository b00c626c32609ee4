//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// hang is how long a step of a test on a served process may take.
const hang = 20 * time.Second

// A serving is a process of the command serve.
type serving struct {
	t      *testing.T
	cmd    *exec.Cmd
	addr   string
	stats  string // address of the figures
	stderr *bytes.Buffer
	exited chan error // gets how it ended
}

// serving starts the command serve, by way of a shell if one is given.
func serveProcess(t *testing.T, shell string, args ...string) *serving {
	t.Helper()
	args = append([]string{"serve", "--addr", "127.0.0.1:0", "--stats", "127.0.0.1:0"}, args...)
	s := &serving{t: t, cmd: exec.Command("poolbench", args...), stderr: new(bytes.Buffer), exited: make(chan error, 1)}
	if shell != "" {
		s.cmd = exec.Command("sh", append([]string{"-c", shell + `; exec poolbench "$@"`, "sh"}, args...)...)
	}
	// A process built with the race detector sleeps a second before it exits.
	s.cmd.Env = append(os.Environ(), fragileVariable+"=1", "GORACE=atexit_sleep_ms=0")
	s.cmd.Stderr, s.cmd.WaitDelay = s.stderr, 10*time.Second
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	read := func(prefix string) string {
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), prefix) {
			_ = s.cmd.Process.Kill()
			t.Fatalf("it printed %q, want %q: %v\n%s", lines.Text(), prefix, s.cmd.Wait(), s.stderr)
		}
		return strings.TrimPrefix(lines.Text(), prefix)
	}
	s.addr, s.stats = read("listening on "), read("figures on ")
	go func() { s.exited <- s.cmd.Wait() }()
	t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	return s
}

// staffed waits until all processes work that the strategy starts here.
func (s *serving) staffed() figures {
	s.t.Helper()
	return s.eventually("all processes", func(f figures) bool {
		return f.Connections == 0 && (len(f.Processes) == 2 || f.Strategy != "processes" && f.Strategy != "prefork")
	})
}

// stop sends SIGTERM and wants a clean end.
func (s *serving) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	if err := s.wait(); err != nil {
		s.t.Errorf("after SIGTERM: %v\n%s", err, s.stderr)
	}
}

func (s *serving) wait() error {
	select {
	case err := <-s.exited:
		return err
	case <-time.After(hang):
		return errors.New("it does not exit")
	}
}

func (s *serving) figures() (f figures) {
	s.t.Helper()
	client := http.Client{Timeout: hang, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(s.stats)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if err := json.NewDecoder(response.Body).Decode(&f); err != nil {
		s.t.Fatal(err)
	}
	return f
}

// eventually waits for what can only be looked at.
func (s *serving) eventually(want string, ok func(figures) bool) figures {
	s.t.Helper()
	for begin := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		f := s.figures()
		if ok(f) {
			return f
		}
		if time.Since(begin) > hang {
			s.t.Fatalf("want %s; the figures are %+v", want, f)
		}
	}
}

func (s *serving) dial() *net.TCPConn {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(hang))
	return conn.(*net.TCPConn)
}

// exchange sends a message and wants its answer.
func (s *serving) exchange(conn net.Conn, message string) {
	s.t.Helper()
	got := make([]byte, len(message))
	if _, err := io.WriteString(conn, message); err != nil {
		s.t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != strings.ToUpper(message) {
		s.t.Fatalf("answered %q, %v\n%s", got, err, s.stderr)
	}
}

// servers are the kinds of servers that differ in how they wait for bytes and
// in who holds what: flags of the command serve.
func servers() map[string][]string {
	all := map[string][]string{
		"goroutines":       {"--strategy", "goroutines"},
		"pond by messages": {"--strategy", "pond", "--unit", "message"},
		"processes":        {"--strategy", "processes", "--limit", "2"},
	}
	for _, s := range catalog.Servers {
		if s.Name == "eventloop" && runtime.GOOS != "linux" {
			continue
		}
		all[s.Name] = []string{"--strategy", s.Name}
		if s.Limit == echo.LimitProcesses {
			all[s.Name] = append(all[s.Name], "--limit", "2")
		}
	}
	return all
}

func TestTenThousandConnectionsOpenedAndDroppedLeaveNothingInTheProcess(t *testing.T) {
	drops := 10000
	if testing.Short() || raceEnabled {
		drops = 500
	}
	for name, args := range servers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveProcess(t, "", args...)
			// As many at once as there are places: acceptors, which are started one by
			// one, may answer a first client before the last of them is there.
			var first []*net.TCPConn
			for range max(1, s.figures().Limit) {
				conn := s.dial()
				s.exchange(conn, "to begin with")
				first = append(first, conn)
			}
			for _, conn := range first {
				_ = conn.Close()
			}
			before := s.staffed()
			files := filesOf(t, before.Processes, s.cmd.Process.Pid)
			for i := range drops {
				conn, err := net.Dial("tcp", s.addr)
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
			s.exchange(s.dial(), "still here")
			// Who was reset before it was accepted may never be seen; connections of
			// this test's client and of the figures may still be closing.
			s.eventually("one connection, and goroutines and files as before", func(f figures) bool {
				return f.Connections == 1 && f.Goroutines <= before.Goroutines+2 && filesOf(t, f.Processes, s.cmd.Process.Pid) <= files+1
			})
			s.stop()
		})
	}
}

// filesOf counts the open files of processes, where the system tells.
func filesOf(t *testing.T, pids []int, pid int) (total int) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	for _, pid := range append(slices.Clone(pids), pid) {
		entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
		if err != nil {
			t.Fatal(err)
		}
		total += len(entries)
	}
	return total
}

// Every message that the server says it has served must have come back to a
// client, and the other way round.
func TestSIGTERMUnderLoadLosesNothingThatWasAccepted(t *testing.T) {
	message := "some text of a client that never stops"
	for name, args := range servers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveProcess(t, "", append([]string{"--grace", "20s"}, args...)...)
			var answered atomic.Int64
			var talking sync.WaitGroup
			for range 8 {
				conn := s.dial()
				talking.Go(func() {
					answer := make([]byte, len(message))
					for {
						if _, err := io.WriteString(conn, message); err != nil {
							return
						}
						n, err := io.ReadFull(conn, answer)
						if got := string(answer[:n]); got != strings.ToUpper(message)[:n] {
							t.Errorf("answered %q", got)
						}
						if err != nil {
							_ = conn.Close()
							return
						}
						answered.Add(1)
					}
				})
			}
			s.eventually("load", func(f figures) bool { return f.Messages > 200 })
			s.stop()
			talking.Wait()
			if name == "netpoll" {
				return // it may lose what arrives while it closes
			}
			want := fmt.Sprintf("served %d messages on 8 connections", answered.Load())
			if !regexp.MustCompile(want + `(; up to \d+ connections at once starved behind the limit of \d+ .*)?\n$`).MatchString(s.stderr.String()) {
				t.Errorf("want %q and nothing cut or failed\n%s", want, s.stderr)
			}
		})
	}
}

func TestExhaustedDescriptorsNeitherSpinNorEndTheProcess(t *testing.T) {
	const limit, clients = 48, 150
	for name, args := range servers() {
		if runtime.GOOS != "linux" {
			continue
		}
		if name == "acceptors" {
			args = append(slices.Clone(args), "--limit", "150") // it holds no more connections than it has loops
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveProcess(t, fmt.Sprintf("ulimit -n %d", limit), args...)
			pids := append(s.staffed().Processes, s.cmd.Process.Pid)
			conns := make([]*net.TCPConn, clients)
			for i := range conns {
				conns[i] = s.dial() // the kernel accepts them all
			}
			s.exchange(conns[0], "served")
			// A spinning server would show now: this is a duration, not a way to
			// wait for something.
			begin := experiment.CPUTime(pids...) - experiment.CPUTime()
			const exhausted = 500 * time.Millisecond
			time.Sleep(exhausted)
			if used := experiment.CPUTime(pids...) - experiment.CPUTime() - begin; used > exhausted/4 {
				t.Errorf("it used %v of CPU in %v of having no descriptors", used, exhausted)
			}
			s.exchange(conns[0], "still served")
			for _, conn := range conns {
				_ = conn.Close()
			}
			last := s.dial()
			s.exchange(last, "served again")
			_ = last.Close()
			s.stop()
		})
	}
}

func TestAClientThatSendsAndNeverReadsCostsBoundedMemory(t *testing.T) {
	const clients = 8
	for name, args := range servers() {
		if name == "netpoll" || runtime.GOOS != "linux" {
			continue // it buffers until the write timeout, as its traits say
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveProcess(t, "", append([]string{"--grace", "0s"}, args...)...)
			before := s.staffed().RSSBytes
			var sending sync.WaitGroup
			for range clients {
				conn := s.dial()
				_ = conn.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
				sending.Go(func() {
					for err := error(nil); err == nil; {
						_, err = conn.Write(make([]byte, 1<<16))
					}
				})
			}
			sending.Wait()
			if grown := s.figures().RSSBytes - before; grown > 16<<20 && !raceEnabled {
				t.Errorf("%d clients that never read cost %d bytes", clients, grown)
			}
			s.stop()
		})
	}
}

func TestConnectionsThatStarveAreToldWhileAndAfterTheyDo(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells how many connections nobody has accepted")
	}
	for name, args := range map[string][]string{
		"a pool":       {"--strategy", "semaphore"},
		"accept loops": {"--strategy", "acceptors"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveProcess(t, "", append(args, "--limit", "2")...)
			for range 5 {
				if _, err := io.WriteString(s.dial(), "x"); err != nil {
					t.Fatal(err)
				}
			}
			s.eventually("three of five starving", func(f figures) bool {
				return f.Starved == 3 && f.MostStarved == 3 && f.Connections == 5 && f.Messages == 2 && f.Limit == 2
			})
			s.stop()
			want := "; up to 3 connections at once starved behind the limit of 2 connections"
			if !strings.Contains(s.stderr.String(), want) {
				t.Errorf("it does not say %q:\n%s", want, s.stderr)
			}
		})
	}
}

// What costs only its own connection is tested on the libraries.
func TestAPanicEndsTheProcessWhereTheTraitsSaySo(t *testing.T) {
	var fatal []string
	for _, s := range catalog.All {
		if s.Traits.Panic == strategies.PanicCrashes || s.Traits.Panic == strategies.PanicSubmitter {
			fatal = append(fatal, s.Name)
		}
	}
	for _, s := range catalog.Servers {
		if s.Traits.Panic == echo.PanicServer {
			fatal = append(fatal, s.Name)
		}
	}
	if len(fatal) < 3 {
		t.Fatalf("only %v end the process: something is wrong with the test", fatal)
	}
	for _, name := range fatal {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveProcess(t, "", "--strategy", name)
			conn := s.dial()
			s.exchange(conn, "before")
			if _, err := io.WriteString(conn, fatalMessage); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := s.wait(); !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(s.stderr.String(), "panic: ") {
				t.Errorf("it ended with %v\n%s", err, s.stderr)
			}
		})
	}
}

func TestAPanicThatCostsItsConnectionIsToldAtTheEnd(t *testing.T) {
	for name, want := range map[string]int{
		"pond": exitOK, "ants": exitOK, // they tell nobody
		"conc": exitBad, "stealing": exitBad, // they tell when they are closed
		"processes": exitOK, "prefork": exitOK, "netpoll": exitOK,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveProcess(t, "", "--strategy", name, "--limit", "2", "--unit", "message")
			other := s.dial()
			s.exchange(other, "before")
			conn := s.dial()
			if _, err := io.WriteString(conn, fatalMessage); err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(conn); len(got) > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatalf("the connection got %q, %v", got, err)
			}
			if name != "prefork" { // whose process has died with it, or serves it
				s.exchange(other, "after")
			}
			s.exchange(s.dial(), "another")
			s.eventually("two processes", func(f figures) bool { return name != "prefork" || len(f.Processes) == 2 })
			_ = s.cmd.Process.Signal(syscall.SIGTERM)
			code := 0
			var exit *exec.ExitError
			if err := s.wait(); errors.As(err, &exit) {
				code = exit.ExitCode()
			} else if err != nil {
				t.Fatal(err)
			}
			if code != want {
				t.Errorf("exit code %d, want %d\n%s", code, want, s.stderr)
			}
		})
	}
}

func TestAKilledProcessOfPreforkIsReplaced(t *testing.T) {
	s := serveProcess(t, "", "--strategy", "prefork", "--limit", "2")
	killed := s.eventually("two processes", func(f figures) bool { return len(f.Processes) == 2 }).Processes[0]
	if err := syscall.Kill(killed, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.eventually("another in its place", func(f figures) bool {
		return len(f.Processes) == 2 && !slices.Contains(f.Processes, killed)
	})
	s.exchange(s.dial(), "still here")
	s.stop()
	if !strings.Contains(s.stderr.String(), "process "+strconv.Itoa(killed)+" ended: signal: killed") {
		t.Errorf("it does not say that one was killed:\n%s", s.stderr)
	}
}

func TestAnAddressInUseIsSaid(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	taken := ln.Addr().String()
	for want, args := range map[string][]string{
		"listen on " + taken + ": the address is in use; choose another --addr":  {"--addr", taken},
		"listen on " + taken + ": the address is in use; choose another --stats": {"--addr", "127.0.0.1:0", "--stats", taken},
	} {
		out, err := exec.Command("poolbench", append([]string{"serve"}, args...)...).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != exitUsage || !strings.Contains(string(out), want) {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}
