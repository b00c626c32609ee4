package load

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// A Failure says why requests failed.
type Failure uint8

const (
	// Unreachable: no connection could be made for the request.
	Unreachable Failure = iota
	// Closed: the server closed the connection before the whole reply.
	Closed
	// Reset: the connection broke in any other way.
	Reset
	// Wrong: the reply is not the upper-case of the request.
	Wrong
	// Extra: bytes came that no request asked for. The requests behind them
	// count as abandoned.
	Extra
	// Abandoned: the request was waiting on a connection that was given up,
	// because a reply before it was wrong.
	Abandoned

	failures int = iota
)

var failureNames = [failures]string{"unreachable", "closed", "reset", "wrong", "extra", "abandoned"}

func (f Failure) String() string {
	if int(f) < failures {
		return failureNames[f]
	}
	return fmt.Sprintf("Failure(%d)", uint8(f))
}

func failureOf(err error) Failure {
	if errors.Is(err, io.EOF) {
		return Closed
	}
	return Reset
}

// remedy says what to do about an error of the operating system, where there
// is something.
func remedy(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return ": is a server listening there?"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return ": raise the limit of open files (ulimit -n) or ask for fewer connections"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return ": no local port is left; lower the churn, or widen net.ipv4.ip_local_port_range"
	case errors.Is(err, errDialTimeout):
		return ": the server does not accept connections fast enough"
	}
	return ""
}

func (c *core) name(conn *connection) string {
	if conn.slot == nil {
		return fmt.Sprintf("idle connection %d", conn.number)
	}
	return fmt.Sprintf("connection %d", conn.number)
}

func (c *core) broken(conn *connection, err error) error {
	where := "with no request outstanding"
	if conn.queue.size > 0 {
		where = fmt.Sprintf("after %d of %d bytes of a reply, %d requests unanswered", conn.got, c.corpus.size, conn.queue.size)
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: the server closed it %s", c.name(conn), where)
	}
	return fmt.Errorf("%s broke %s: %w", c.name(conn), where, err)
}

func (c *core) differs(conn *connection, r *request, at int, got byte) error {
	i := int(r.offset) + at
	return fmt.Errorf("%s: byte %d of a reply of %d is %q, want %q for %q",
		c.name(conn), at, c.corpus.size, got, c.corpus.upper[i], c.corpus.plain[i])
}

func (c *core) unasked(conn *connection, n int) error {
	return fmt.Errorf("%s: %d unexpected bytes received", c.name(conn), n)
}
