//go:build unix

package echo

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
)

// newSource reads sockets without holding a buffer while there are no bytes.
func newSource(conn net.Conn, buffers *sync.Pool) source {
	if socket, ok := conn.(syscall.Conn); ok {
		if raw, err := socket.SyscallConn(); err == nil {
			s := &socketSource{raw: raw, buffers: buffers}
			s.attempt = s.read
			return s
		}
	}
	return newBufferedSource(conn, buffers)
}

// A socketSource makes the same system calls as net.Conn's Read: one that may
// find nothing, and one more when the poller has woken it. But it takes a
// buffer for each, so that nothing is held in between.
type socketSource struct {
	raw     syscall.RawConn
	buffers *sync.Pool
	buffer  *[]byte // nil while there are no bytes
	attempt func(fd uintptr) bool

	polling bool
	n       int
	err     error
}

func (s *socketSource) wait() ([]byte, error) {
	s.polling = false
	return s.next()
}

func (s *socketSource) poll() ([]byte, error) {
	s.polling = true
	return s.next()
}

func (s *socketSource) next() ([]byte, error) {
	s.n, s.err = 0, nil
	if err := s.raw.Read(s.attempt); err != nil {
		return nil, err
	}
	if s.err != nil {
		return nil, s.err
	}
	return (*s.buffer)[:s.n], nil
}

// read reports whether it is done; otherwise it is called again when the
// socket is readable.
func (s *socketSource) read(fd uintptr) bool {
	if s.buffer == nil {
		s.buffer = s.buffers.Get().(*[]byte)
	}
	for {
		n, err := syscall.Read(int(fd), *s.buffer)
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			s.release()
			s.err = errDrained
			return s.polling
		case err != nil:
			s.err = os.NewSyscallError("read", err)
		case n == 0:
			s.err = io.EOF
		default:
			s.n, s.err = n, nil
		}
		return true
	}
}

func (s *socketSource) release() {
	if s.buffer != nil {
		s.buffers.Put(s.buffer)
		s.buffer = nil
	}
}
