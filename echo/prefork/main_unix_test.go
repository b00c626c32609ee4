//go:build unix

package prefork

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/poolbench/poolbench/echo"
)

// actVariable makes the test binary act as something else before it hooks.
const actVariable = "PREFORK_TEST_ACT"

func TestMain(m *testing.M) {
	// A process built with the race detector sleeps a second before it exits.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	switch act := os.Getenv(actVariable); act {
	case "":
	case "exit":
		os.Exit(7)
	case "hang":
		time.Sleep(time.Hour)
	case "unhooked":
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			err = Serve(context.Background(), ln, 1, echo.Options{})
		}
		fmt.Println(err)
		os.Exit(0)
	case "waits for any child":
		os.Unsetenv(actVariable)
		Hook(transform)
		waitForAny()
	case "parent":
		os.Unsetenv(actVariable) // its processes are ordinary ones
		Hook(transform)
		actAsParent()
	default:
		panic("unknown act " + act)
	}
	Hook(transform)
	goleak.VerifyTestMain(m)
}

// transform upper-cases, but for messages that ask for something else.
func transform(message []byte) []byte {
	switch string(message) {
	case "panic":
		panic("boom")
	case "daemon": // as C code would start it
		pid, err := syscall.ForkExec("/bin/sleep", []string{"sleep", "1000"}, &syscall.ProcAttr{
			Files: []uintptr{0, 1, 2, 3, 4, 5, 6}, Sys: &syscall.SysProcAttr{Setsid: true},
		})
		if err != nil {
			panic(err)
		}
		return fmt.Appendf(nil, "%d\n", pid)
	case "pid":
		return fmt.Appendf(nil, "%d\n", os.Getpid())
	case "cpus":
		return fmt.Appendf(nil, "%d\n", runtime.GOMAXPROCS(0))
	case "variable":
		return fmt.Appendf(nil, "%q\n", os.Getenv("POOLBENCH_ROLE"))
	case "interrupt":
		return fmt.Appendf(nil, "%t\n", signal.Ignored(os.Interrupt))
	}
	echo.Upper(message, message)
	return message
}

// actAsParent serves until it is killed, and prints its address and its
// processes.
func actAsParent() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	var stats echo.Stats
	go func() { panic(Serve(context.Background(), ln, 2, echo.Options{Stats: &stats})) }()
	for len(stats.PIDs()) < 2 {
		time.Sleep(time.Millisecond)
	}
	fmt.Println(ln.Addr())
	for _, pid := range stats.PIDs() {
		fmt.Println(pid)
	}
	os.Stdout.Close()
	time.Sleep(time.Hour)
}

// self is a command that runs this test binary as act.
func self(t *testing.T, act string) *exec.Cmd {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), actVariable+"="+act)
	cmd.Stderr = os.Stderr
	return cmd
}

// hang is how long a step of a test may take.
const hang = 20 * time.Second

// A started server runs until the test ends, or stop is called.
type started struct {
	t     *testing.T
	addr  string
	stats *echo.Stats
	stop  func() error
}

// serve serves from n processes, and at the end of the test looks for what it
// left.
func serve(t *testing.T, n int, o echo.Options) *started {
	t.Helper()
	files := openFiles(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &started{t: t, addr: ln.Addr().String(), stats: new(echo.Stats)}
	o.Stats = s.stats
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() { result <- Serve(ctx, ln, n, o) }()
	s.stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-result:
			return err
		case <-time.After(hang):
			return errors.New("the drain hangs")
		}
	})
	t.Cleanup(func() {
		pids := s.stats.PIDs()
		if err := s.stop(); err != nil {
			t.Errorf("Serve: %v", err)
		}
		for _, pid := range pids {
			if exists(pid) {
				t.Errorf("process %d is left", pid)
			}
		}
		if now := openFiles(t); now > files {
			t.Errorf("%d files are open, %d were before", now, files)
		}
	})
	s.eventually("all processes", func() bool { return len(s.stats.PIDs()) == n })
	return s
}

// eventually waits for what can only be looked at.
func (s *started) eventually(want string, ok func() bool) {
	s.t.Helper()
	for begin := time.Now(); !ok(); time.Sleep(time.Millisecond) {
		if time.Since(begin) > hang {
			s.t.Fatalf("want %s; the processes are %v, the counts %+v", want, s.stats.PIDs(), s.stats.Read())
		}
	}
}

// exists reports whether there is a process of that number, dead or alive.
func exists(pid int) bool { return syscall.Kill(pid, 0) != syscall.ESRCH }

// openFiles counts the files that this process has open.
func openFiles(t *testing.T) int {
	if r, w, err := os.Pipe(); err == nil { // the runtime's poller has files too, from the first pipe on
		_ = r.Close()
		_ = w.Close()
	}
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func (s *started) dial() *net.TCPConn {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(hang))
	return conn.(*net.TCPConn)
}

// ask sends a message and returns the line that it is answered with.
func (s *started) ask(conn net.Conn, message string) string {
	s.t.Helper()
	if _, err := io.WriteString(conn, message); err != nil {
		s.t.Fatalf("send %q: %v", message, err)
	}
	var line strings.Builder
	for b := make([]byte, 1); b[0] != '\n'; {
		if _, err := io.ReadFull(conn, b); err != nil {
			s.t.Fatalf("answer of %q: %v", message, err)
		}
		line.Write(b)
	}
	return strings.TrimSuffix(line.String(), "\n")
}

// connected dials until every process serves one of the connections, and
// returns one for each.
func (s *started) connected() map[string]*net.TCPConn {
	s.t.Helper()
	conns := make(map[string]*net.TCPConn)
	s.eventually("a connection to every process", func() bool {
		conn := s.dial()
		pid := s.ask(conn, "pid")
		if conns[pid] != nil {
			_ = conn.Close()
		} else {
			conns[pid] = conn
		}
		pids := s.stats.PIDs()
		return !slices.ContainsFunc(pids, func(pid int) bool { return conns[fmt.Sprint(pid)] == nil }) && len(pids) > 1
	})
	return conns
}
