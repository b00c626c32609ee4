package conformance

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/echo"
)

// A withdrawal is a promise that a server may withdraw, and how to see that it
// is not kept. What is withdrawn without need would keep readers from a server
// that is better than it says.
type withdrawal struct {
	promise   string
	withdrawn func(echo.Traits) bool

	// attempts is how often to look before the promise counts as kept. It is 1
	// where what breaks it follows from how the server is made.
	attempts int

	// broken looks once.
	broken func(t testing.TB, w way) bool
}

// withdrawals has one for every value of echo.Traits but echo.PanicServer: that
// a panic ends the server is seen on the command, whose process it ends.
var withdrawals = []withdrawal{
	{
		"a panic costs its own connection", func(v echo.Traits) bool { return v.Panic == echo.PanicProcess },
		1, panicEndsOthers,
	},
	{
		// The end of the sending side is seen while the answer is under way,
		// unless the loop was slow.
		"who has closed the sending side is answered in full", func(v echo.Traits) bool { return v.HalfClose == echo.HalfCloseCut },
		20, halfCloseCuts,
	},
	{
		// By chance alone: what has arrived is lost if the loop has not read it
		// when the drain looks at who is idle, about every second time.
		"a drain answers what has arrived", func(v echo.Traits) bool { return v.Drain == echo.DrainMayLose },
		100, drainLoses,
	},
	{
		"no more is read than one message from who never reads", func(v echo.Traits) bool { return v.Pressure == echo.PressureBuffers },
		1, pressureFills,
	},
}

// keptInVain lists the promises that w withdraws and keeps.
func keptInVain(t testing.TB, w way) (kept []string) {
	for _, p := range withdrawals {
		if !p.withdrawn(w.traits()) {
			continue
		}
		broken := false
		for attempt := 0; attempt < p.attempts && !broken; attempt++ {
			if broken = p.broken(t, w); broken {
				t.Logf("not kept: %s (attempt %d)", p.promise, attempt+1)
			}
		}
		if !broken {
			kept = append(kept, fmt.Sprintf("%s, in each of %d attempts to see it broken", p.promise, p.attempts))
		}
	}
	return kept
}

func TestAPromiseThatIsWithdrawnIsNotKept(t *testing.T) {
	each(t, func(t *testing.T, w way) {
		if w.traits() == (echo.Traits{}) {
			t.Skip("it withdraws none")
		}
		t.Parallel()
		for _, promise := range keptInVain(t, w) {
			t.Errorf("%s keeps what it withdraws: %s", w.name, promise)
		}
	})
}

// modest serves with a goroutine for each connection, which survives a panic,
// and withdraws promises that it keeps.
func modest(v echo.Traits) way {
	return way{name: "modest", server: &echo.Server{
		Name: "modest", Limit: echo.LimitNone, Traits: v,
		Serve: func(ctx context.Context, ln net.Listener, _ int, o echo.Options) error {
			return echo.Serve(ctx, ln, func(task func()) error {
				go func() {
					defer func() { _ = recover() }()
					task()
				}()
				return nil
			}, o)
		},
	}}
}

func TestAPromiseThatIsWithdrawnAndKeptIsFound(t *testing.T) {
	for want, v := range map[string]echo.Traits{
		"a panic costs":           {Panic: echo.PanicProcess},
		"who has closed the send": {HalfClose: echo.HalfCloseCut},
		"a drain answers":         {Drain: echo.DrainMayLose},
		"no more is read than":    {Pressure: echo.PressureBuffers},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			if kept := keptInVain(t, modest(v)); len(kept) != 1 || !strings.HasPrefix(kept[0], want) {
				t.Errorf("found %q", kept)
			}
		})
	}
	if kept := keptInVain(t, modest(echo.Traits{})); len(kept) != 0 {
		t.Errorf("found %q of who withdraws nothing", kept)
	}
}

// panicEndsOthers tells whether a panic ends a connection beside, with as few
// processes or places as can serve both.
func panicEndsOthers(t testing.TB, w way) bool {
	o := echo.Options{}
	if w.server.Limit != echo.LimitProcesses {
		o.Transform = fragile // processes have it from TestMain
	}
	server := w.start(t, 1, o)
	server.panics = true
	beside, fatally := server.dial(t), server.dial(t)
	exchange(t, beside, "before")
	if _, err := io.WriteString(fatally, fatal); err != nil {
		t.Fatal(err)
	}
	ended(t, fatally)
	if _, err := io.WriteString(beside, "after"); err != nil {
		return true
	}
	_, err := io.ReadFull(beside, make([]byte, len("after")))
	return err != nil
}

// halfCloseCuts tells whether somebody who closes the sending side gets less
// than all.
func halfCloseCuts(t testing.TB, w way) bool {
	server := w.start(t, 1, echo.Options{})
	defer server.stop()
	text := bytes.Repeat([]byte("the last words "), 20000)
	conn := server.dial(t)
	defer conn.Close()
	got, err := converse(conn, text, true, 1<<16)
	return err != nil || !bytes.Equal(got, mapped(text))
}

// drainLoses tells whether a message that was sent before the drain remains
// without an answer.
func drainLoses(t testing.TB, w way) (lost bool) {
	const clients = 16
	server := w.start(t, clients, echo.Options{Grace: patience})
	defer server.stop()
	conns := make([]*net.TCPConn, clients)
	for i := range conns {
		conns[i] = server.dial(t)
		exchange(t, conns[i], "before")
	}
	for _, conn := range conns {
		if _, err := io.WriteString(conn, "last"); err != nil {
			t.Fatal(err)
		}
	}
	server.drain()
	for _, conn := range conns {
		if _, err := io.ReadFull(conn, make([]byte, len("last"))); err != nil {
			lost = true
		}
		_ = conn.Close()
	}
	return lost
}

// pressureFills tells whether a server takes more from somebody who never reads
// than the kernel's buffers on both sides hold.
func pressureFills(t testing.TB, w way) bool {
	const most, stuck = 64 << 20, 500 * time.Millisecond
	server := w.start(t, 1, echo.Options{WriteTimeout: patience})
	conn := server.dial(t)
	defer conn.Close()
	_ = conn.SetLinger(0)
	chunk := bytes.Repeat([]byte("x"), 1<<16)
	for sent := 0; sent < most; {
		if err := conn.SetWriteDeadline(time.Now().Add(stuck)); err != nil {
			t.Fatal(err)
		}
		n, err := conn.Write(chunk)
		sent += n
		if e, ok := err.(net.Error); ok && e.Timeout() {
			return false
		}
		if err != nil {
			t.Fatalf("after %d bytes: %v", sent, err)
		}
	}
	return true
}
