//go:build unix

package prefork

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"sync"
	"time"

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
	case !hooked.Load():
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
		configs[i] = config{
			ReadSize: o.ReadSize, IdleTimeout: o.IdleTimeout, WriteTimeout: o.WriteTimeout, Grace: o.Grace, Log: o.Log != nil,
		}
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
	m.await()
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

// keep keeps a place staffed, with p to begin with, until the server drains.
func (m *master) keep(c config, p *child) {
	var pause proc.Backoff
	for p != nil {
		end := m.stats.Include(p.counts)
		m.admit(p)
		err := p.attend()
		end()
		if m.dismiss(p, err) {
			return
		}
		if time.Since(p.Born) > quickDeath {
			pause = 0
		} else {
			pause.Grow()
		}
		if err == nil {
			err = errDrained
		}
		m.log.Warn("a serving process ended, starting another", "pause", pause, "error", err)
		p = m.replace(c, &pause)
	}
}

// errDrained is how a process ends that gets SIGTERM from elsewhere.
var errDrained = errors.New("it drained, and this program did not ask for that")

// replace starts a process after a pause, and after longer ones as long as it
// fails. It returns nil when the server drains.
func (m *master) replace(c config, pause *proc.Backoff) *child {
	for {
		pause.Wait(m.draining)
		p, err := m.start(c)
		if err == nil {
			return p
		}
		if m.ended() {
			return nil
		}
		pause.Grow()
		m.log.Warn("starting a serving process failed, trying again", "pause", *pause, "error", err)
	}
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

// dismiss takes a process off the list, and reports whether the server drains;
// then err is a failure of the drain.
func (m *master) dismiss(p *child, err error) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.alive, p)
	if !m.ended() {
		return false
	}
	if err != nil {
		m.failures = append(m.failures, err)
	}
	return true
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

// await waits for all processes to end, and sees to it.
func (m *master) await() {
	overdue := time.AfterFunc(m.grace+endGrace, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		for p := range m.alive {
			p.Kill()
		}
	})
	defer overdue.Stop()
	m.places.Wait()
}

// pids returns the numbers of the processes there are now.
func (m *master) pids() []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	pids := make([]int, 0, len(m.alive))
	for p := range m.alive {
		pids = append(pids, p.PID())
	}
	slices.Sort(pids)
	return pids
}
