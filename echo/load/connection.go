package load

// A connection as the core sees it. It is in a state of its own because a
// request may be handed to it before it is made and while it is full.
type connection struct {
	handle int   // the driver's own name for it, from 0; -1: none yet
	slot   *slot // whose requests it carries; nil for an idle one
	number int   // for messages: of the slot, or of the idle connection
	place  int   // in the core's list of connections that are not closed
	state  state

	deadline int64 // by which it must be made

	queue  fifo[request] // unanswered, oldest first
	unsent int           // how many at the end of the queue are not written whole
	sent   int           // bytes written of the first unsent request
	got    int           // bytes received of the oldest request's reply
	full   bool          // the socket took less than it was given
	last   bool          // carries no further request: closed when all are answered
}

type state uint8

const (
	connecting state = iota
	open
	closed
)

// A slot is one of the connections that were asked for. With churn, and after
// failures, many connections follow one another in it.
type slot struct {
	number int
	conn   *connection // takes the next request; nil: one must be made
	left   int         // requests until conn is replaced

	// After a failed attempt to connect, requests fail with the same error
	// until this moment: without a pause, a refusing server would be asked
	// for a connection as fast as this machine can.
	restUntil int64
	restErr   error
}

// owed returns how many bytes of the oldest request's reply may still come:
// no server can answer what it was not sent.
func (c *connection) owed(size int) int {
	switch {
	case c.queue.size == 0:
		return 0
	case c.queue.size > c.unsent:
		return size - c.got
	default:
		return c.sent - c.got
	}
}
