package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/echo"
)

// cut sends text in chunks of those lengths, over and over.
func cut(conn net.Conn, text []byte, lengths ...int) error {
	for i := 0; len(text) > 0; i++ {
		n := min(lengths[i%len(lengths)], len(text))
		if _, err := conn.Write(text[:n]); err != nil {
			return err
		}
		text = text[n:]
	}
	return nil
}

// converse sends text cut so and reads as many bytes. With halfClose it closes
// the sending side when all is sent, and wants the end after the last byte.
func converse(conn *net.TCPConn, text []byte, halfClose bool, lengths ...int) ([]byte, error) {
	sent := make(chan error, 1)
	go func() {
		err := cut(conn, text, lengths...)
		if halfClose && err == nil {
			err = conn.CloseWrite()
		}
		sent <- err
	}()
	got := make([]byte, len(text))
	n, err := io.ReadFull(conn, got)
	if halfClose && err == nil {
		if _, err := conn.Read(make([]byte, 1)); err != io.EOF {
			return got, fmt.Errorf("after the last answer: %v, want the end", err)
		}
	}
	return got[:n], errors.Join(err, <-sent)
}

func TestEveryWayAnswersAnyBytesInAnyChunks(t *testing.T) {
	each(t, func(t *testing.T, w way) {
		t.Parallel()
		small := w.start(t, 2, echo.Options{ReadSize: 7})
		usual := w.start(t, 2, echo.Options{})
		conns := make(map[*started]*net.TCPConn)
		rapid.Check(t, func(rt *rapid.T) {
			text := rapid.SliceOfN(rapid.Byte(), 1, 5000).Draw(rt, "text")
			lengths := rapid.SliceOfN(rapid.IntRange(1, 3000), 1, 5).Draw(rt, "lengths")
			server := rapid.SampledFrom([]*started{small, usual}).Draw(rt, "server")
			if conns[server] == nil {
				conns[server] = server.dial(t)
			}
			got, err := converse(conns[server], text, false, lengths...)
			if err != nil || !bytes.Equal(got, mapped(text)) {
				rt.Fatalf("answered %q, %v", got, err)
			}
		})
	})
}

func TestAMebibyteOfTextIsAnsweredByteForByte(t *testing.T) {
	text := bytes.Repeat([]byte("grüße, мир. "), 1<<20/16)
	each(t, func(t *testing.T, w way) {
		t.Parallel()
		server := w.start(t, 1, echo.Options{})
		got, err := converse(server.dial(t), text, false, 1<<16, 1)
		if err != nil || !bytes.Equal(got, mapped(text)) {
			t.Errorf("answered %d bytes of %d, or others than wanted: %v", len(got), len(text), err)
		}
		server.eventually(t, "every byte counted in and out", func(c echo.Counts) bool {
			return c.BytesIn == uint64(len(text)) && c.BytesOut == uint64(len(text)) && c.Messages > 0 && c.Accepted == 1
		})
	})
}

func TestAClientThatHasClosedItsSendingSideIsAnsweredAsPromised(t *testing.T) {
	text := bytes.Repeat([]byte("the last words "), 20000)
	each(t, func(t *testing.T, w way) {
		t.Parallel()
		server := w.start(t, 1, echo.Options{})
		conn := server.dial(t)
		got, err := converse(conn, text, true, 1<<16)
		switch answered := err == nil && bytes.Equal(got, mapped(text)); {
		case w.traits().HalfClose == echo.HalfCloseAnswered && !answered:
			t.Errorf("answered %d bytes of %d: %v", len(got), len(text), err)
		case !bytes.HasPrefix(mapped(text), got):
			t.Errorf("answered %d bytes, and wrong ones", len(got))
		}
		_ = conn.Close()
		server.eventually(t, "the connection gone in peace", func(c echo.Counts) bool {
			return c.Active == 0 && c.Failed == 0 && c.Cut == 0 && c.Timeouts == 0
		})
	})
}

func TestManyConnectionsAtOnceGetTheirOwnAnswers(t *testing.T) {
	const clients = 12
	each(t, func(t *testing.T, w way) {
		t.Parallel()
		server := w.start(t, clients, echo.Options{})
		n := w.served(clients, clients)
		conns := make([]*net.TCPConn, n)
		for i := range conns {
			conns[i] = server.dial(t)
		}
		for round := range 3 {
			for i, conn := range conns {
				exchange(t, conn, fmt.Sprintf("client %d in round %d", i, round))
			}
		}
	})
}

func TestASlowReaderGetsEverything(t *testing.T) {
	const size = 6 << 20 // more than the kernel's buffers take
	each(t, func(t *testing.T, w way) {
		t.Parallel()
		server := w.start(t, 1, echo.Options{ReadSize: 1 << 16})
		conn := server.dial(t)
		_ = conn.SetReadBuffer(1 << 14)
		sent := make(chan error, 1)
		go func() { sent <- cut(conn, bytes.Repeat([]byte("x"), size), 1<<16) }()
		server.stalls(t)
		for got, piece := 0, make([]byte, 50000); got < size; {
			n, err := conn.Read(piece)
			if good := bytes.Count(piece[:n], []byte("X")); err != nil || good != n {
				t.Fatalf("%d of %d bytes after the first %d are wrong, %v", n-good, n, got, err)
			}
			got += n
		}
		if err := <-sent; err != nil {
			t.Error(err)
		}
	})
}

// stalls waits until the server has answered something and then, for some looks
// in a row, nothing more.
func (s *started) stalls(t testing.TB) {
	t.Helper()
	var last uint64
	looks := 0
	s.eventually(t, "a client that stops the server", func(c echo.Counts) bool {
		if c.BytesIn == 0 || c.BytesIn != last {
			last, looks = c.BytesIn, 0
		}
		looks++
		return looks > 10
	})
}
