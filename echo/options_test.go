package echo_test

import (
	"context"
	"errors"
	"flag"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/echo"
)

func TestWhatCannotBeServedIsSaidBeforeAnythingIsAccepted(t *testing.T) {
	run := func(task func()) error { task(); return nil }
	pass := func(message []byte, done func([]byte, error)) error { done(message, nil); return nil }
	for want, serve := range map[string]func(context.Context, net.Listener) error{
		"run is nil": func(ctx context.Context, ln net.Listener) error {
			return echo.Serve(ctx, ln, nil, echo.Options{})
		},
		"transform is nil": func(ctx context.Context, ln net.Listener) error {
			return echo.ServeRemote(ctx, ln, nil, echo.Options{})
		},
		"0 accept loops": func(ctx context.Context, ln net.Listener) error {
			return echo.ServeAcceptors(ctx, ln, 0, echo.Options{})
		},
		"Options.Dispatch is 2": func(ctx context.Context, ln net.Listener) error {
			return echo.Serve(ctx, ln, run, echo.Options{Dispatch: 2})
		},
		"Options.ReadSize is -1": func(ctx context.Context, ln net.Listener) error {
			return echo.ServeRemote(ctx, ln, pass, echo.Options{ReadSize: -1})
		},
	} {
		if err := serve(t.Context(), newMemory()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

func TestHandleClosesTheConnectionItCannotServe(t *testing.T) {
	client, server := net.Pipe()
	if err := echo.Handle(t.Context(), server, echo.Options{ReadSize: -1}); err == nil {
		t.Error("a negative ReadSize was taken")
	}
	ended(t, client)
}

func TestAUnitIsAFlag(t *testing.T) {
	for _, unit := range units {
		var got echo.Dispatch = -1
		flags := flag.NewFlagSet("", flag.ContinueOnError)
		flags.SetOutput(io.Discard)
		flags.TextVar(&got, "unit", echo.PerConnection, "")
		if err := flags.Parse([]string{"-unit", unit.String()}); err != nil || got != unit {
			t.Errorf("%v: got %v, %v", unit, got, err)
		}
		if err := flags.Parse([]string{"-unit", "packet"}); err == nil || !strings.Contains(err.Error(), "use connection or message") {
			t.Errorf("packet: %v", err)
		}
	}
}

func TestARemotePoolsFailureOrRefusalCostsTheConnection(t *testing.T) {
	broken := errors.New("the worker died")
	server := start(t, echo.Options{}, func(ctx context.Context, ln net.Listener, o echo.Options) error {
		return echo.ServeRemote(ctx, ln, func(message []byte, done func([]byte, error)) error {
			switch string(message) {
			case "refuse":
				return errFull
			case "fail":
				go done(nil, broken)
			default:
				go done(mapped(message), nil)
			}
			return nil
		}, o)
	})
	other := dial(t, server)
	exchange(t, other, "before", "BEFORE")
	for _, message := range []string{"refuse", "fail"} {
		conn := dial(t, server)
		if _, err := io.WriteString(conn, message); err != nil {
			t.Fatal(err)
		}
		ended(t, conn)
	}
	exchange(t, other, "after", "AFTER")
	server.eventually(t, "one refusal and one failure", func(c echo.Counts) bool {
		return c.Rejected == 1 && c.Failed == 1 && c.Active == 1
	})
}

func TestServersMayShareTheirStats(t *testing.T) {
	var stats echo.Stats
	first := startPool(t, echo.Options{Stats: &stats}, goroutines())
	second := startPool(t, echo.Options{Stats: &stats, Dispatch: echo.PerMessage}, goroutines())
	exchange(t, dial(t, first), "abc", "ABC")
	exchange(t, dial(t, second), "de", "DE")
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	first.eventually(t, "the counts of both, and one connection left", func(c echo.Counts) bool {
		return c.Accepted == 2 && c.Messages == 2 && c.BytesIn == 5 && c.BytesOut == 5 && c.Active == 1
	})
}
