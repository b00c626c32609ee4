//go:build unix

package prefork

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies/proc"
)

func TestAKilledProcessIsReplacedAndTheOthersKeepServing(t *testing.T) {
	s := serve(t, 2, echo.Options{})
	conns := s.connected()
	var killed, left string
	for pid := range conns {
		killed, left = left, pid
	}
	s.stats.Read() // what the process is known to have counted
	pid, _ := strconv.Atoi(killed)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	// Nobody else may hold its connections open.
	if got, err := io.ReadAll(conns[killed]); len(got) > 0 || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("read %q, %v from a process that was killed", got, err)
	}
	for range 10 {
		if got := s.ask(conns[left], "line\n"); got != "LINE" {
			t.Errorf("the other process answered %q", got)
		}
	}
	s.eventually("another in its place", func() bool {
		pids := s.stats.PIDs()
		return len(pids) == 2 && fmt.Sprint(pids[0]) != killed && fmt.Sprint(pids[1]) != killed
	})
	if now := s.connected(); now[killed] != nil || now[left] == nil {
		t.Errorf("%s was killed, and %v serve", killed, s.stats.PIDs())
	}
	if c := s.stats.Read(); c.Failed == 0 {
		t.Errorf("the connection that was lost is not counted: %+v", c)
	}
}

func TestAPanicCostsItsProcessAndIsAnsweredWithAPauseThatGrows(t *testing.T) {
	usual := quickDeath
	t.Cleanup(func() { quickDeath = usual }) // after the server has ended
	quickDeath = 3 * hang
	log := new(lockedBuffer)
	s := serve(t, 1, echo.Options{Log: slog.New(slog.NewTextHandler(log, nil))})
	for range 3 {
		dying := s.stats.PIDs()
		conn := s.dial()
		if _, err := io.WriteString(conn, "panic"); err != nil {
			t.Fatal(err)
		}
		_, _ = io.ReadAll(conn)
		// The connection ends before its process does, which may accept the next
		// one still, and take it along.
		s.eventually("another in its place", func() bool {
			pids := s.stats.PIDs()
			return len(pids) == 1 && pids[0] != dying[0]
		})
	}
	if got := s.ask(s.dial(), "line\n"); got != "LINE" {
		t.Errorf("answered %q", got)
	}
	text := log.String()
	for _, want := range []string{"pause=10ms", "pause=20ms", "pause=40ms", "exit status 2"} {
		if !strings.Contains(text, want) {
			t.Errorf("the log says nothing of %q:\n%s", want, text)
		}
	}
}

// lockedBuffer takes a log.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func TestStatsSumUpWhatTheProcessesCount(t *testing.T) {
	s := serve(t, 2, echo.Options{})
	conns := s.connected()
	s.eventually("one connection to each", func() bool {
		c := s.stats.Read()
		return c.Active == 2 && c.Messages == c.Accepted
	})
	before := s.stats.Read()
	for _, conn := range conns {
		for range 5 {
			s.ask(conn, "abc\n")
		}
	}
	s.eventually("what both were asked", func() bool {
		c := s.stats.Read()
		return c.Messages == before.Messages+10 && c.BytesOut == before.BytesOut+40 && c.Active == 2
	})
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	c := s.stats.Read()
	if c.Messages != before.Messages+10 || c.Active != 0 {
		t.Errorf("after the drain %+v", c)
	}
	if pids := s.stats.PIDs(); len(pids) > 0 {
		t.Errorf("after the drain there are %v", pids)
	}
}

func TestAProcessHasOneCPUAndIsNoParentToServers(t *testing.T) {
	s := serve(t, 1, echo.Options{})
	conn := s.dial()
	for question, want := range map[string]string{"cpus": "1", "variable": `""`, "interrupt": "false"} {
		if got := s.ask(conn, question); got != want {
			t.Errorf("%s: %q, want %q", question, got, want)
		}
	}
}

func TestAProcessThatIsToldToEndDrainsAndIsReplaced(t *testing.T) {
	s := serve(t, 1, echo.Options{})
	conn := s.dial()
	first := s.ask(conn, "pid")
	pid, _ := strconv.Atoi(first)
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(conn); err != nil || len(got) > 0 {
		t.Errorf("its idle connection ended with %q, %v", got, err)
	}
	s.eventually("another in its place", func() bool {
		pids := s.stats.PIDs()
		return len(pids) == 1 && pids[0] != pid
	})
	if second := s.ask(s.dial(), "pid"); second == first {
		t.Errorf("process %s still serves", second)
	}
}

func TestACapOnConnectionsIsSharedOut(t *testing.T) {
	for _, c := range []struct {
		n, most int
		want    []int
	}{{3, 0, []int{0, 0, 0}}, {3, 7, []int{3, 2, 2}}, {3, 3, []int{1, 1, 1}}, {3, 2, []int{1, 1}}} {
		var got []int
		for _, config := range configure(c.n, echo.Options{MaxConnections: c.most}) {
			got = append(got, config.MaxConnections)
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%d connections in %d processes: %v, want %v", c.most, c.n, got, c.want)
		}
	}
	s := serve(t, 1, echo.Options{MaxConnections: 1})
	s.ask(s.dial(), "line\n")
	if got, _ := io.ReadAll(s.dial()); len(got) > 0 {
		t.Errorf("the second connection got %q", got)
	}
	if c := s.stats.Read(); c.Rejected != 1 {
		t.Errorf("counted %+v", c)
	}
}

