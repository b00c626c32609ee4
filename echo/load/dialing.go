package load

import (
	"errors"
	"fmt"
)

// wave is how many connections are being made at once before the run: fewer
// than any server's queue of connections to accept.
const wave = 64

// connection puts a new one, not yet dialled, into the list.
func (c *core) connection(s *slot) *connection {
	conn := &connection{handle: -1, slot: s, place: len(c.conns), number: len(c.conns)}
	if s != nil {
		conn.number = s.number
	}
	c.conns = append(c.conns, conn)
	return conn
}

// connect begins to make the connections that must stand before the run: the
// idle ones and, where connections are not part of the load, those that carry
// requests.
func (c *core) connect() {
	if c.plan.churn == 0 {
		for i := range c.slots {
			c.slots[i].conn = c.connection(&c.slots[i])
			c.ahead = append(c.ahead, c.slots[i].conn)
		}
	}
	for range c.plan.idle {
		c.ahead = append(c.ahead, c.connection(nil))
	}
	for range wave {
		c.dialAhead()
	}
}

func (c *core) dialAhead() {
	if len(c.ahead) > 0 && c.err == nil {
		conn := c.ahead[0]
		c.ahead = c.ahead[1:]
		c.dial(conn)
	}
}

// settled says that the connections stand, or that they never will.
func (c *core) settled() bool {
	return c.err != nil || len(c.ahead) == 0 && c.dialed.size == 0
}

func (c *core) dial(conn *connection) {
	conn.deadline = c.clock() + c.plan.dialTimeout
	if err := c.wires.dial(conn); err != nil {
		c.refused(conn, err)
		return
	}
	c.dialed.push(conn)
}

// expire gives up connections that were not made in time, and forgets those
// that were.
func (c *core) expire(now int64) {
	for c.dialed.size > 0 {
		if conn := *c.dialed.at(0); conn.state == connecting && conn.deadline > now {
			return
		}
		c.refused(c.dialed.pop(), errDialTimeout)
	}
}

var errDialTimeout = errors.New("no answer in time")

// connected says that the connection is made.
func (c *core) connected(conn *connection) {
	if conn.state != connecting {
		return
	}
	conn.state = open
	c.dialAhead()
	c.expire(c.clock())
	c.flush(conn)
}

// refused says that the connection cannot be made. One that is made already,
// or closed, it leaves alone.
func (c *core) refused(conn *connection, err error) {
	if conn.state != connecting {
		return
	}
	now := c.clock()
	why := c.unreachable(conn, err)
	c.close(conn)
	if !c.begun {
		c.err = why
		return
	}
	s := conn.slot
	s.restUntil, s.restErr = now+rest, why
	for conn.queue.size > 0 {
		conn.queue.pop()
		c.tally.fail(Unreachable, why, now)
		c.again(s, s.restUntil)
	}
}

// close closes the connection and takes it out of the list and its slot.
func (c *core) close(conn *connection) {
	if conn.state == closed {
		return
	}
	conn.state = closed
	if s := conn.slot; s != nil && s.conn == conn {
		s.conn = nil
	}
	end := len(c.conns) - 1
	c.conns[conn.place] = c.conns[end]
	c.conns[conn.place].place = conn.place
	c.conns[end] = nil
	c.conns = c.conns[:end]
	c.wires.close(conn)
}

func (c *core) closeAll() {
	for len(c.conns) > 0 {
		c.close(c.conns[len(c.conns)-1])
	}
}

func (c *core) unreachable(conn *connection, err error) error {
	made := 0
	for _, other := range c.conns {
		if other.state == open {
			made++
		}
	}
	return fmt.Errorf("make %s after %d others: %w%s", c.name(conn), made, err, remedy(err))
}
