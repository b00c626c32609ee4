//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netpoll

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/echo"
)

func TestServersOfOneProgramMustAgreeOnTheirLoops(t *testing.T) {
	if err := acquire(1); err != nil {
		t.Fatal(err)
	}
	if err := acquire(1); err != nil {
		t.Errorf("a second server with as many loops: %v", err)
	}
	release()
	if err := acquire(2); err == nil || !strings.Contains(err.Error(), "runs on 1 event loops") {
		t.Errorf("a second server with other loops: %v", err)
	}
	release()
	if err := acquire(2); err != nil {
		t.Errorf("after the first has ended: %v", err)
	}
	release()
}

func TestWhatCannotBeServedIsSaidAndClosesTheListener(t *testing.T) {
	for want, c := range map[string]struct {
		loops int
		o     echo.Options
		wrap  bool
	}{
		"with 0 event loops: use 1 or more": {},
		"Options.ReadSize is -1":            {loops: 1, o: echo.Options{ReadSize: -1}},
		"listener type can't support":       {loops: 1, wrap: true},
	} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		given := ln
		if c.wrap {
			given = struct{ net.Listener }{ln}
		}
		if err := Serve(t.Context(), given, c.loops, c.o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: the listener is still open: %v", want, err)
		}
	}
}

func TestAServerThatIsStoppedBeforeItServesEnds(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, ln, 1, echo.Options{}) }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it serves on")
	}
}

func TestOneLoopIsAdvisedForTwentyCPUs(t *testing.T) {
	for cpus, want := range map[int]int{1: 1, 19: 1, 20: 2, 64: 4} {
		if got := Loops(cpus); got != want {
			t.Errorf("%d loops for %d CPUs, want %d", got, cpus, want)
		}
	}
}
