package load

import (
	"context"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"time"
)

// A netDriver works wherever Go does: each connection has a goroutine that
// reads and one that writes, and all of them take turns at the core.
type netDriver struct {
	address string
	clock   func() int64
	ctx     context.Context // of attempts to connect
	abandon context.CancelFunc
	nudge   chan struct{} // tells run that the core's next moment moved
	workers sync.WaitGroup

	mu      sync.Mutex // guards what follows and the core
	core    *core
	until   int64 // run sleeps
	sockets map[*connection]*netSocket
	cause   error
}

// A netSocket is what stands behind a connection.
type netSocket struct {
	cancel context.CancelFunc // of the attempt to connect
	conn   net.Conn           // nil until connected
	out    chan []byte        // one write waits, while the one before it is written
	idle   bool               // the writer waits for a write
}

var _ driver = (*netDriver)(nil)

func newNetDriver(address netip.AddrPort, clock func() int64, bind func(driver) *core) driver {
	d := &netDriver{
		address: address.String(), clock: clock, nudge: make(chan struct{}, 1),
		sockets: make(map[*connection]*netSocket),
	}
	d.ctx, d.abandon = context.WithCancel(context.Background())
	d.core = bind(d)
	// What a write has to wait for here is the generator's own goroutine
	// too, so it counts as lag until the write begins.
	d.core.plan.stampsOnWrite = true
	return d
}

func (d *netDriver) dial(conn *connection) error {
	ctx, cancel := context.WithCancel(d.ctx)
	s := &netSocket{cancel: cancel, out: make(chan []byte, 1), idle: true}
	d.sockets[conn] = s
	d.workers.Go(func() {
		made, err := new(net.Dialer).DialContext(ctx, "tcp", d.address)
		d.mu.Lock()
		defer d.unlock()
		switch {
		case conn.state != connecting:
			if err == nil {
				made.Close()
			}
		case err != nil:
			d.core.refused(conn, err)
		default:
			s.conn = made
			d.workers.Go(func() { d.read(conn, made) })
			d.workers.Go(func() { d.writeOut(conn, s) })
			d.core.connected(conn)
		}
	})
	return nil
}

// unlock gives the core free and wakes run if it sleeps too long now.
func (d *netDriver) unlock() {
	wake := d.core.wake() < d.until || d.core.settled() && !d.core.begun || d.core.over
	d.mu.Unlock()
	if wake {
		select {
		case d.nudge <- struct{}{}:
		default:
		}
	}
}

func (d *netDriver) read(conn *connection, from net.Conn) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		d.mu.Lock()
		if n > 0 {
			d.core.received(conn, buffer[:n])
		}
		if err != nil {
			d.core.ended(conn, err)
		}
		over := conn.state != open
		d.unlock()
		if over {
			return
		}
	}
}

func (d *netDriver) writeOut(conn *connection, s *netSocket) {
	for b := range s.out {
		d.mu.Lock()
		d.core.began(conn, d.clock())
		d.unlock()
		_, err := s.conn.Write(b)
		d.mu.Lock()
		s.idle = true
		if err != nil {
			d.core.ended(conn, err)
		} else {
			d.core.writable(conn)
		}
		d.unlock()
	}
}

func (d *netDriver) write(conn *connection, b []byte) (int, error) {
	s := d.sockets[conn]
	if !s.idle {
		return 0, nil
	}
	s.idle = false
	s.out <- b
	return len(b), nil
}

func (d *netDriver) close(conn *connection) {
	s := d.sockets[conn]
	if s == nil {
		return
	}
	delete(d.sockets, conn)
	s.cancel()
	close(s.out)
	if s.conn != nil {
		s.conn.Close()
	}
}

func (d *netDriver) run(begin func(), done func() bool) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	d.mu.Lock()
	begin()
	for {
		if d.cause != nil {
			d.core.cancel(d.cause)
		}
		d.core.advance()
		if done() {
			d.mu.Unlock()
			return
		}
		d.until = d.core.wake()
		wait := time.Duration(d.until - d.clock())
		d.mu.Unlock()
		if wait <= 0 {
			// Others must come to the core, however much is due.
			runtime.Gosched()
		} else {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-d.nudge:
			}
		}
		d.mu.Lock()
	}
}

func (d *netDriver) busy() float64 {
	return processCPU().Seconds() / float64(runtime.GOMAXPROCS(0))
}

func (d *netDriver) interrupt(cause error) {
	d.mu.Lock()
	if d.cause == nil {
		d.cause = cause
	}
	d.mu.Unlock()
	select {
	case d.nudge <- struct{}{}:
	default:
	}
}

func (d *netDriver) shut() {
	d.abandon()
	d.workers.Wait()
}
