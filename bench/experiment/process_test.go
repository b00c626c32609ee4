package experiment

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/strategies/proc"
)

// patient is longer than any process of these tests is busy, brief is what is
// given to those that hang.
const (
	patient = hang
	brief   = 2 * time.Second
)

func self(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd, err := proc.Self(args...)
	if err != nil {
		t.Fatal(err)
	}
	return cmd
}

// start starts a process and checks at the end of the test that nothing is
// left of it.
func start(t *testing.T, patience time.Duration, sides ...sideSpec) (*Process, error) {
	t.Helper()
	p, err := Start(t.Context(), self(t, "host"), sides, patience)
	if err == nil {
		cleanUp(t, p)
	}
	return p, err
}

// cleanUp closes the process at the end of the test, and then nothing may be
// left of it.
func cleanUp(t *testing.T, p *Process) {
	name := p.progress.Name()
	t.Cleanup(func() {
		p.Close()
		select {
		case <-p.child.Done():
		default:
			t.Error("the process lives on after Close")
		}
		if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the progress file is left: %v", err)
		}
		if left := group(p.child.PID()); len(left) > 0 {
			t.Errorf("processes of its group are left: %v", left)
		}
	})
}

func mustStart(t *testing.T, patience time.Duration, sides ...sideSpec) *Process {
	t.Helper()
	p, err := start(t, patience, sides...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// blames fails the test unless err blames that side and says all of want.
func blames(t *testing.T, err error, side int, want ...string) {
	t.Helper()
	var blamed *SideError
	if !errors.As(err, &blamed) {
		t.Fatalf("error %v blames nobody, want side %d", err, side)
	}
	if blamed.Side != side {
		t.Errorf("side %d is blamed, want %d: %v", blamed.Side, side, err)
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
}

// A gate is where processes wait that a test wants to know of.
type gate struct {
	net.Listener
	t *testing.T
}

func newGate(t *testing.T) *gate {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return &gate{listener, t}
}

func (g *gate) address() string { return g.Addr().String() }

// arrive waits for a process to stand at the gate and says who it is. Closing
// the connection lets it go on.
func (g *gate) arrive() (conn net.Conn, who string) {
	if err := g.Listener.(*net.TCPListener).SetDeadline(time.Now().Add(hang)); err != nil {
		g.t.Error(err)
	}
	conn, err := g.Accept()
	if err != nil {
		g.t.Errorf("nobody comes to the gate: %v", err)
		return nil, ""
	}
	g.t.Cleanup(func() { conn.Close() })
	who, err = bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		g.t.Errorf("somebody came to the gate and went: %v", err)
	}
	return conn, strings.TrimSpace(who)
}

// arriveAll waits for the side and its grandchild.
func (g *gate) arriveAll() (side, grandchild net.Conn) {
	for range 2 {
		conn, who := g.arrive()
		switch who {
		case "side":
			side = conn
		case "grandchild":
			grandchild = conn
		}
	}
	return side, grandchild
}

// gone waits until the process at the other end has ended.
func gone(t *testing.T, conn net.Conn) {
	t.Helper()
	if conn == nil {
		t.Fatal("it never came to the gate")
	}
	if err := conn.SetReadDeadline(time.Now().Add(hang)); err != nil {
		t.Fatal(err)
	}
	var timeout net.Error
	if _, err := conn.Read(make([]byte, 1)); errors.As(err, &timeout) && timeout.Timeout() {
		t.Error("the process at the gate lives on")
	}
}

func TestSidesOfAProcessTakeTheirTurnsAsTheyWouldHere(t *testing.T) {
	t.Parallel()
	p := mustStart(t, patient, sideSpec{}, sideSpec{Turns: "fail"}, sideSpec{Turns: "print"})
	for i, err := range p.Opened() {
		if err != nil {
			t.Errorf("side %d: %v", i, err)
		}
	}
	turns, errs, err := p.Exchanges(t.Context(), 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(turns[0]) != 4 || len(turns[1]) != 0 || len(turns[2]) != 4 {
		t.Errorf("turns %v, want 4, none, 4", turns)
	}
	for k, turn := range turns[0] {
		if turn.Ops != k+1 || turn.Wall != time.Millisecond || turn.Values["turns"] != float64(k+1) {
			t.Errorf("turn %d came as %+v", k+1, turn)
		}
	}
	if errs[0] != nil || errs[2] != nil || errs[1] == nil || !strings.Contains(errs[1].Error(), "exchange 2 of 4: it fails") {
		t.Errorf("errors %v", errs)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestASideThatCannotBeOpenedDoesNotKeepTheOthersFromTheirTurns(t *testing.T) {
	t.Parallel()
	p := mustStart(t, patient, sideSpec{Opens: "fail"}, sideSpec{})
	if errs := p.Opened(); errs[0] == nil || errs[1] != nil {
		t.Errorf("opened: %v, want an error of the first side", errs)
	}
	turns, errs, err := p.Exchanges(t.Context(), 3, 1)
	if err != nil || len(turns) != 2 || len(turns[1]) != 3 || errs[0] == nil || errs[1] != nil {
		t.Errorf("Exchanges() = %v, %v, %v; want three turns of the second side", turns, errs, err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestTurnsAreHandedRoundBetweenProcesses(t *testing.T) {
	t.Parallel()
	var sides []Side
	for range 2 {
		sides = append(sides, mustStart(t, patient, sideSpec{}).Side(t.Context(), 0))
	}
	turns, errs := Exchanges(Order(1), sides, 3)
	for i, side := range sides {
		if len(turns[i]) != 3 || errs[i] != nil {
			t.Errorf("side %d: %v, %v; want three turns", i, turns[i], errs[i])
		}
		for range 2 { // a second time it does nothing
			if err := side.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestASideThatIsNotThereIsAnErrorAndNotTheProcesssDeath(t *testing.T) {
	t.Parallel()
	p := mustStart(t, patient, sideSpec{})
	for _, index := range []int{-1, 1} {
		if _, err := p.Side(t.Context(), index).Turn(); err == nil || !strings.Contains(err.Error(), "no such side") {
			t.Errorf("side %d: %v", index, err)
		}
	}
	if _, err := p.Side(t.Context(), 0).Turn(); err != nil {
		t.Error(err)
	}
}

// misdeeds are the ways in which a side can ruin the process that holds it.
var misdeeds = []struct {
	act  string
	want string
	slow bool // has to be waited for
}{
	{act: "exit", want: "it leaves"},
	{act: "panic", want: "panic: it panics"},
	{act: "nonsense", want: "malformed reply"},
	{act: "hang", want: "hung", slow: true},
}

func TestTheSideThatEndsItsProcessIsBlamed(t *testing.T) {
	t.Parallel()
	for _, deed := range misdeeds {
		patience := patient
		if deed.slow {
			patience = brief
		}
		t.Run(deed.act+" when opened", func(t *testing.T) {
			t.Parallel()
			_, err := start(t, patience, sideSpec{}, sideSpec{Opens: deed.act}, sideSpec{})
			blames(t, err, 1, deed.want)
		})
		t.Run(deed.act+" in a turn", func(t *testing.T) {
			t.Parallel()
			p := mustStart(t, patience, sideSpec{}, sideSpec{Turns: deed.act}, sideSpec{})
			_, _, err := p.Exchanges(t.Context(), 3, 1)
			blames(t, err, 1, deed.want)
			if err := p.Close(); err != nil {
				t.Errorf("closing a process that is gone: %v", err)
			}
		})
		t.Run(deed.act+" in a turn of its own process", func(t *testing.T) {
			t.Parallel()
			side := mustStart(t, patience, sideSpec{Turns: deed.act}).Side(t.Context(), 0)
			if _, err := side.Turn(); err != nil {
				t.Fatal(err)
			}
			_, err := side.Turn()
			blames(t, err, 0, deed.want)
			if _, err := side.Turn(); err == nil {
				t.Error("a turn of a process that is gone gives no error")
			}
		})
		t.Run(deed.act+" when closed", func(t *testing.T) {
			t.Parallel()
			p := mustStart(t, patience, sideSpec{}, sideSpec{Closes: deed.act}, sideSpec{})
			if _, _, err := p.Exchanges(t.Context(), 3, 1); err != nil {
				t.Fatal(err)
			}
			want := deed.want
			if deed.act == "nonsense" {
				want = "failed when it was closed" // no reply is due any more
			}
			blames(t, p.Close(), 1, want)
		})
	}
}

func TestASideWhoseCloseFailsIsBlamed(t *testing.T) {
	t.Parallel()
	p := mustStart(t, patient, sideSpec{}, sideSpec{Closes: "fail"}, sideSpec{})
	blames(t, p.Close(), 1, "it fails")
}

func TestAForgedReplyIsNoReply(t *testing.T) {
	t.Parallel()
	p := mustStart(t, patient, sideSpec{}, sideSpec{Turns: "reply"})
	_, _, err := p.Exchanges(t.Context(), 3, 1)
	blames(t, err, 1, "malformed reply")
}

func TestAProcessThatDoesNotHostIsAnError(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		cmd      *exec.Cmd
		patience time.Duration
		want     string
	}{
		"it exits":        {self(t, "gone"), patient, "exit status 4"},
		"it is silent":    {self(t, "silent"), brief, "did not reach experiment.Host within 2s"},
		"there is none":   {exec.Command("./no-such-program"), patient, "no-such-program"},
		"it has no cells": {self(t, "-test.run=^$"), patient, "ended before it reached experiment.Host (exit status 0)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := Start(t.Context(), row.cmd, []sideSpec{{}}, row.patience)
			if err == nil {
				p.Close()
				t.Fatal("started")
			}
			var blamed *SideError
			if errors.As(err, &blamed) {
				t.Errorf("side %d is blamed for a process that never got to it: %v", blamed.Side, err)
			}
			if !strings.Contains(err.Error(), row.want) {
				t.Errorf("error %q does not say %q", err, row.want)
			}
		})
	}
}

func TestASpecificationThatCannotBeReadFailsStart(t *testing.T) {
	t.Parallel()
	if _, err := Start(t.Context(), self(t, "host"), "no sides", patient); err == nil || !strings.Contains(err.Error(), "read the sides") {
		t.Errorf("host: %v", err)
	}
	if _, err := Start(t.Context(), self(t, "host"), func() {}, patient); err == nil || !strings.Contains(err.Error(), "describe") {
		t.Errorf("a func as specification: %v", err)
	}
}

func TestWhatAProcessStartedIsEndedWithIt(t *testing.T) {
	t.Parallel()
	if !killsGroups {
		t.Skip("no process groups on this platform")
	}
	t.Run("when it dies", func(t *testing.T) {
		t.Parallel()
		g := newGate(t)
		p := mustStart(t, patient, sideSpec{}, sideSpec{Turns: "fork", Gate: g.address()})
		grandchild := make(chan net.Conn, 1)
		go func() {
			side, other := g.arriveAll()
			side.Close()
			grandchild <- other
		}()
		_, _, err := p.Exchanges(t.Context(), 3, 1)
		blames(t, err, 1, "exit status 3")
		gone(t, <-grandchild)
	})
	t.Run("when it hangs", func(t *testing.T) {
		t.Parallel()
		g := newGate(t)
		p := mustStart(t, brief, sideSpec{}, sideSpec{Turns: "fork", Gate: g.address()})
		grandchild := make(chan net.Conn, 1)
		go func() {
			_, other := g.arriveAll()
			grandchild <- other
		}()
		_, _, err := p.Exchanges(t.Context(), 3, 1)
		blames(t, err, 1, "hung")
		gone(t, <-grandchild)
	})
}

func TestTheDeathOfAProcessIsSeenThoughAGrandchildThatGotAwayHoldsItsOutput(t *testing.T) {
	t.Parallel()
	if !killsGroups {
		t.Skip("no process groups on this platform")
	}
	g := newGate(t)
	p := mustStart(t, patient, sideSpec{}, sideSpec{Turns: "escape", Gate: g.address()})
	go func() {
		side, _ := g.arriveAll() // the other is let go at the end of the test
		side.Close()
	}()
	_, _, err := p.Exchanges(t.Context(), 3, 1)
	blames(t, err, 1, "the process died")
}

func TestAProcessIsKilledWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	ctx, cancel := context.WithCancel(t.Context())
	p := mustStart(t, patient, sideSpec{}, sideSpec{Turns: "hold", Gate: g.address()})
	var held net.Conn
	go func() {
		held, _ = g.arrive()
		cancel()
	}()
	_, _, err := p.Exchanges(ctx, 3, 1)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Exchanges() = %v, want the context's end", err)
	}
	<-ctx.Done()
	gone(t, held)
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	ctx, cancel := context.WithCancel(t.Context())
	var held net.Conn
	go func() {
		held, _ = g.arrive()
		cancel()
	}()
	_, err := Start(ctx, self(t, "host"), []sideSpec{{Opens: "hold", Gate: g.address()}}, patient)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Start() = %v, want the context's end", err)
	}
	gone(t, held)
}

// A process that goes on is not hung, however long all its turns take
// together: patience is for one.
func TestPatienceIsForOneTurn(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	const patience = brief
	sides := make([]sideSpec, 8)
	for i := range sides {
		sides[i] = sideSpec{Turns: "hold", Gate: g.address()}
	}
	p := mustStart(t, patience, sides...)
	go func() {
		for range sides {
			conn, _ := g.arrive()
			time.AfterFunc(patience/6, func() { conn.Close() })
		}
	}()
	begin := time.Now()
	_, errs, err := p.Exchanges(t.Context(), 2, 1)
	if err != nil || slices.ContainsFunc(errs, func(err error) bool { return err != nil }) {
		t.Errorf("killed after %v: %v, %v", time.Since(begin), err, errs)
	}
}

// This test runs before the parallel ones, so that files and goroutines can be
// counted.
func TestNothingOfAProcessIsLeftOpen(t *testing.T) {
	once := func() {
		for _, s := range []sideSpec{{}, {Turns: "exit"}, {Turns: "nonsense"}, {Opens: "exit"}, {Closes: "exit"}} {
			p, err := Start(t.Context(), self(t, "host"), []sideSpec{{}, s}, patient)
			if err != nil {
				continue
			}
			_, _, _ = p.Exchanges(t.Context(), 3, 1)
			p.Close()
		}
	}
	once()
	before := openFiles(t)
	for range 3 {
		once()
	}
	if now := openFiles(t); now > before {
		t.Errorf("%d files were open before, %d are after 15 processes", before, now)
	}
}

// openFiles counts this process's open files, 0 where they cannot be counted.
func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}
