package eventloop

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// batch is how many sockets are looked at after one wait.
const batch = 128

// A loop serves its connections from the one goroutine that runs it. Sockets
// are level-triggered: what one read leaves is reported again.
type loop struct {
	*server
	meter
	epoll  int
	buffer []byte // of one message
	ready  [batch]unix.EpollEvent
	conns  []*conn // by descriptor
	open   int     // of them
	at     stage   // the server's, as far as this loop has followed
	visits bool    // each connection is to be looked at, whether ready or not
	in     *conn   // whose message is in Transform

	*acceptor // of the first loop only, while it accepts

	late atomic.Bool // it is time to look for timeouts

	mu       sync.Mutex // guards what follows, which others use as well
	doorbell int        // an eventfd; -1 once the loop has ended
	dealt    []*conn    // that the accepting loop gave to this one
}

func newLoop(s *server) (*loop, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create an epoll set: %w", err)
	}
	doorbell, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err != nil {
		_ = unix.Close(epoll)
		return nil, fmt.Errorf("create an eventfd: %w", err)
	}
	l := &loop{server: s, epoll: epoll, doorbell: doorbell, buffer: make([]byte, s.ReadSize)}
	if err := l.watch(unix.EPOLL_CTL_ADD, doorbell, unix.EPOLLIN); err != nil {
		l.free()
		return nil, fmt.Errorf("watch an eventfd: %w", err)
	}
	return l, nil
}

func (l *loop) watch(op, fd int, interest uint32) error {
	return unix.EpollCtl(l.epoll, op, fd, &unix.EpollEvent{Events: interest, Fd: int32(fd)})
}

// run serves until the server has ended. It goes on in another goroutine when
// Transform panics or ends this one.
func (l *loop) run() {
	defer func() {
		if c := l.in; c != nil {
			l.in = nil
			l.aborted(c, recover())
			go l.run()
		}
	}()
	for l.at < closing || l.open > 0 {
		if l.visits {
			l.visit()
			continue
		}
		for _, event := range l.ready[:l.wait()] {
			l.serve(event)
		}
	}
	l.free()
	l.running.Done()
}

// wait returns how many sockets are ready, once there are some.
func (l *loop) wait() int {
	n, err := unix.EpollWait(l.epoll, l.ready[:], -1)
	if err != nil {
		return 0 // interrupted by a signal; nothing else can happen to a set of our own
	}
	return n
}

func (l *loop) serve(event unix.EpollEvent) {
	fd := int(event.Fd)
	switch {
	case fd == l.doorbell:
		l.answerDoor()
	case l.acceptor != nil && fd == l.listener:
		l.accept()
	default:
		// A process that is being started holds a copy of every socket until it
		// executes its program, and so one that was closed here may be reported.
		if c := l.conn(fd); c != nil {
			c.ready(l)
		}
	}
}

// conn returns the connection of a descriptor. One that was dealt is taken in
// when it is first heard of.
func (l *loop) conn(fd int) *conn {
	if fd >= len(l.conns) || l.conns[fd] == nil {
		l.takeIn()
	}
	if fd >= len(l.conns) {
		return nil // such as a listener that was let go in this very batch
	}
	return l.conns[fd]
}

func (l *loop) takeIn() {
	l.mu.Lock()
	dealt := l.dealt
	l.dealt = nil
	l.mu.Unlock()
	for _, c := range dealt {
		l.list(c)
	}
}

func (l *loop) list(c *conn) {
	if c.fd >= len(l.conns) {
		l.conns = append(l.conns, make([]*conn, c.fd+1-len(l.conns))...)
	}
	l.conns[c.fd] = c
	l.open++
}

// wake makes the loop look at what others want of it.
func (l *loop) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.doorbell >= 0 {
		// It fails only when it has rung 2^64 times and nobody came.
		_, _ = unix.Write(l.doorbell, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	}
}

// answerDoor does what others want.
func (l *loop) answerDoor() {
	var rings [8]byte
	_, _ = unix.Read(l.doorbell, rings[:])
	// The stage first: whoever deals looks at it, and so nothing is dealt that is
	// not taken in here, before this loop follows.
	now := stage(l.stage.Load())
	l.takeIn()
	if l.late.Swap(false) {
		l.look(time.Now())
	}
	if l.acceptor != nil {
		l.resume()
	}
	if now > l.at {
		l.follow(now)
	}
}

// follow goes on to another stage of the server.
func (l *loop) follow(to stage) {
	l.at = to
	if to >= closing && l.acceptor != nil {
		l.acceptRest()
	}
	l.visits = true
}

// visit looks at each connection after the server has entered another stage.
func (l *loop) visit() {
	for _, c := range l.conns {
		switch {
		case c == nil:
		case l.at == over:
			l.cut(c)
		case c.phase == reading:
			l.answer(c)
		}
	}
	l.visits = false // only now: a panic would have left some out
}

// aborted ends the connection whose message Transform did not return from. The
// reason is nil after runtime.Goexit.
func (l *loop) aborted(c *conn, reason any) {
	if reason != nil {
		l.Log.Error("a message's transform panicked", "panic", reason, "stack", string(debug.Stack()))
	}
	l.end(c, errAborted)
}

// free ends the loop's use of descriptors.
func (l *loop) free() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.acceptor != nil {
		_ = unix.Close(l.listener)
		l.acceptor = nil
	}
	_ = unix.Close(l.doorbell)
	_ = unix.Close(l.epoll)
	l.doorbell = -1
}
