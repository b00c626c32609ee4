package load

// The wires are what the core asks of whoever moves the bytes. The core is told
// in turn through its methods connected, refused, writable, received and
// ended: never from within one of these three, and never by two goroutines at
// once.
type wires interface {
	// dial begins to connect; the outcome comes later, unless err says that
	// it cannot be begun.
	dial(*connection) error
	// write takes what fits without waiting. After n < len(b) with no error
	// the core is told when there is room. b stays unchanged and may be kept.
	write(c *connection, b []byte) (n int, err error)
	// close ends the connection. Nothing of it is reported afterwards.
	close(*connection)
}

// A driver runs one core: it moves bytes and waits; what they mean is the
// core's business.
type driver interface {
	wires
	// run calls begin, then serves connections and the clock until done,
	// which it asks after every step. All runs of a driver are one
	// goroutine's.
	run(begin func(), done func() bool)
	// busy is the CPU time used so far, in seconds, by what would be this
	// driver's bottleneck, divided by the processors that it could use.
	busy() float64
	// interrupt ends run early with the given cause. It may be called from
	// any goroutine, also after shut.
	interrupt(error)
	// shut frees everything and waits until it is free. The connections are
	// closed already.
	shut()
}
