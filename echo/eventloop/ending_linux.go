package eventloop

import (
	"errors"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/poolbench/poolbench/echo"
)

var (
	errAborted = errors.New("the message's transform panicked or called runtime.Goexit")
	errCut     = errors.New("the grace period ended")
	errTimeout = errors.New("the client let a timeout pass")
)

// resets are the errors of a connection whose client is gone.
var resets = []error{unix.ECONNRESET, unix.EPIPE, unix.ECONNABORTED, unix.ETIMEDOUT}

// end closes the connection and counts why. The reason is nil when the client
// closed it, and after a drain.
func (l *loop) end(c *conn, why error) {
	if why == errTimeout && c.phase == writing || why == errCut {
		// What the client would not take, the kernel shall not keep for it. One that is
		// merely idle may still be taking its answers, which a reset would destroy.
		_ = unix.SetsockoptLinger(c.fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
	}
	if count := l.verdict(why); count != nil {
		l.note(count)
	}
	l.conns[c.fd] = nil
	l.open--
	l.server.open.Add(-1)
	_ = unix.Close(c.fd) // which also takes it out of the set
}

// verdict says what to count for a connection that ended for that reason; nil
// if nothing.
func (l *loop) verdict(why error) func(*echo.Counts) {
	switch {
	case why == nil:
		return nil
	case why == errAborted:
		return func(c *echo.Counts) { c.Panics++ }
	case why == errCut:
		return func(c *echo.Counts) { c.Cut++ }
	case why == errTimeout:
		return func(c *echo.Counts) { c.Timeouts++ }
	case slices.Contains(resets, why):
		return func(c *echo.Counts) { c.Resets++ }
	}
	l.Log.Warn("connection failed", "listener", l.addr, "error", why)
	return func(c *echo.Counts) { c.Failed++ }
}

// leavePatience is how long a connection that was drained waits for its client
// to close.
const leavePatience = 500 * time.Millisecond

// leave ends a drained connection. Closing while the client still sends would
// reset it, and a reset may destroy answers that are under way. So the server
// says that nothing more will come, and waits for the client to see that.
func (l *loop) leave(c *conn) {
	if err := unix.Shutdown(c.fd, unix.SHUT_WR); err != nil {
		l.end(c, nil) // the client is gone
		return
	}
	c.phase, c.fresh = leaving, true
}

// awaitClose throws away what a client sends that was told that the server
// ends.
func (l *loop) awaitClose(c *conn) {
	n, err := receive(c.fd, l.buffer)
	if n == 0 && err != unix.EAGAIN {
		l.end(c, nil)
	}
}

// cut ends what the grace period has left.
func (l *loop) cut(c *conn) {
	if c.phase == leaving {
		l.end(c, nil)
	} else {
		l.end(c, errCut)
	}
}

// A sight is what a loop saw of a connection when it last looked at the time.
type sight struct {
	fresh bool      // something has happened since
	since time.Time // and this is when nothing had, if it is not fresh
}

// look ends connections that have waited for longer than the timeouts: for as
// long as they are at least, and at most for two looks more.
func (l *loop) look(now time.Time) {
	for _, c := range l.conns {
		if c == nil {
			continue
		}
		if c.fresh {
			c.fresh, c.since = false, now
			continue
		}
		switch waited := now.Sub(c.since); {
		case c.phase == reading && l.IdleTimeout > 0 && waited >= l.IdleTimeout,
			c.phase == writing && l.WriteTimeout > 0 && waited >= l.WriteTimeout:
			l.end(c, errTimeout)
		case c.phase == leaving && waited >= leavePatience:
			l.end(c, nil)
		}
	}
}
