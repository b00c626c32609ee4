package eventloop

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/poolbench/poolbench/echo"
)

// While accepting fails it is tried again after a pause that doubles, as in
// [echo.Serve].
const (
	firstPause   = time.Millisecond
	longestPause = 128 * time.Millisecond
)

// An acceptor is the part of the loop that accepts, and deals the connections
// to all loops in turn. One loop does it for all: where each has the listening
// socket in its set, the kernel wakes the same one again and again, and it ends
// up with most of the connections.
type acceptor struct {
	listener int
	turn     int           // of the loop that gets the next connection
	pause    time.Duration // the last one; 0 while accepting works
	rested   atomic.Bool   // it is over
}

// listen returns a descriptor of ln's socket that is nobody else's.
func listen(ln net.Listener) (int, error) {
	tcp, ok := ln.(*net.TCPListener)
	if !ok {
		return 0, fmt.Errorf("a listener of type %T: use one that net.Listen returns for tcp", ln)
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return 0, err
	}
	fd := -1
	if controlErr := raw.Control(func(theirs uintptr) {
		fd, err = unix.FcntlInt(theirs, unix.F_DUPFD_CLOEXEC, 0)
	}); controlErr != nil {
		return 0, controlErr
	}
	if err != nil {
		return 0, fmt.Errorf("duplicate the listener's descriptor: %w", err)
	}
	if err := inherited(fd); err != nil {
		_ = unix.Close(fd)
		return 0, err
	}
	return fd, nil
}

// inherited sets options that each connection takes over from the listening
// socket: those that package net sets on every connection.
func inherited(fd int) error {
	for _, option := range []struct {
		text               string
		level, name, value int
	}{
		{"TCP_NODELAY", unix.IPPROTO_TCP, unix.TCP_NODELAY, 1},
		{"SO_KEEPALIVE", unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
		{"TCP_KEEPIDLE", unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, 15},
		{"TCP_KEEPINTVL", unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, 15},
	} {
		if err := unix.SetsockoptInt(fd, option.level, option.name, option.value); err != nil {
			return fmt.Errorf("set %s: %w", option.text, err)
		}
	}
	return nil
}

func (l *loop) accepts(listener int) error {
	l.acceptor = &acceptor{listener: listener}
	if err := l.watch(unix.EPOLL_CTL_ADD, listener, unix.EPOLLIN); err != nil {
		return fmt.Errorf("watch the listener: %w", err)
	}
	return nil
}

// accept takes one connection. When there are more the listener stays ready,
// and meanwhile others get their turn.
func (l *loop) accept() {
	fd, err := accept(l.listener)
	switch {
	case err == nil:
		if l.pause > 0 {
			l.pause = 0
			l.Log.Info("accepting works again", "listener", l.addr)
		}
		l.admit(fd)
	case err == unix.EAGAIN, err == unix.EINTR:
	case passing(err):
		l.rest(err)
	default:
		l.fail(err)
	}
}

// admit makes a connection of the descriptor, or closes it.
func (l *loop) admit(fd int) {
	l.note(func(c *echo.Counts) { c.Accepted++ })
	if l.MaxConnections > 0 && l.server.open.Load() >= int64(l.MaxConnections) {
		l.note(func(c *echo.Counts) { c.Rejected++ })
		_ = unix.Close(fd)
		return
	}
	l.server.open.Add(1)
	c := &conn{fd: fd, sight: sight{fresh: true}}
	to := l.loops[l.turn]
	l.turn = (l.turn + 1) % len(l.loops)
	if to != l && to.take(c) {
		return
	}
	l.list(c)
	if err := l.watch(unix.EPOLL_CTL_ADD, fd, unix.EPOLLIN); err != nil {
		l.end(c, err)
	}
}

// take gets a connection from the loop that accepts, unless it is too late.
func (l *loop) take(c *conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.doorbell < 0 || stage(l.stage.Load()) > serving {
		return false
	}
	l.dealt = append(l.dealt, c)
	if err := l.watch(unix.EPOLL_CTL_ADD, c.fd, unix.EPOLLIN); err != nil {
		l.dealt = l.dealt[:len(l.dealt)-1]
		return false
	}
	return true
}

// passing reports that accepting may work again later: the process or the
// system lacks descriptors or memory, or one client has given up early.
func passing(err error) bool {
	var errno syscall.Errno
	return errors.As(err, &errno) && errno.Temporary() || errors.Is(err, unix.ENOBUFS) || errors.Is(err, unix.ENOMEM) || undone(err)
}

// undone reports that err is of one connection in the queue, which accept4 returns
// in its place.
func undone(err error) bool {
	return slices.ContainsFunc(undoneErrors, func(errno error) bool { return errors.Is(err, errno) })
}

var undoneErrors = []error{
	unix.ECONNABORTED, unix.EPROTO, unix.EPERM, unix.ENETDOWN, unix.ENETUNREACH, unix.EHOSTDOWN, unix.EHOSTUNREACH,
}

// rest stops accepting for a moment.
func (l *loop) rest(why error) {
	l.note(func(c *echo.Counts) { c.AcceptErrors++ })
	if l.pause == 0 {
		l.Log.Warn("accepting failed, trying again", "listener", l.addr, "error", why)
	}
	l.pause = min(max(firstPause, 2*l.pause), longestPause)
	// It must not stay in the set, where it would be ready all the time.
	if err := l.watch(unix.EPOLL_CTL_MOD, l.listener, 0); err != nil {
		l.fail(err)
		return
	}
	a := l.acceptor
	time.AfterFunc(l.pause, func() {
		a.rested.Store(true)
		l.wake()
	})
}

// resume accepts again when the pause is over.
func (l *loop) resume() {
	if !l.rested.Swap(false) {
		return
	}
	if err := l.watch(unix.EPOLL_CTL_MOD, l.listener, unix.EPOLLIN); err != nil {
		l.fail(err)
	}
}

// fail ends accepting for good.
func (l *loop) fail(why error) {
	l.stopAccepting()
	l.broken <- why // which has room: this happens once
}

// acceptRest takes what the kernel's queue holds, and lets the listening socket go.
func (l *loop) acceptRest() {
	for {
		switch fd, err := accept(l.listener); {
		case err == nil:
			l.admit(fd)
		case err == unix.EINTR, undone(err): // there may be more behind it
		default: // the queue is empty, or there is no descriptor to take from it
			l.stopAccepting()
			return
		}
	}
}

// stopAccepting lets the listening socket go.
func (l *loop) stopAccepting() {
	_ = unix.Close(l.listener)
	l.acceptor = nil
}
