package load

import "math"

const (
	never = math.MaxInt64

	// batch is how many requests that are due go out before replies are
	// looked at again.
	batch = 64
	// rest is how long a slot stays without a connection after none could be
	// made, in nanoseconds.
	rest = 10_000_000
)

// A plan is what one core has to do. Times are in nanoseconds.
type plan struct {
	slots, idle   int
	firstSlot     int // number of the first slot, for messages
	closed        bool
	churn         int
	warmup        int64
	length        int64 // of the time in which requests are sent, warm-up included
	drain         int64
	dialTimeout   int64
	arrivals      []Arrival // of these slots, whose numbers begin at 0
	stampsOnWrite bool      // the driver says with began when a write really begins
}

// The core turns a plan into requests and replies into accounts. It does no
// input or output and reads no clock but the one it is given: the same code
// runs over sockets and in the tests' virtual time.
type core struct {
	plan   plan
	corpus *corpus
	wires  wires
	clock  func() int64
	tally  *tally
	draw   splitmix

	slots  []slot
	conns  []*connection     // not closed
	ahead  []*connection     // to be made before the run
	dialed fifo[*connection] // in the order of their deadlines
	idlers fifo[resting]     // slots of a closed loop that wait before they try again
	next   int               // the first arrival not yet handed over

	begun   bool
	start   int64
	sendEnd int64
	giveUp  int64
	sentAll bool // nothing more will be sent
	over    bool
	err     error  // why there is no run, or no whole one
	ending  func() // called when the run is over and its connections still stand; may be nil
}

type resting struct {
	slot  *slot
	until int64
}

func newCore(p plan, corpus *corpus, seed uint64, w wires, clock func() int64) *core {
	c := &core{plan: p, corpus: corpus, wires: w, clock: clock, tally: newTally(), draw: splitmix(seed)}
	c.slots = make([]slot, p.slots)
	for i := range c.slots {
		c.slots[i] = slot{number: p.firstSlot + i, left: p.churn}
	}
	return c
}

// begin starts the run at the moment start; connections were made before.
func (c *core) begin(start int64) {
	c.begun = true
	c.start = start
	c.sendEnd = start + c.plan.length
	c.giveUp = c.sendEnd + c.plan.drain
	c.tally.measure(start+c.plan.warmup, c.sendEnd)
	if c.plan.closed {
		for i := range c.slots {
			c.idlers.push(resting{&c.slots[i], start})
		}
	}
}

// advance does what is due by now.
func (c *core) advance() {
	now := c.clock()
	c.expire(now)
	if !c.begun || c.over {
		return
	}
	for range batch {
		if c.plan.closed {
			if c.idlers.size == 0 || c.idlers.at(0).until > now || now >= c.sendEnd {
				break
			}
			c.hand(c.idlers.pop().slot, now, now)
		} else {
			if c.next == len(c.plan.arrivals) {
				break
			}
			due := c.plan.arrivals[c.next]
			planned := c.start + int64(due.At)
			if planned > now {
				break
			}
			c.next++
			c.hand(&c.slots[due.Connection], planned, now)
		}
		now = c.clock()
	}
	if now >= c.sendEnd && c.next == len(c.plan.arrivals) {
		c.sentAll = true
	}
	if c.sentAll && c.tally.inFlight == 0 || now >= c.giveUp {
		c.tally.counts.Unsent = int64(len(c.plan.arrivals) - c.next)
		c.finish(now)
	}
}

// wake returns when advance has something to do next.
func (c *core) wake() int64 {
	at := int64(never)
	if c.dialed.size > 0 {
		at = (*c.dialed.at(0)).deadline
	}
	switch {
	case !c.begun || c.over:
	case c.sentAll && c.tally.inFlight == 0:
		at = 0
	case c.sentAll:
		at = min(at, c.giveUp)
	case c.plan.closed:
		at = min(at, c.sendEnd)
		if c.idlers.size > 0 {
			at = min(at, c.idlers.at(0).until)
		}
	case c.next < len(c.plan.arrivals):
		at = min(at, c.start+int64(c.plan.arrivals[c.next].At))
	default:
		at = min(at, c.sendEnd)
	}
	return at
}