func TestOptionsCrossToAnotherProcessUnlessTheyCannot(t *testing.T) {
	cross := echo.Options{ReadSize: 1, IdleTimeout: 2, WriteTimeout: 3, MaxConnections: 4, Grace: 5}
	given := cross
	given.Stats, given.Log = new(echo.Stats), slog.Default()
	given.Transform = func(message []byte) []byte { return message }
	text, err := json.Marshal(config{Options: given, Log: true})
	if err != nil {
		t.Fatal(err)
	}
	var got config
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if want := (config{Options: cross, Log: true}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v crossed as %s, which is %+v", given, text, got)
	}
}

func TestWhatAProcessLogsIsLoggedHere(t *testing.T) {
	log := new(lockedBuffer)
	entry{Level: slog.LevelWarn, Message: "accepting failed", Attrs: []string{"listener", "here"}}.
		log(slog.New(slog.NewTextHandler(log, nil)), 7)
	if got := log.String(); !strings.Contains(got, `level=WARN msg="accepting failed" process=7 listener=here`) {
		t.Errorf("logged %q", got)
	}
	var sent entry
	slog.New(forwarder{func(e entry) { sent = e }}).Warn("failed", "error", errors.New("why"), "count", 3)
	if fmt.Sprint(sent) != "{WARN failed [error why count 3]}" {
		t.Errorf("sent %v", sent)
	}
}

func TestProcessesEndWithTheirParent(t *testing.T) {
	parent := self(t, "parent")
	parent.Stderr = new(strings.Builder)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Scan()
	conn, err := net.Dial("tcp", lines.Text()) // one of them is in the middle of serving
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	var pids []int
	for lines.Scan() {
		pid, _ := strconv.Atoi(lines.Text())
		pids = append(pids, pid)
	}
	if len(pids) != 2 {
		t.Errorf("the processes are %v", pids)
	}
	_ = parent.Process.Kill()
	// Wait reads the standard error that the processes share with the parent, and
	// so it returns when the last of them has exited.
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = parent.Wait()
	}()
	select {
	case <-ended:
	case <-time.After(hang):
		t.Fatalf("the processes %v outlive their parent", pids)
	}
}

func TestWhatCannotBeServedIsSaidAndClosesTheListener(t *testing.T) {
	for _, c := range []struct {
		want string
		act  string
		n    int
		o    echo.Options
		wrap bool
	}{
		{want: "serve from 0 processes: use 1 or more"},
		{want: "Options.Transform cannot cross", n: 1, o: echo.Options{Transform: transform}},
		{want: "Options.ReadSize is -1", n: 1, o: echo.Options{ReadSize: -1}},
		{want: "has none to pass on; use one of net.Listen", n: 1, wrap: true},
		{want: "ended before it reached prefork.Hook (exit status 7): call it first thing", n: 1, act: "exit"},
		{want: "ended before it reached prefork.Hook (exit status 0): call it first thing", n: 1, act: "unhooked"},
	} {
		t.Run(c.want, func(t *testing.T) {
			if c.act != "" {
				t.Setenv(actVariable, c.act)
			}
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			given := ln
			if c.wrap {
				given = struct{ net.Listener }{ln}
			}
			if err := Serve(t.Context(), given, c.n, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("the listener is still open: %v", err)
			}
		})
	}
}

func TestADeadProcessIsReplacedWhileADaemonHoldsItsDescriptors(t *testing.T) {
	s := serve(t, 1, echo.Options{})
	first := s.stats.PIDs()[0]
	daemon, err := strconv.Atoi(s.ask(s.dial(), "daemon"))
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Kill(daemon, syscall.SIGKILL)
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.eventually("another in its place", func() bool {
		pids := s.stats.PIDs()
		return len(pids) == 1 && pids[0] != first
	})
	if err := syscall.Kill(daemon, 0); err != nil {
		t.Errorf("the daemon was to hold the descriptors open: %v", err)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
}

func TestAServerWorksBesideAPartOfTheProgramThatWaitsForAnyChild(t *testing.T) {
	program := self(t, "waits for any child")
	said := &proc.Tail{Most: 1 << 12}
	program.Stderr = said
	if err := proc.Run(t.Context(), program); err != nil {
		t.Errorf("%v: %s", err, said)
	}
}

// waitForAny serves beside what takes the state of every child, and lets a process
// die.
func waitForAny() {
	go func() {
		for {
			if _, err := syscall.Wait4(-1, nil, 0, nil); err != nil {
				time.Sleep(100 * time.Microsecond) // there is none
			}
		}
	}()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	var stats echo.Stats
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, ln, 1, echo.Options{Stats: &stats}) }()
	for last, generation := 0, 0; generation < 6; time.Sleep(time.Millisecond) {
		if pids := stats.PIDs(); len(pids) == 1 && pids[0] != last {
			last = pids[0]
			if generation++; generation < 6 { // the last one drains
				_ = syscall.Kill(last, syscall.SIGKILL)
			}
		}
	}
	cancel()
	if err := <-ended; err != nil { // that a process drained well is known from its report
		panic(err)
	}
	os.Exit(0)
}

func TestAProcessThatHangsBeforeItServesDelaysNoDrain(t *testing.T) {
	t.Setenv(actVariable, "hang")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- Serve(ctx, ln, 2, echo.Options{}) }()
	cancel()
	select {
	case err := <-result:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(hang):
		t.Fatal("the drain hangs")
	}
}

func TestWithoutTheHookServeReturnsAdvice(t *testing.T) {
	out, err := self(t, "unhooked").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(out), ErrNoHook.Error()) {
		t.Errorf("Serve printed %q", out)
	}
}

func TestHookIsCalledOnce(t *testing.T) {
	defer func() {
		if value := recover(); value == nil {
			t.Error("a second Hook was taken")
		}
	}()
	Hook(nil)
}
