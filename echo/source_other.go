//go:build !unix

package echo

import (
	"net"
	"sync"
)

// newSource has no way here to wait for bytes without a buffer.
func newSource(conn net.Conn, buffers *sync.Pool) source {
	return newBufferedSource(conn, buffers)
}
