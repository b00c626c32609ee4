package pooled_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/processes"
	"github.com/poolbench/poolbench/strategies/remote"
)

func TestMain(m *testing.M) {
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	processes.Hook(pooled.Kind)
	goleak.VerifyTestMain(m)
}

// textbook is a pool in this process that keeps a panic for whoever closes it.
type textbook struct {
	tasks  chan func()
	ended  chan struct{}
	caught any
}

func openTextbook(int) (strategies.Pool, error) {
	p := &textbook{tasks: make(chan func()), ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		for task := range p.tasks {
			p.run(task)
		}
	}()
	return p, nil
}

func (p *textbook) run(task func()) {
	defer func() {
		if value := recover(); value != nil {
			p.caught = value
		}
	}()
	task()
}

func (p *textbook) Go(task func()) error {
	p.tasks <- task
	return nil
}

func (p *textbook) Close() error {
	close(p.tasks)
	<-p.ended
	if p.caught != nil {
		panic(p.caught)
	}
	return nil
}

// serving serves under s, lets use talk to it, drains, and returns what Serve
// returned.
func serving(t *testing.T, s *strategies.Strategy, o echo.Options, use func(addr string)) error {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, drain := context.WithCancel(t.Context())
	defer drain()
	served := make(chan error, 1)
	go func() { served <- pooled.Serve(ctx, ln, s, 1, o) }()
	use(ln.Addr().String())
	drain()
	return <-served
}

// converse sends text, says that there is no more, and returns the answer.
func converse(t *testing.T, addr, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	_ = conn.(*net.TCPConn).CloseWrite()
	answer, _ := io.ReadAll(conn) // a connection whose task panicked may be reset
	return string(answer)
}

func TestAPoolInThisProcessServesBothUnits(t *testing.T) {
	s := &strategies.Strategy{Name: "textbook", Open: openTextbook}
	for _, unit := range []echo.Dispatch{echo.PerConnection, echo.PerMessage} {
		err := serving(t, s, echo.Options{Dispatch: unit}, func(addr string) {
			if got := converse(t, addr, "grüße"); got != "GRüßE" {
				t.Errorf("%v: answered %q", unit, got)
			}
		})
		if err != nil {
			t.Errorf("%v: %v", unit, err)
		}
	}
}

func TestAPoolOfProcessesServesMessagesAndTellsWhoWorks(t *testing.T) {
	s := &strategies.Strategy{Name: "processes", OpenRemote: processes.Open}
	var stats echo.Stats
	err := serving(t, s, echo.Options{Stats: &stats}, func(addr string) {
		if got := converse(t, addr, "grüße"); got != "GRüßE" {
			t.Errorf("answered %q", got)
		}
		if pids := stats.PIDs(); len(pids) != 1 || pids[0] == os.Getpid() {
			t.Errorf("the processes are %v", pids)
		}
	})
	if err != nil {
		t.Error(err)
	}
	if c := stats.Read(); c.Messages == 0 || c.BytesOut != uint64(len("grüße")) {
		t.Errorf("counted %+v", c)
	}
	if pids := stats.PIDs(); len(pids) != 0 {
		t.Errorf("the processes %v are left", pids)
	}
}

func TestAPanicThatThePoolKeepsIsReturned(t *testing.T) {
	s := &strategies.Strategy{Name: "textbook", Open: openTextbook}
	boom := func([]byte) []byte { panic("boom") }
	err := serving(t, s, echo.Options{Transform: boom}, func(addr string) {
		if got := converse(t, addr, "x"); got != "" {
			t.Errorf("answered %q", got)
		}
	})
	var told *pooled.PanicError
	if !errors.As(err, &told) || told.Value != "boom" || !strings.Contains(err.Error(), "the pool of textbook") {
		t.Errorf("got %v", err)
	}
}

func TestWhatCannotBeServedClosesTheListener(t *testing.T) {
	broken := errors.New("no workers today")
	for want, s := range map[string]*strategies.Strategy{
		"serve under pool: no workers today": {Name: "pool", Open: func(int) (strategies.Pool, error) { return nil, broken }},
		"serve under far: no workers today":  {Name: "far", OpenRemote: func(int) (remote.Pool, error) { return nil, broken }},
		"cannot cross to another process":    {Name: "processes", OpenRemote: processes.Open},
	} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		o := echo.Options{}
		if strings.Contains(want, "cross") {
			o.Transform = func(message []byte) []byte { return message }
		}
		if err := pooled.Serve(t.Context(), ln, s, 1, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: the listener is still open: %v", s.Name, err)
		}
	}
}