// hand gives a slot its next request. It never waits: what cannot be written
// now is kept with the connection.
func (c *core) hand(s *slot, planned, now int64) {
	c.tally.hand(planned, now)
	if s.conn == nil && now < s.restUntil {
		c.tally.fail(Unreachable, s.restErr, now)
		c.again(s, s.restUntil)
		return
	}
	anew := s.conn == nil
	if anew {
		s.conn = c.connection(s)
	}
	conn := s.conn
	conn.queue.push(request{planned: planned, written: now, offset: c.corpus.draw(c.draw.next())})
	conn.unsent++
	if c.plan.churn > 0 {
		if s.left--; s.left == 0 {
			s.left = c.plan.churn
			s.conn, conn.last = nil, true
		}
	}
	if !c.plan.stampsOnWrite {
		c.tally.lagged(planned, now)
	}
	if conn.full || conn.state == connecting && !anew {
		c.tally.counts.Queued++
		return
	}
	if anew {
		c.tally.counts.Dials++
		c.dial(conn)
		return
	}
	if c.flush(conn); conn.full {
		c.tally.counts.Queued++
	}
}

// again lets a closed loop's slot go on at the given moment.
func (c *core) again(s *slot, at int64) {
	if c.plan.closed && !c.over {
		c.idlers.push(resting{s, at})
	}
}

// flush writes what the connection's socket takes.
func (c *core) flush(conn *connection) {
	for conn.unsent > 0 {
		r := conn.queue.at(conn.queue.size - conn.unsent)
		b := c.corpus.request(r.offset)[conn.sent:]
		n, err := c.wires.write(conn, b)
		if err != nil {
			c.drop(conn, failureOf(err), c.broken(conn, err), c.clock())
			return
		}
		if n < len(b) {
			conn.sent += n
			conn.full = true
			return
		}
		conn.sent = 0
		conn.unsent--
	}
}

// began corrects the moment at which the latest request that was taken whole
// was really offered to its socket.
func (c *core) began(conn *connection, now int64) {
	i := conn.queue.size - conn.unsent - 1
	if conn.state != open || i < 0 {
		return
	}
	r := conn.queue.at(i)
	r.written = now
	c.tally.lagged(r.planned, now)
}

// writable says that the connection's socket has room again.
func (c *core) writable(conn *connection) {
	if conn.state == open {
		conn.full = false
		c.flush(conn)
	}
}

// received takes what was read from a connection.
func (c *core) received(conn *connection, b []byte) {
	if conn.state != open {
		return
	}
	now := c.clock()
	answered := false
	for len(b) > 0 {
		owed := conn.owed(c.corpus.size)
		if owed == 0 {
			c.tally.counts.ExtraBytes += int64(len(b))
			c.drop(conn, Extra, c.unasked(conn, len(b)), now)
			if answered {
				c.again(conn.slot, now+rest)
			}
			return
		}
		part := b[:min(len(b), owed)]
		r := conn.queue.at(0)
		if at := c.corpus.check(r.offset, conn.got, part); at >= 0 {
			c.drop(conn, Wrong, c.differs(conn, r, at, part[at-conn.got]), now)
			return
		}
		b = b[len(part):]
		if conn.got += len(part); conn.got == c.corpus.size {
			conn.got = 0
			c.tally.answer(conn.queue.pop(), now)
			answered = true
		}
	}
	if !answered {
		return
	}
	s := conn.slot
	if conn.last && conn.queue.size == 0 {
		c.close(conn)
	}
	if c.plan.closed && now < c.sendEnd {
		c.hand(s, now, now)
	}
}
