package load

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// events is how many sockets are looked at after one wait.
const events = 128

// An epollDriver serves its connections from the one thread that calls run.
// Sockets are level-triggered: what one read leaves is reported again.
type epollDriver struct {
	core    *core
	clock   func() int64
	family  int
	address unix.Sockaddr
	epoll   int
	sockets []socket // by descriptor
	buffer  []byte
	ready   [events]unix.EpollEvent
	coarse  bool // the kernel knows no epoll_pwait2

	mu    sync.Mutex // guards what follows, for interrupt
	wake  int        // an eventfd; -1 once shut
	cause error
}

// A socket is what stands behind a descriptor. Descriptors are used again, so
// each has the number of its user: an event that was fetched for the last one
// is not the next one's.
type socket struct {
	conn *connection
	uses int32
}

var _ driver = (*epollDriver)(nil)

// lockThread gives the calling goroutine a thread of its own whose waits end
// on time. It is not given back: it ends with the goroutine, and with it the
// setting.
func lockThread() {
	runtime.LockOSThread()
	// Without it the kernel may wake 50 us late to save power; with no right
	// to change it, the lag will tell.
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
}

// newDriver returns the best driver of this platform.
func newDriver(address netip.AddrPort, clock func() int64, bind func(driver) *core) (driver, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create an epoll set: %w", err)
	}
	wake, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err != nil {
		unix.Close(epoll)
		return nil, fmt.Errorf("create an eventfd: %w", err)
	}
	if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, wake, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(wake)}); err != nil {
		unix.Close(wake)
		unix.Close(epoll)
		return nil, fmt.Errorf("watch an eventfd: %w", err)
	}
	d := &epollDriver{clock: clock, epoll: epoll, wake: wake, buffer: make([]byte, 64<<10)}
	if ip := address.Addr().Unmap(); ip.Is4() {
		d.family, d.address = unix.AF_INET, &unix.SockaddrInet4{Port: int(address.Port()), Addr: ip.As4()}
	} else {
		d.family, d.address = unix.AF_INET6, &unix.SockaddrInet6{Port: int(address.Port()), Addr: ip.As16(), ZoneId: zone(ip)}
	}
	d.core = bind(d)
	return d, nil
}

func (d *epollDriver) dial(conn *connection) error {
	fd, err := unix.Socket(d.family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, unix.IPPROTO_TCP)
	if err != nil {
		return fmt.Errorf("open a socket: %w", err)
	}
	// A request must go out when it is due, not when an earlier one is
	// acknowledged.
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		unix.Close(fd)
		return fmt.Errorf("set TCP_NODELAY: %w", err)
	}
	if err := unix.Connect(fd, d.address); err != nil && err != unix.EINPROGRESS {
		unix.Close(fd)
		return fmt.Errorf("connect: %w", err)
	}
	for fd >= len(d.sockets) {
		d.sockets = append(d.sockets, socket{})
	}
	s := &d.sockets[fd]
	s.conn, s.uses = conn, s.uses+1
	conn.handle = fd
	if err := d.watch(unix.EPOLL_CTL_ADD, fd, unix.EPOLLOUT); err != nil {
		s.conn = nil
		unix.Close(fd)
		conn.handle = -1
		return fmt.Errorf("watch a socket: %w", err)
	}
	return nil
}

func (d *epollDriver) watch(op, fd int, interest uint32) error {
	return unix.EpollCtl(d.epoll, op, fd, &unix.EpollEvent{Events: interest, Fd: int32(fd), Pad: d.sockets[fd].uses})
}

func (d *epollDriver) write(conn *connection, b []byte) (int, error) {
	n, err := unix.Write(conn.handle, b)
	if err == unix.EAGAIN || err == unix.EINTR {
		n, err = 0, nil
	}
	if err == nil && n < len(b) {
		err = d.watch(unix.EPOLL_CTL_MOD, conn.handle, unix.EPOLLIN|unix.EPOLLOUT)
	}
	return max(n, 0), err
}

