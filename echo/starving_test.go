package echo_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"runtime"
	"testing"

	"github.com/poolbench/poolbench/echo"
)

func TestConnectionsBeyondTheLimitStarveAreCountedAndServedInTheirTurn(t *testing.T) {
	const limit, clients = 2, 7
	for _, pool := range []struct {
		name string
		open func(int) runner
	}{{"semaphore", semaphore}, {"textbook", textbook}, {"queueing", queueing}} {
		t.Run(pool.name, func(t *testing.T) {
			server := startPool(t, echo.Options{}, pool.open(limit))
			waiting := connectAndStarve(t, server, limit, clients)
			for i := clients; i > 0; i-- {
				// Whoever has a place gives it up, and the next gets it.
				_ = (<-waiting).Close()
				server.eventually(t, "one connection fewer", func(c echo.Counts) bool { return c.Active+c.Starved == i-1 })
			}
		})
	}
}

func TestAcceptorsServeTenAndTheEleventhWaits(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells how many connections nobody has accepted")
	}
	const loops = 10
	server := start(t, echo.Options{}, func(ctx context.Context, ln net.Listener, o echo.Options) error {
		return echo.ServeAcceptors(ctx, ln, loops, o)
	})
	waiting := connectAndStarve(t, server, loops, loops+1)
	_ = (<-waiting).Close()
	for range loops {
		<-waiting
	}
	server.eventually(t, "the eleventh accepted", func(c echo.Counts) bool {
		return c.Accepted == loops+1 && c.Active == loops && c.Starved == 0
	})
}

// connectAndStarve opens connections that all send, and waits until limit of
// them are served and the others starve. The channel gets them as they are
// answered.
func connectAndStarve(t *testing.T, server *started, limit, clients int) <-chan net.Conn {
	t.Helper()
	answered := make(chan net.Conn, clients)
	for range clients {
		conn := dial(t, server)
		if _, err := io.WriteString(conn, "line\n"); err != nil {
			t.Fatal(err)
		}
		go func() {
			if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || line != "LINE\n" {
				t.Errorf("answered %q, %v", line, err)
			}
			answered <- conn
		}()
	}
	server.eventually(t, "connections that starve beside those that are served", func(c echo.Counts) bool {
		return c.Active == limit && c.Starved == clients-limit && c.Messages == uint64(limit)
	})
	return answered
}

func TestMessagesThatWaitForAPlaceStarveTheirConnections(t *testing.T) {
	gate := make(chan struct{})
	server := startPool(t, echo.Options{Dispatch: echo.PerMessage, Transform: func(message []byte) []byte {
		<-gate
		return message
	}}, semaphore(1))
	first, second, idle := dial(t, server), dial(t, server), dial(t, server)
	for _, conn := range []net.Conn{first, second} {
		if _, err := io.WriteString(conn, "x"); err != nil {
			t.Fatal(err)
		}
	}
	server.eventually(t, "one in work, one starving, one idle", func(c echo.Counts) bool {
		return c.Active == 2 && c.Starved == 1
	})
	close(gate)
	exchange(t, first, "", "x")
	exchange(t, second, "", "x")
	exchange(t, idle, "y", "y")
}

func TestAPoolThatRefusesATaskCostsTheConnection(t *testing.T) {
	for _, unit := range units {
		t.Run(unit.String(), func(t *testing.T) {
			gate, begun := make(chan struct{}), make(chan struct{}, 2)
			server := startPool(t, echo.Options{Dispatch: unit, Transform: func(message []byte) []byte {
				begun <- struct{}{}
				<-gate
				return message
			}}, rejecting(1))
			served, refused := dial(t, server), dial(t, server)
			if _, err := io.WriteString(served, "x"); err != nil {
				t.Fatal(err)
			}
			<-begun
			// A refused connection is closed, or reset if it has sent already.
			_, _ = io.WriteString(refused, "x")
			server.eventually(t, "one refusal", func(c echo.Counts) bool { return c.Rejected == 1 })
			close(gate)
			ended(t, refused)
			exchange(t, served, "", "x")
			exchange(t, served, "y", "y")
		})
	}
}

func TestConnectionsBeyondTheCapAreClosedAndCounted(t *testing.T) {
	server := startPool(t, echo.Options{MaxConnections: 2}, semaphore(1))
	first := dial(t, server)
	exchange(t, first, "a", "A")
	second := dial(t, server)
	server.eventually(t, "one starving", func(c echo.Counts) bool { return c.Starved == 1 })
	ended(t, dial(t, server))
	if c := server.stats.Read(); c.Rejected != 1 || c.Accepted != 3 {
		t.Errorf("want 3 accepted and 1 of them rejected, got %+v", c)
	}
	_ = first.Close()
	exchange(t, second, "b", "B")
}
