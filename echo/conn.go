package echo

import (
	"errors"
	"net"
	"os"
	"sync/atomic"
)

// A phase is what a connection is about. Whoever serves the connection moves
// it on; from starving and away it can also be given up by the server.
type phase uint32

const (
	starving phase = iota // for a place of the pool, with a connection or a message
	reading               // waiting for bytes
	working               // in Transform
	away                  // in another process
	writing               // waiting for the client to take the answer
	leaving               // answered in full; waiting for the client to close
	givenUp               // the grace period ended while it was starving or away
)

// A conn is one connection. Its owner is the goroutine that serves it, and only
// the owner closes it: others make its reads or writes fail instead. So no
// buffer or descriptor is ever taken from under somebody's hands.
type conn struct {
	net    net.Conn
	server *server
	source source
	phase  atomic.Uint32
	seen   sighting // belongs to the watch

	// Written by the owner alone, read by anyone.
	messages, bytesIn, bytesOut atomic.Uint64

	*handover // with a unit of messages, nil otherwise
}

func (c *conn) enter(p phase) { c.phase.Store(uint32(p)) }

// leave moves from one phase to another unless the connection was given up.
func (c *conn) leave(from, to phase) bool {
	return c.phase.CompareAndSwap(uint32(from), uint32(to))
}

// next waits for bytes and returns them; they are valid until the next call.
// While the server drains it does not wait: without bytes that is errDrained.
func (c *conn) next() ([]byte, error) {
	c.enter(reading)
	if !c.server.draining.Load() {
		message, err := c.source.wait()
		if err == nil || !errors.Is(err, os.ErrDeadlineExceeded) || !c.server.draining.Load() {
			return message, err
		}
	}
	return c.arrived()
}

// write sends an answer and counts the message it belongs to.
func (c *conn) write(message, answer []byte) error {
	add(&c.bytesIn, uint64(len(message)))
	c.enter(writing)
	n, err := c.net.Write(answer)
	add(&c.bytesOut, uint64(n))
	if err == nil {
		add(&c.messages, 1)
	}
	return err
}

// serve answers messages in the caller's goroutine until the connection ends.
// A panic of Transform passes through, and leaves the connection closed.
func (c *conn) serve() error {
	err := errAborted // until answerAll returns
	defer func() { c.finish(err) }()
	err = c.answerAll()
	return err
}

func (c *conn) answerAll() error {
	for {
		message, err := c.next()
		if err != nil {
			return err
		}
		c.enter(working)
		if err := c.write(message, c.server.Transform(message)); err != nil {
			return err
		}
	}
}

func (c *conn) addTo(counts *Counts) {
	counts.Messages += c.messages.Load()
	counts.BytesIn += c.bytesIn.Load()
	counts.BytesOut += c.bytesOut.Load()
}

// add needs no read-modify-write instruction, for a counter has one writer at
// a time.
func add(counter *atomic.Uint64, n uint64) { counter.Store(counter.Load() + n) }
