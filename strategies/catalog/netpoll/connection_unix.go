//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netpoll

import (
	"errors"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/cloudwego/netpoll"

	"github.com/poolbench/poolbench/echo"
)

// An ending is how a connection ended, as far as somebody has seen it.
type ending int32

const (
	byClient ending = iota // it closed
	panicked
	reset
	timedOut
	cut
	failed
)

// A connection is one client's.
type connection struct {
	netpoll.Connection
	server *server
	busy   atomic.Bool // in request
	how    atomic.Int32

	// Written in request alone, read by anyone.
	messages, bytesIn, bytesOut atomic.Uint64

	// Belong to the watch.
	seen  uint64 // messages
	since time.Time
}

// answer reads a message, transforms and returns it.
func (c *connection) answer() error {
	reader, writer := c.Reader(), c.Writer()
	message, err := reader.Next(min(reader.Len(), c.server.options.ReadSize))
	if err != nil || len(message) == 0 {
		return err
	}
	c.bytesIn.Add(uint64(len(message)))
	answer := c.transform(message)
	if _, err = writer.WriteBinary(answer); err == nil {
		err = writer.Flush()
	}
	if err != nil {
		c.fail(err)
		return err
	}
	c.bytesOut.Add(uint64(len(answer)))
	c.messages.Add(1)
	return reader.Release()
}

// transform notes a panic, which passes through: the library recovers it, logs
// it and closes the connection.
func (c *connection) transform(message []byte) []byte {
	returned := false
	defer func() {
		if !returned {
			c.note(panicked)
		}
	}()
	answer := c.server.options.Transform(message)
	returned = true
	return answer
}

// fail ends a connection whose answer could not be sent.
func (c *connection) fail(err error) {
	switch {
	case errors.Is(err, netpoll.ErrWriteTimeout):
		c.end(timedOut)
	case errors.Is(err, netpoll.ErrConnClosed), errors.Is(err, netpoll.ErrEOF):
		c.end(byClient) // or by somebody here, who has noted why
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		c.end(reset)
	default:
		c.server.options.Log.Warn("connection failed", "client", c.RemoteAddr(), "error", err)
		c.end(failed)
	}
}

// note keeps how the connection ends, unless somebody else did first.
func (c *connection) note(how ending) { c.how.CompareAndSwap(int32(byClient), int32(how)) }

// end closes the connection. What its client would not take is not kept for it.
func (c *connection) end(how ending) {
	c.note(how)
	if conn, ok := c.Connection.(netpoll.Conn); ok && (how == timedOut || how == cut) && c.IsActive() {
		discard(conn.Fd())
	}
	_ = c.Close() // fails only when it is closed
}

// closed is called once when the connection is.
func (c *connection) closed(netpoll.Connection) error {
	c.server.remove(c, ending(c.how.Load()))
	return nil
}

// look closes the connection when nothing has happened for too long. It is
// called by the watch alone.
func (c *connection) look(now time.Time) {
	messages := c.messages.Load()
	if c.busy.Load() || messages != c.seen || c.since.IsZero() {
		c.seen, c.since = messages, now
		return
	}
	if now.Sub(c.since) >= c.server.options.IdleTimeout {
		// It may still be taking its answers, which a reset would destroy.
		c.note(timedOut)
		_ = c.Close() // fails only when it is closed
	}
}

func (c *connection) addTo(counts *echo.Counts) {
	counts.Messages += c.messages.Load()
	counts.BytesIn += c.bytesIn.Load()
	counts.BytesOut += c.bytesOut.Load()
}
