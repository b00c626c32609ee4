package echo

import (
	"errors"
	"io"
	"net"
	"time"
)

// leavePatience is how long a connection that was drained waits for its client
// to close.
const leavePatience = 500 * time.Millisecond

// finish ends the connection for the reason err. Only its owner may call it.
//
// A drained connection is not closed at once. Closing while the client still
// sends would reset it, and a reset may destroy answers that are under way. So
// the server says that nothing more will come, and waits for the client to see
// that; outside the pool, whose place is free from now on.
func (c *conn) finish(err error) {
	if half, ok := c.net.(interface{ CloseWrite() error }); ok && err == errDrained && half.CloseWrite() == nil {
		c.enter(leaving)
		c.server.all.Go(c.awaitClose)
		return
	}
	c.close(err)
}

func (c *conn) awaitClose() {
	defer c.close(nil)
	if err := c.net.SetReadDeadline(time.Now().Add(leavePatience)); err != nil {
		return
	}
	for {
		if _, err := c.source.wait(); err != nil {
			return
		}
	}
}

// close frees the connection and counts how it ended.
func (c *conn) close(err error) {
	if phase(c.phase.Load()) != givenUp { // else others may still use the message
		c.source.release()
	}
	if tcp, ok := c.net.(*net.TCPConn); ok && timedOut(err) && (phase(c.phase.Load()) == writing || c.server.over.Load()) {
		// What the client would not take, the kernel shall not keep for it. One that is
		// merely idle may still be taking its answers, which a reset would destroy.
		_ = tcp.SetLinger(0)
	}
	_ = c.net.Close() // its owner is done with it, whatever Close says
	c.server.remove(c, c.verdict(err))
	c.server.all.Done()
}

// verdict says what to count for a connection that ended for the reason err;
// nil if nothing.
func (c *conn) verdict(err error) func(*Counts) {
	switch {
	case err == nil, err == io.EOF, err == errDrained:
		return nil
	case err == errAborted:
		return func(counts *Counts) { counts.Panics++ }
	case err == errCut, timedOut(err) && c.server.over.Load():
		return func(counts *Counts) { counts.Cut++ }
	case timedOut(err):
		return func(counts *Counts) { counts.Timeouts++ }
	case byClient(err):
		return func(counts *Counts) { counts.Resets++ }
	case errors.Is(err, errRejected):
		return func(counts *Counts) { counts.Rejected++ }
	}
	c.server.Log.Warn("connection failed", "client", c.net.RemoteAddr(), "error", err)
	return func(counts *Counts) { counts.Failed++ }
}