func (d *epollDriver) close(conn *connection) {
	if conn.handle >= 0 && d.sockets[conn.handle].conn == conn {
		d.sockets[conn.handle].conn = nil
		unix.Close(conn.handle)
	}
}

func (d *epollDriver) run(begin func(), done func() bool) {
	begin()
	for {
		d.core.advance()
		if done() {
			return
		}
		n := d.wait(d.core.wake() - d.clock())
		for _, event := range d.ready[:n] {
			d.serve(event)
			// Replies must not hold up what is due.
			if d.core.wake() <= d.clock() {
				d.core.advance()
			}
		}
	}
}

// serve does what one event asks for.
func (d *epollDriver) serve(event unix.EpollEvent) {
	fd := int(event.Fd)
	if fd == d.wake {
		d.interrupted()
		return
	}
	conn := d.sockets[fd].conn
	if conn == nil || d.sockets[fd].uses != event.Pad {
		return
	}
	if conn.state == connecting {
		d.settle(conn)
		return
	}
	if event.Events&unix.EPOLLOUT != 0 {
		if err := d.watch(unix.EPOLL_CTL_MOD, fd, unix.EPOLLIN); err != nil {
			d.core.ended(conn, err)
			return
		}
		d.core.writable(conn)
	}
	if event.Events&(unix.EPOLLIN|unix.EPOLLHUP|unix.EPOLLERR) != 0 && conn.state == open {
		d.read(conn)
	}
}

// settle ends an attempt to connect.
func (d *epollDriver) settle(conn *connection) {
	code, err := unix.GetsockoptInt(conn.handle, unix.SOL_SOCKET, unix.SO_ERROR)
	if err == nil && code != 0 {
		err = unix.Errno(code)
	}
	if err == nil {
		err = d.watch(unix.EPOLL_CTL_MOD, conn.handle, unix.EPOLLIN)
	}
	if err != nil {
		d.core.refused(conn, fmt.Errorf("connect: %w", err))
		return
	}
	d.core.connected(conn)
}

func (d *epollDriver) read(conn *connection) {
	n, err := unix.Read(conn.handle, d.buffer)
	switch {
	case n > 0:
		d.core.received(conn, d.buffer[:n])
	case err == unix.EAGAIN || err == unix.EINTR:
	case err != nil:
		d.core.ended(conn, err)
	default:
		d.core.ended(conn, io.EOF)
	}
}

// wait returns how many sockets are ready, after at most the given time.
func (d *epollDriver) wait(ns int64) int {
	var n int
	err := error(unix.ENOSYS)
	if !d.coarse {
		n, err = epollPwait2(d.epoll, d.ready[:], max(ns, 0))
	}
	if errors.Is(err, unix.ENOSYS) {
		// Before Linux 5.11: ppoll waits as exactly and can watch the set.
		d.coarse = true
		timeout := unix.NsecToTimespec(max(ns, 0))
		_, _ = unix.Ppoll([]unix.PollFd{{Fd: int32(d.epoll), Events: unix.POLLIN}}, &timeout, nil)
		n, err = unix.EpollWait(d.epoll, d.ready[:], 0)
	}
	if err != nil {
		// Interrupted by a signal; nothing else can happen to a set of
		// our own.
		return 0
	}
	return n
}

func (d *epollDriver) busy() float64 { return threadCPU().Seconds() }

func (d *epollDriver) interrupt(cause error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.wake >= 0 && d.cause == nil {
		d.cause = cause
		// An eventfd of zero always has room for a one.
		_, _ = unix.Write(d.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	}
}

func (d *epollDriver) interrupted() {
	d.mu.Lock()
	cause := d.cause
	d.mu.Unlock()
	var count [8]byte
	_, _ = unix.Read(d.wake, count[:])
	d.core.cancel(cause)
}

func (d *epollDriver) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	unix.Close(d.wake)
	unix.Close(d.epoll)
	d.wake = -1
}
