package load

// ended says that nothing more will come over the connection: the server
// closed it (err is io.EOF) or it broke.
func (c *core) ended(conn *connection, err error) {
	if conn.state == open {
		c.drop(conn, failureOf(err), c.broken(conn, err), c.clock())
	}
}

// drop gives a connection up. Its requests fail: the oldest for the given
// reason, those behind a reply that cannot be trusted as abandoned.
func (c *core) drop(conn *connection, f Failure, why error, now int64) {
	switch {
	case conn.slot == nil:
		c.tally.counts.IdleLost++
		c.tally.note(f, why)
	case conn.queue.size == 0:
		c.tally.counts.Lost++
		c.tally.note(f, why)
	}
	c.close(conn)
	for first := true; conn.queue.size > 0; first = false {
		conn.queue.pop()
		switch {
		case f == Extra, f == Wrong && !first:
			c.tally.note(f, why)
			c.tally.fail(Abandoned, why, now)
		default:
			c.tally.fail(f, why, now)
		}
		c.again(conn.slot, now+rest)
	}
}

// finish ends the run: what is still unanswered is put down with its age.
func (c *core) finish(now int64) {
	c.over, c.sentAll = true, true
	for _, conn := range c.conns {
		for conn.queue.size > 0 {
			c.tally.leave(conn.queue.pop(), now)
		}
	}
	c.tally.stop(now)
	if c.ending != nil {
		c.ending()
	}
	c.closeAll()
}

// cancel ends the run at once, whatever it is doing.
func (c *core) cancel(err error) {
	if c.over {
		return
	}
	if c.err == nil {
		c.err = err
	}
	if c.begun {
		c.tally.counts.Unsent = int64(len(c.plan.arrivals) - c.next)
		c.finish(c.clock())
	} else {
		c.over = true
		c.closeAll()
	}
}
