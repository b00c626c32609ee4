package echo

import (
	"fmt"
	"net"
	"time"
)

const (
	// backlogPatience is how long a drained server goes on accepting, for
	// clients that have connected, and perhaps sent, but wait in the kernel.
	backlogPatience = 2 * time.Millisecond

	// longestBacklog is how long it does so at the most where the system tells
	// that there still are some.
	longestBacklog = 500 * time.Millisecond

	// lastPatience is how long tasks may take to notice that their
	// connection was closed.
	lastPatience = time.Second
)

// longAgo is a deadline that makes reads and writes fail at once.
var longAgo = time.Unix(1, 0)

// interrupt begins the drain: whoever waits for bytes wakes up, and nobody
// waits for them from now on.
func (s *server) interrupt() {
	s.draining.Store(true)
	s.each(func(c *conn) { _ = c.net.SetReadDeadline(longAgo) })
	close(s.interrupted)
}

// arrived is next while the server drains.
func (c *conn) arrived() ([]byte, error) {
	<-c.server.interrupted // or its deadline would come after ours
	if err := c.net.SetReadDeadline(time.Time{}); err != nil {
		return nil, err
	}
	return c.source.poll()
}

// stop accepts what is in the kernel's queue and no more, and then waits for
// all connections to end.
func (s *server) stop(ln net.Listener) error {
	s.interrupt()
	time.Sleep(backlogPatience)
	s.untilAccepted(ln)
	_ = ln.Close() // whether or not somebody else has closed it
	return s.await()
}

// untilAccepted waits until the kernel's queue is empty, where the system tells, but
// not for long: where descriptors are lacking nobody accepts.
func (s *server) untilAccepted(ln net.Listener) {
	queued := backlogOf(ln)
	if queued == nil {
		return
	}
	for end := time.Now().Add(min(s.Grace, longestBacklog)); queued() > 0 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
}

// await waits for everything to end: for the grace period of its own accord,
// and a little longer by force.
func (s *server) await() error {
	ended := make(chan struct{})
	go func() {
		s.all.Wait()
		close(ended)
	}()
	if within(s.Grace, ended) {
		return nil
	}
	s.cutOff()
	if within(lastPatience, ended) {
		return nil
	}
	return fmt.Errorf("echo: drain: %w %d connections %v after a grace period of %v; let Transform end sooner, or close the pool",
		ErrHeld, s.read().Active, lastPatience, s.Grace)
}

func within(d time.Duration, ended <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ended:
		return true
	case <-timer.C:
		return false
	}
}

// cutOff ends what the grace period has left.
func (s *server) cutOff() {
	s.over.Store(true)
	var unowned []*conn
	s.each(func(c *conn) {
		_ = c.net.SetDeadline(longAgo)
		if !c.leave(starving, givenUp) && !c.leave(away, givenUp) {
			return
		}
		if c.handover != nil {
			c.back <- errCut // its reader closes it
		} else {
			unowned = append(unowned, c) // its task has not begun, and never will
		}
	})
	for _, c := range unowned {
		c.finish(errCut)
	}
}
