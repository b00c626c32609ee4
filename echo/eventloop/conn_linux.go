package eventloop

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// A phase is what a connection is about.
type phase uint8

const (
	reading phase = iota // waiting for bytes
	writing              // waiting for the client to take the rest of an answer
	leaving              // answered in full; waiting for the client to close
)

// A conn is one connection. Its loop alone touches it.
type conn struct {
	fd    int
	phase phase
	sight        // belongs to the watch
	rest  []byte // of an answer, while writing
}

// burst is how many messages of one connection are answered before others get
// their turn.
const burst = 16

// ready does what an event of the connection asks for.
func (c *conn) ready(l *loop) {
	switch c.phase {
	case reading:
		l.answer(c)
	case writing:
		l.goOn(c)
	case leaving:
		l.awaitClose(c)
	}
}

// answer answers what has come over the connection. When the server drains and
// there is nothing, or no more, the connection takes its leave.
func (l *loop) answer(c *conn) {
	for range burst {
		n, err := receive(c.fd, l.buffer)
		switch {
		case err == unix.EAGAIN && l.at >= draining:
			l.leave(c)
			return
		case err == unix.EAGAIN:
			return
		case err != 0:
			l.end(c, err)
			return
		case n == 0:
			l.end(c, nil)
			return
		}
		message := l.buffer[:n]
		l.in = c
		answer := l.Transform(message)
		l.in = nil
		add(&l.bytesIn, n)
		// A message shorter than the buffer was all there was, or else the
		// socket stays ready.
		if !l.write(c, answer) || n < len(l.buffer) && l.at < draining {
			return
		}
	}
	// If that was all, nothing more will be reported of the socket.
	if l.at >= draining && !pending(c.fd) {
		l.leave(c)
	}
}

// write sends an answer, and reports whether the connection can be read again.
func (l *loop) write(c *conn, answer []byte) bool {
	n, err := send(c.fd, answer)
	add(&l.bytesOut, n)
	switch {
	case n == len(answer):
		add(&l.messages, 1)
		c.fresh = true
		return true
	case err != 0 && err != unix.EAGAIN:
		l.end(c, err)
		return false
	}
	// Nothing more is read until the client has taken this: what a client can
	// make the server hold is one answer.
	if c.phase == reading {
		c.phase, c.fresh = writing, true
		c.rest = bytes.Clone(answer[n:])
		l.expect(c, unix.EPOLLOUT)
	} else {
		c.rest = c.rest[n:]
	}
	return false
}

// goOn writes the rest of an answer.
func (l *loop) goOn(c *conn) {
	if !l.write(c, c.rest) {
		return
	}
	c.phase, c.rest = reading, nil
	if l.expect(c, unix.EPOLLIN) && l.at >= draining {
		l.answer(c)
	}
}

// expect changes what the connection waits for, or ends it.
func (l *loop) expect(c *conn, interest uint32) bool {
	if err := l.watch(unix.EPOLL_CTL_MOD, c.fd, interest); err != nil {
		l.end(c, err)
		return false
	}
	return true
}
