//go:build unix

package prefork

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies/proc"
)

// A process that dies within quickDeath of its start is replaced after a pause.
var quickDeath = time.Second // tests have slower machines

// endGrace is how long a process may take to exit after its drain, the grace
// period included in it and a little more that package echo takes.
const endGrace = 5 * time.Second

// Serve serves on ln from n processes until ctx is cancelled and all of them
// have drained, and closes ln. It returns as soon as one of them cannot be
// started to begin with. See the package's documentation for what becomes of
// each of the options.
func Serve(ctx context.Context, ln net.Listener, n int, o echo.Options) error {
	m, err := newMaster(ln, n, o)
	if err == nil {
		err = m.serve(ctx)
	}
	if err != nil {
		return fmt.Errorf("serve from %d processes: %w", n, err)
	}
	return nil
}

// A master keeps places staffed with processes that serve.
type master struct {
	where   proc.Surroundings // of every process
	configs []config          // of each place
	grace   time.Duration
	stats   *echo.Stats
	log     *slog.Logger
	ln      net.Listener
	socket  *os.File
	places  sync.WaitGroup

	mu       sync.Mutex
	alive    map[*child]bool
	failures []error         // of drains
	draining context.Context // ended under the lock
	drainAll context.CancelFunc
	starting sync.WaitGroup // processes that are being given the socket
}

// newMaster closes ln if it fails.
func newMaster(ln net.Listener, n int, o echo.Options) (_ *master, err error) {
	defer func() {
		if err != nil {
			_ = ln.Close()
		}
	}()
	complete, err := o.WithDefaults()
	switch {
	case err != nil:
		return nil, err
	case n < 1:
		return nil, errors.New("use 1 or more")
	case o.Transform != nil:
		return nil, errors.New("Options.Transform cannot cross to another process: give it to prefork.Hook")
	case !serving.Claimed():
		return nil, ErrNoHook
	}
	socket, err := share(ln)
	if err != nil {
		return nil, err
	}
	m := &master{
		where: proc.Here(), configs: configure(n, o), grace: complete.Grace, stats: complete.Stats, log: complete.Log,
		ln: ln, socket: socket, alive: make(map[*child]bool),
	}
	m.draining, m.drainAll = context.WithCancel(context.Background())
	return m, nil
}

// configure says how each of n processes is to serve. A cap on connections is
// shared out; what it leaves nothing for is not started.
func configure(n int, o echo.Options) []config {
	if o.MaxConnections > 0 {
		n = min(n, o.MaxConnections)
	}
	configs := make([]config, n)
	for i := range configs {
		configs[i] = config{Options: o, Log: o.Log != nil}
		if o.MaxConnections > 0 {
			configs[i].MaxConnections = o.MaxConnections / n
			if i < o.MaxConnections%n {
				configs[i].MaxConnections++
			}
		}
	}
	return configs
}

func (m *master) serve(ctx context.Context) error {
	defer m.stats.Employ(m.pids)()
	stop := context.AfterFunc(ctx, m.drain) // also while processes are being started
	defer stop()
	err := m.startAll()
	if ctx.Err() != nil {
		err = nil // the drain ended what was being started
	}
	if err == nil {
		<-ctx.Done()
	}
	m.drain()
	// All processes end by themselves, or else this one sees to it.
	overdue := time.AfterFunc(m.grace+endGrace, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		for p := range m.alive {
			p.Kill()
		}
	})
	defer overdue.Stop()
	m.places.Wait()
	return errors.Join(append([]error{err}, m.failures...)...)
}

// startAll starts the first process of each place, side by side, and keeps the
// places of those that did start.
func (m *master) startAll() error {
	errs := make([]error, len(m.configs))
	var starting sync.WaitGroup
	for i, c := range m.configs {
		starting.Go(func() {
			p, err := m.start(c)
			if errs[i] = err; err == nil {
				m.places.Go(func() { m.keep(c, p) })
			}
		})
	}
	starting.Wait()
	return errors.Join(errs...)
}

var errDraining = errors.New("the server drains")

// start starts a process unless the server drains. When it begins to drain, what
// is being started is killed.
func (m *master) start(c config) (*child, error) {
	m.mu.Lock()
	if m.ended() {
		m.mu.Unlock()
		return nil, errDraining
	}
	m.starting.Add(1)
	m.mu.Unlock()
	defer m.starting.Done()
	return start(m.draining, m.where, m.socket, c, m.log)
}

func (m *master) ended() bool { return m.draining.Err() != nil }

// keep keeps a process in a place, p to begin with, until the server drains.
func (m *master) keep(c config, p *child) {
	_ = proc.Place[*child]{ // while it is needed there is patience, and so no error
		Kind: "serving", Needed: m.draining, Patient: m.draining, Log: m.log,
		Attend: m.attend,
		Start:  func() (*child, error) { return m.start(c) },
	}.Keep(p)
}

// errDrained is how a process ends that gets SIGTERM from elsewhere.
var errDrained = errors.New("it drained, and this program did not ask for that")

// attend lists a process until it ends, and returns how it ended unless the server
// drains. Then that is a failure of the drain.
func (m *master) attend(p *child) (lasted bool, err error) {
	end := m.stats.Include(p.counts)
	m.admit(p)
	err = p.attend()
	end()
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.alive, p)
	if !m.ended() {
		return time.Since(p.Born) > quickDeath, cmp.Or(err, errDrained)
	}
	if err != nil {
		m.failures = append(m.failures, err)
	}
	return false, nil
}

// admit lists a process, and tells it when the drain began while it started.
func (m *master) admit(p *child) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.alive[p] = true
	if m.ended() {
		p.drain()
	}
}

// drain tells all processes to drain, and closes the socket in this one, unless
// that was done. They accept what is in the kernel's queue, and the last one
// closes it.
func (m *master) drain() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended() {
		return
	}
	m.drainAll()
	for p := range m.alive {
		p.drain()
	}
	_ = m.ln.Close()  // it may have been closed by others
	m.starting.Wait() // for what is not killed yet and holds the socket
	_ = m.socket.Close()
}

// pids returns the numbers of the processes there are now.
func (m *master) pids() []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return proc.PIDs(m.alive)
}

// share duplicates the descriptor of ln's socket, to be given to processes.
//
// Package exec makes a descriptor blocking before it passes it on, and with it
// all that stand for the same socket, so that a process might wait in accept
// for ever. A file that was blocking when it was made is left alone.
func share(ln net.Listener) (_ *os.File, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("share the listening socket: %w", err)
		}
	}()
	owner, ok := ln.(syscall.Conn)
	if !ok {
		return nil, fmt.Errorf("a %T has none to pass on; use one of net.Listen", ln)
	}
	raw, err := owner.SyscallConn()
	if err != nil {
		return nil, err
	}
	var fd int
	var failure error
	err = raw.Control(func(original uintptr) {
		fd, failure = unix.FcntlInt(original, unix.F_DUPFD_CLOEXEC, 0)
	})
	if err = cmp.Or(err, failure); err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, false); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	file := os.NewFile(uintptr(fd), "listener")
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
