package echo_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/echo"
)

// declared is a declaration with nothing wrong.
func declared() *echo.Server {
	return &echo.Server{
		Name: "loops",
		Doc:  "accept loops\n\nUse it when\nthere is nothing better.",
		URL:  "https://example.com/loops",
		Serve: func(ctx context.Context, ln net.Listener, limit int, o echo.Options) error {
			return echo.ServeAcceptors(ctx, ln, limit, o)
		},
	}
}

func anyName(string) error { return nil }

func TestADeclarationWithNothingWrongIsValid(t *testing.T) {
	s := declared()
	if err := echo.Validate(anyName, s); err != nil {
		t.Error(err)
	}
	if title, advice := s.Title(), s.Advice(); title != "accept loops" || advice != "Use it when there is nothing better." {
		t.Errorf("title %q, advice %q", title, advice)
	}
}

func TestEverythingThatIsWrongWithDeclarationsIsSaid(t *testing.T) {
	for want, spoil := range map[string]func(*echo.Server){
		`server "loops": Doc has no title`:             func(s *echo.Server) { s.Doc = "\n\nUse it." },
		`server "loops": Doc ends after its title`:     func(s *echo.Server) { s.Doc = "accept loops\n\n" },
		`URL "loops.html" is not an absolute`:          func(s *echo.Server) { s.URL = "loops.html" },
		`Limit has no value 9`:                         func(s *echo.Server) { s.Limit = 9 },
		`Traits.Panic has no value -1`:                 func(s *echo.Server) { s.Traits.Panic = -1 },
		`Traits.Drain has no value 2`:                  func(s *echo.Server) { s.Traits.Drain = 2 },
		`Traits.HalfClose has no value 2`:              func(s *echo.Server) { s.Traits.HalfClose = 2 },
		`Traits.Pressure has no value 2`:               func(s *echo.Server) { s.Traits.Pressure = 2 },
		`Serve is nil`:                                 func(s *echo.Server) { s.Serve = nil },
		`server "pond": name: it is that of a library`: func(s *echo.Server) { s.Name = "pond" },
	} {
		s := declared()
		spoil(s)
		err := echo.Validate(func(name string) error {
			if name == "pond" {
				return errors.New("it is that of a library")
			}
			return nil
		}, s)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	err := echo.Validate(anyName, declared(), nil, declared())
	for _, want := range []string{"server 2 of 3 is nil", `server "loops" is declared twice`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestTheDefaultLimitFollowsWhatItCounts(t *testing.T) {
	for limit, want := range map[echo.Limit]int{
		echo.LimitConnections: 20, echo.LimitProcesses: 4, echo.LimitLoops: 4, echo.LimitNone: 4,
	} {
		s := echo.Server{Limit: limit}
		if got := s.DefaultLimit(4); got != want {
			t.Errorf("%v: %d on 4 CPUs, want %d", limit, got, want)
		}
		if got := s.DefaultLimit(0); got != 1 {
			t.Errorf("%v: %d without a CPU, want 1", limit, got)
		}
	}
	s := echo.Server{Advised: func(cpus int) int { return cpus / 20 }}
	if few, many := s.DefaultLimit(4), s.DefaultLimit(40); few != 1 || many != 2 {
		t.Errorf("%d and %d where 1 and 2 are advised", few, many)
	}
}
