package echo_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/echo"
)

// A way of serving, whatever the strategy.
type way struct {
	name  string
	start func(testing.TB, echo.Options) *started
}

// ways are all of them. With that limit, as many connections can be served at
// once.
func ways(limit int) []way {
	var all []way
	for _, unit := range units {
		for _, pool := range runners {
			all = append(all, way{unit.String() + "/" + pool.name, func(t testing.TB, o echo.Options) *started {
				o.Dispatch = unit
				return startPool(t, o, pool.open(limit))
			}})
		}
	}
	all = append(all, ownLoops(limit)...)
	return append(all,
		way{"message/inline", func(t testing.TB, o echo.Options) *started {
			o.Dispatch = echo.PerMessage
			return startPool(t, o, inline())
		}},
		way{"remote", startRemote},
		way{"acceptors", func(t testing.TB, o echo.Options) *started {
			return start(t, o, func(ctx context.Context, ln net.Listener, o echo.Options) error {
				return echo.ServeAcceptors(ctx, ln, limit, o)
			})
		}},
		way{"handle", startHandle},
	)
}

// startRemote answers from a goroutine of its own, as a pool of processes does.
func startRemote(t testing.TB, o echo.Options) *started {
	return start(t, o, func(ctx context.Context, ln net.Listener, o echo.Options) error {
		return echo.ServeRemote(ctx, ln, func(message []byte, done func([]byte, error)) error {
			go done(mapped(message), nil)
			return nil
		}, o)
	})
}

// startHandle accepts by itself, as a server that owns its socket does.
func startHandle(t testing.TB, o echo.Options) *started {
	return start(t, o, func(ctx context.Context, ln net.Listener, o echo.Options) error {
		pool := goroutines()
		defer pool.close()
		defer context.AfterFunc(ctx, func() { _ = ln.Close() })()
		for {
			conn, err := ln.Accept()
			if errors.Is(err, net.ErrClosed) {
				return nil
			} else if err != nil {
				return err
			}
			_ = pool.run(func() {
				if err := echo.Handle(ctx, conn, o); err != nil {
					t.Errorf("Handle: %v", err)
				}
			})
		}
	})
}

// cut sends text in chunks of those lengths, over and over, and then closes
// the sending side.
func cut(conn *net.TCPConn, text []byte, lengths []int) error {
	for i := 0; len(text) > 0; i++ {
		n := min(lengths[i%len(lengths)], len(text))
		if _, err := conn.Write(text[:n]); err != nil {
			return err
		}
		text = text[n:]
	}
	return conn.CloseWrite()
}

// converse sends text cut so and returns everything that is answered.
func converse(conn *net.TCPConn, text []byte, lengths []int) ([]byte, error) {
	sent := make(chan error, 1)
	go func() { sent <- cut(conn, text, lengths) }()
	got, err := io.ReadAll(conn)
	return got, errors.Join(err, <-sent)
}

func TestEveryWayAnswersAnyBytesInAnyChunks(t *testing.T) {
	for _, way := range ways(2) {
		t.Run(way.name, func(t *testing.T) {
			small := way.start(t, echo.Options{ReadSize: 7})
			usual := way.start(t, echo.Options{})
			rapid.Check(t, func(rt *rapid.T) {
				text := rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(rt, "text")
				lengths := rapid.SliceOfN(rapid.IntRange(1, 3000), 1, 5).Draw(rt, "lengths")
				server := rapid.SampledFrom([]*started{small, usual}).Draw(rt, "server")
				conn, err := net.Dial("tcp", server.addr)
				if err != nil {
					rt.Fatal(err)
				}
				defer func() { _ = conn.Close() }()
				got, err := converse(conn.(*net.TCPConn), text, lengths)
				if err != nil || !bytes.Equal(got, mapped(text)) {
					rt.Fatalf("answered %q, %v", got, err)
				}
			})
		})
	}
}

func FuzzServe(f *testing.F) {
	servers := []*started{
		startPool(f, echo.Options{}, goroutines()),
		startPool(f, echo.Options{Dispatch: echo.PerMessage, ReadSize: 3}, semaphore(1)),
	}
	f.Add([]byte("grüße"), uint8(2), true)
	f.Add([]byte("\xe1\xfa\x00az{`"), uint8(1), false)
	f.Fuzz(func(t *testing.T, text []byte, length uint8, second bool) {
		server := servers[0]
		if second {
			server = servers[1]
		}
		got, err := converse(dial(t, server), text, []int{int(length) + 1})
		if err != nil || !bytes.Equal(got, mapped(text)) {
			t.Errorf("answered %q, %v; want %q", got, err, mapped(text))
		}
	})
}

func TestAMebibyteIsAnsweredInFullAfterTheClientStoppedSending(t *testing.T) {
	text := bytes.Repeat([]byte("grüße, мир. "), 1<<20/16)
	for _, way := range ways(2) {
		t.Run(way.name, func(t *testing.T) {
			server := way.start(t, echo.Options{})
			got, err := converse(dial(t, server), text, []int{1 << 16})
			if err != nil || !bytes.Equal(got, mapped(text)) {
				t.Errorf("answered %d bytes of %d, or others than wanted: %v", len(got), len(text), err)
			}
			server.eventually(t, "every byte counted in and out", func(c echo.Counts) bool {
				return c.BytesIn == uint64(len(text)) && c.BytesOut == uint64(len(text)) && c.Active == 0
			})
		})
	}
}

func TestManyConnectionsAtOnceGetTheirOwnAnswers(t *testing.T) {
	const clients = 20
	for _, way := range ways(clients) {
		t.Run(way.name, func(t *testing.T) {
			server := way.start(t, echo.Options{})
			conns := make([]*net.TCPConn, clients)
			for i := range conns {
				conns[i] = dial(t, server)
			}
			for range 3 {
				for i, conn := range conns {
					exchange(t, conn, strings.Repeat(string(rune('a'+i)), i+1), strings.Repeat(string(rune('A'+i)), i+1))
				}
				slices.Reverse(conns)
			}
		})
	}
}

func TestAMessageIsAtMostReadSizeLong(t *testing.T) {
	for _, way := range ways(1) {
		t.Run(way.name, func(t *testing.T) {
			server := way.start(t, echo.Options{ReadSize: 10})
			exchange(t, dial(t, server), strings.Repeat("a", 100), strings.Repeat("A", 100))
			server.eventually(t, "ten messages or more", func(c echo.Counts) bool { return c.Messages >= 10 })
		})
	}
}

func TestNoMessageAllocates(t *testing.T) {
	for _, way := range ways(1) {
		if way.name == "remote" { // the test's transform allocates
			continue
		}
		t.Run(way.name, func(t *testing.T) {
			if raceEnabled {
				t.Skip("the race detector makes sync.Pool forget")
			}
			conn := dial(t, way.start(t, echo.Options{}))
			ping, pong := []byte("ping"), make([]byte, 4)
			got := testing.AllocsPerRun(200, func() {
				if _, err := conn.Write(ping); err != nil {
					t.Fatal(err)
				}
				if _, err := io.ReadFull(conn, pong); err != nil {
					t.Fatal(err)
				}
			})
			// Some pools of these tests allocate for each task they are given.
			ofPool := 0.0
			switch way.name {
			case "message/goroutines", "message/semaphore", "message/queueing":
				ofPool = 3
			}
			if got > ofPool {
				t.Errorf("%v allocations for a message, of which %v are the pool's", got, ofPool)
			}
		})
	}
}
