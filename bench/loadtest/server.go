package loadtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/strategies"
)

// An Implementation is what serves: a strategy, or a server that owns its
// socket.
type Implementation struct {
	Strategy *strategies.Strategy
	Server   *echo.Server
}

// crashes tells whether a panic of the handler is declared to end the server.
func (i Implementation) crashes() bool {
	if i.Server != nil {
		return i.Server.Traits.Panic == echo.PanicServer
	}
	if i.Strategy == nil {
		return false
	}
	// Where the caller of Go gets the panic, that is a goroutine of the server.
	p := i.Strategy.Traits.Panic
	return p == strategies.PanicCrashes || p == strategies.PanicSubmitter
}

// A ServerSpec is what a process is asked to be the server of.
type ServerSpec struct {
	Traffic workload.Traffic `json:"traffic"`
	Name    string           `json:"name"` // of the strategy or server
}

// A HostSpec is what this package writes to a process of this program that it
// starts: it answers by [Serve].
type HostSpec struct {
	Serve *ServerSpec `json:"serve,omitempty"`
}

// A serverSide is the echo under one strategy, in a process of its own. Its
// turns do no work but give a snapshot of what it uses: the work comes over the
// socket.
type serverSide struct {
	traffic workload.Traffic
	addr    *net.TCPAddr
	stats   *echo.Stats
	drain   context.CancelFunc
	ended   chan error // gets what serving returned
	broken  error      // what it returned before it was asked to end
}

// What a snapshot holds besides units of the results.
const (
	port     = "port"
	resident = "RSS-bytes" // of all the server's processes
)

// serveGrace is how long answers in flight may take when a server ends. By then
// they are no longer waited for.
const serveGrace = 200 * time.Millisecond

// serveLimit is how long a server may take to end.
const serveLimit = 3 * time.Second

// Serve listens on the loopback interface and serves there until the side is
// closed.
func Serve(spec ServerSpec, impl Implementation) (experiment.Side, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve: %w", err)
	}
	t := spec.Traffic
	s := &serverSide{traffic: t, addr: ln.Addr().(*net.TCPAddr), stats: new(echo.Stats), ended: make(chan error, 1)}
	options := echo.Options{Transform: transform(t), Grace: serveGrace, Stats: s.stats}
	if t.Dispatch == workload.PerMessage {
		options.Dispatch = echo.PerMessage
	}
	if purposeOf(t) == forOverload {
		fillHeap()
	}
	var ctx context.Context
	ctx, s.drain = context.WithCancel(context.Background())
	switch {
	case impl.Server != nil:
		go func() { s.ended <- impl.Server.Serve(ctx, ln, t.Limit, options) }()
	case impl.Strategy != nil:
		go func() { s.ended <- pooled.Serve(ctx, ln, impl.Strategy, t.Limit, options) }()
	default:
		s.drain()
		return nil, errors.Join(fmt.Errorf("this program has neither a strategy nor a server %q", spec.Name), ln.Close())
	}
	return s, nil
}

// firstHeap is more than a heap without anything in it grows to before it is
// collected for the first time.
const firstHeap = 8 << 20

// garbage makes sure that what fillHeap allocates, one object at a time, is not
// optimised away.
var garbage atomic.Pointer[[garbageSize]byte]

const garbageSize = 1 << 10

// fillHeap makes the heap grow to what it is first collected at, and collects
// it. Until then memory grows by all that is allocated, also by what is garbage
// at once, and under overload that would pass for a queue.
func fillHeap() {
	for range firstHeap / garbageSize {
		garbage.Store(new([garbageSize]byte))
	}
	garbage.Store(nil)
	runtime.GC()
}

// transform is what the server does with a message besides the echo, nil for
// nothing.
func transform(t workload.Traffic) func([]byte) []byte {
	if t.Handler == 0 && t.Panics == 0 {
		return nil
	}
	var messages atomic.Int64
	return func(message []byte) []byte {
		if t.Handler > 0 {
			time.Sleep(t.Handler)
		}
		if n := messages.Add(1); t.Panics > 0 && n%int64(t.Panics) == 0 {
			panic(fmt.Sprintf("message %d panics, as this workload demands", n))
		}
		echo.Upper(message, message)
		return message
	}
}

// Turn is a snapshot. The CPU time comes first: what taking it costs is left
// out.
func (s *serverSide) Turn() (experiment.Turn, error) {
	pids := s.stats.PIDs()
	turn := experiment.Turn{Ops: 1, CPU: experiment.CPUTime(pids...)}
	select {
	case s.broken = <-s.ended:
		if s.broken == nil {
			s.broken = errors.New("it ended without having been asked to")
		}
	default:
	}
	if s.broken != nil {
		return turn, fmt.Errorf("serve: %w", s.broken)
	}
	counts := s.stats.Read()
	turn.Values = map[string]float64{
		port:               float64(s.addr.Port),
		results.Starved:    float64(counts.Starved),
		results.Rejected:   float64(counts.Rejected),
		results.Goroutines: float64(runtime.NumGoroutine()),
	}
	if rss, peak := machine.Resident(append([]int{os.Getpid()}, pids...)...); rss > 0 {
		turn.Values[resident], turn.Values[results.PeakRSS] = float64(rss), float64(peak)
	}
	return turn, nil
}

// Close drains the server. One whose tasks panicked is left as it is: what it
// has lost it would wait for.
func (s *serverSide) Close() error {
	s.drain()
	if s.traffic.Panics > 0 || s.broken != nil {
		return nil
	}
	select {
	case err := <-s.ended:
		return err
	case <-time.After(serveLimit):
		return fmt.Errorf("serve: not drained after %v", serveLimit)
	}
}
