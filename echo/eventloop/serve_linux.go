package eventloop

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/poolbench/poolbench/echo"
)

// A stage is how far a server has come. Loops follow it one by one.
type stage int32

const (
	serving  stage = iota
	draining       // answers what has arrived, and ends connections
	closing        // accepts nothing more
	over           // the grace period has ended: closes what is open
)

// A server is what the loops of one call of Serve share.
type server struct {
	echo.Options
	addr  net.Addr
	loops []*loop
	stage atomic.Int32
	open  atomic.Int64 // connections

	running sync.WaitGroup // loops
	broken  chan error     // why accepting ended

	mu   sync.Mutex
	rare echo.Counts // all that no message counts
}

const (
	// backlogPatience is how long a drained server goes on accepting, for
	// clients that have connected, and perhaps sent, but wait in the kernel.
	backlogPatience = 2 * time.Millisecond

	// lastPatience is how long Transform may take to return after the grace
	// period.
	lastPatience = time.Second
)

func serve(ctx context.Context, ln net.Listener, loops int, o echo.Options) error {
	s := &server{Options: o, addr: ln.Addr(), broken: make(chan error, 1)}
	err := s.openLoops(ln, loops)
	_ = ln.Close() // the runtime's poller need not hear of new connections
	if err != nil {
		return err
	}
	defer o.Stats.Include(s.counts)()
	for _, l := range s.loops {
		s.running.Add(1)
		go l.run()
	}
	ticks, stop := ticker(s.period())
	defer stop()
	for {
		select {
		case <-ticks:
			s.tick()
		case <-ctx.Done():
			return s.drain()
		case err := <-s.broken:
			return errors.Join(fmt.Errorf("echo: accept on %v: %w", s.addr, err), s.drain())
		}
	}
}

// openLoops makes the loops, of which the first accepts for all, or none.
func (s *server) openLoops(ln net.Listener, loops int) error {
	for range loops {
		l, err := newLoop(s)
		if err != nil {
			s.freeLoops()
			return fmt.Errorf("echo: open event loop %d of %d: %w", len(s.loops)+1, loops, err)
		}
		s.loops = append(s.loops, l)
	}
	listener, err := listen(ln)
	if err == nil {
		err = s.loops[0].accepts(listener)
	}
	if err != nil {
		s.freeLoops()
		return fmt.Errorf("echo: event loops on %v: %w", s.addr, err)
	}
	return nil
}

func (s *server) freeLoops() {
	for _, l := range s.loops {
		l.free()
	}
}

// drain ends the server as [echo.Serve] does it.
func (s *server) drain() error {
	s.enter(draining)
	time.Sleep(backlogPatience)
	s.enter(closing)
	ended := make(chan struct{})
	go func() {
		s.running.Wait()
		close(ended)
	}()
	if s.await(ended, s.Grace) {
		return nil
	}
	s.enter(over)
	if s.await(ended, lastPatience) {
		return nil
	}
	return fmt.Errorf("echo: drain: %w %d connections %v after a grace period of %v; let Transform end sooner",
		echo.ErrHeld, s.open.Load(), lastPatience, s.Grace)
}

// await waits for the loops to end, and lets them look at the time meanwhile.
func (s *server) await(ended <-chan struct{}, patience time.Duration) bool {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	ticks, stop := ticker(min(s.period(), leavePatience/4))
	defer stop()
	for {
		select {
		case <-ended:
			return true
		case <-ticks:
			s.tick()
		case <-timer.C:
			return false
		}
	}
}

func (s *server) enter(to stage) {
	s.stage.Store(int32(to))
	for _, l := range s.loops {
		l.wake()
	}
}

// tick lets every loop look for connections that have waited too long.
func (s *server) tick() {
	for _, l := range s.loops {
		l.late.Store(true)
		l.wake()
	}
}

// never is a period in which nothing happens.
const never = time.Duration(1<<63 - 1)

// period is how often loops look at the time: four times in a timeout, rarely
// enough to cost nothing, and a message pays for no clock.
func (s *server) period() time.Duration {
	shortest := never
	for _, timeout := range []time.Duration{s.IdleTimeout, s.WriteTimeout} {
		if timeout > 0 {
			shortest = min(shortest, timeout)
		}
	}
	if shortest == never {
		return never
	}
	return max(time.Millisecond, shortest/4)
}

func ticker(period time.Duration) (<-chan time.Time, func()) {
	if period == never {
		return nil, func() {}
	}
	t := time.NewTicker(period)
	return t.C, t.Stop
}
