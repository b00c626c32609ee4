package echo

import (
	"net"
	"sync"
	"time"
)

// A source reads a connection.
type source interface {
	// wait returns bytes as soon as there are any. They are valid until the
	// next call.
	wait() ([]byte, error)

	// poll is like wait but fails with errDrained when nothing has arrived.
	poll() ([]byte, error)

	// release ends the use of the source, and of the bytes of the last call.
	release()
}

// A bufferedSource reads from any net.Conn. It holds a buffer all the time,
// because Read wants one to wait with.
type bufferedSource struct {
	conn    net.Conn
	buffers *sync.Pool
	buffer  *[]byte
}

func newBufferedSource(conn net.Conn, buffers *sync.Pool) *bufferedSource {
	return &bufferedSource{conn: conn, buffers: buffers, buffer: buffers.Get().(*[]byte)}
}

func (s *bufferedSource) wait() ([]byte, error) {
	n, err := s.conn.Read(*s.buffer)
	if n > 0 {
		return (*s.buffer)[:n], nil // an error comes again
	}
	return nil, err
}

// pollPatience is how long a read waits that should not wait at all: with a
// deadline that has passed, Read does not even look.
const pollPatience = time.Millisecond

func (s *bufferedSource) poll() ([]byte, error) {
	if err := s.conn.SetReadDeadline(time.Now().Add(pollPatience)); err != nil {
		return nil, err
	}
	message, err := s.wait()
	if timedOut(err) {
		return nil, errDrained
	}
	return message, err
}

func (s *bufferedSource) release() { s.buffers.Put(s.buffer) }
