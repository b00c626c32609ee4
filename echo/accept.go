package echo

import (
	"net"
	"time"
)

// While accepting fails it is tried again after a pause that doubles. The
// longest is short enough not to be noticed when descriptors are free again,
// and long enough to cost nothing.
const (
	firstPause   = time.Millisecond
	longestPause = 128 * time.Millisecond
)

// accept hands connections to serve until the server drains. An error that can
// pass neither ends it nor makes it spin; any other is returned.
func (s *server) accept(ln net.Listener, serve func(*conn)) error {
	var pause time.Duration
	for {
		nc, err := ln.Accept()
		switch {
		case err == nil:
			if pause > 0 {
				pause = 0
				s.Log.Info("accepting works again", "listener", ln.Addr())
			}
			if c := s.admit(nc); c != nil {
				serve(c)
			}
		case s.draining.Load():
			return nil
		case !passing(err):
			return err
		default:
			s.acceptFailed()
			if pause == 0 {
				s.Log.Warn("accepting failed, trying again", "listener", ln.Addr(), "error", err)
			}
			pause = min(max(firstPause, 2*pause), longestPause)
			s.rest(pause)
		}
	}
}

// rest waits, but not while the server drains.
func (s *server) rest(pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.interrupted:
	}
}
