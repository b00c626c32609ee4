package bench

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
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/strategies"
)

// A served is the echo under one strategy, in a process of its own. Its turns
// are no work of its own but looks at what it uses: the work comes over the
// socket.
type served struct {
	cell   Cell
	addr   *net.TCPAddr
	stats  *echo.Stats
	drain  context.CancelFunc
	ended  chan error // gets what serving returned
	broken error      // what it returned before it was asked to end
}

// What a look holds besides units of the results.
const (
	lookPort     = "port"
	lookRSS      = "RSS-bytes"
	lookStarved  = "starved"
	lookRejected = "rejected"
)

// serveGrace is how long answers in flight may take when a server ends. Nobody
// waits for them any longer.
const serveGrace = 200 * time.Millisecond

// serveLimit is how long a server may take to end.
const serveLimit = 3 * time.Second

// openServed listens on the loopback interface and serves there.
func openServed(c Cell, by cast) (*served, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve: %w", err)
	}
	s := &served{cell: c, addr: ln.Addr().(*net.TCPAddr), stats: new(echo.Stats), ended: make(chan error, 1)}
	options := echo.Options{Transform: transform(c.Traffic), Grace: serveGrace, Stats: s.stats}
	if c.Traffic.Unit == UnitMessage {
		options.Unit = echo.PerMessage
	}
	if c.Traffic.purpose() == forOverload {
		fillHeap()
	}
	var ctx context.Context
	ctx, s.drain = context.WithCancel(context.Background())
	switch {
	case by.server != nil:
		go func() { s.ended <- by.server.Serve(ctx, ln, c.Limit, options) }()
	case by.strategy != nil:
		go func() { s.ended <- pooled.Serve(ctx, ln, by.strategy, c.Limit, options) }()
	default:
		s.drain()
		return nil, errors.Join(fmt.Errorf("this program has neither a strategy nor a server %q", c.Strategy), ln.Close())
	}
	return s, nil
}

// firstHeap is more than a heap without anything in it grows to before it is
// collected for the first time.
const firstHeap = 8 << 20

// garbage keeps what fillHeap allocates, one object at a time, from being left
// out.
var garbage atomic.Pointer[[garbageSize]byte]

const garbageSize = 1 << 10

// fillHeap makes the heap grow to what it is first collected at, and collects
// it. Until then memory grows by whatever is allocated, also by what is garbage
// at once, and under overload that would pass for a queue.
func fillHeap() {
	for range firstHeap / garbageSize {
		garbage.Store(new([garbageSize]byte))
	}
	garbage.Store(nil)
	runtime.GC()
}

// A cast is who plays a cell's part: one of the two, or nobody.
type cast struct {
	strategy *strategies.Strategy
	server   *echo.Server
}

// transform is what the server does with a message besides the echo, nil for
// nothing.
func transform(t Traffic) func([]byte) []byte {
	if t.Handler == 0 && t.Panics == 0 {
		return nil
	}
	var messages atomic.Int64
	return func(message []byte) []byte {
		if t.Handler > 0 {
			time.Sleep(t.Handler)
		}
		if n := messages.Add(1); t.Panics > 0 && n%int64(t.Panics) == 0 {
			panic(fmt.Sprintf("message %d, as is to be expected", n))
		}
		echo.Upper(message, message)
		return message
	}
}

// Turn is a look. The CPU time comes first: what looking takes is nobody's.
func (s *served) Turn() (experiment.Turn, error) {
	pids := s.stats.PIDs()
	look := experiment.Turn{Ops: 1, CPU: experiment.CPUTime(pids...)}
	select {
	case s.broken = <-s.ended:
		if s.broken == nil {
			s.broken = errors.New("it ended without having been asked to")
		}
	default:
	}
	if s.broken != nil {
		return look, fmt.Errorf("serve: %w", s.broken)
	}
	counts := s.stats.Read()
	look.Values = map[string]float64{
		lookPort:           float64(s.addr.Port),
		lookStarved:        float64(counts.Starved),
		lookRejected:       float64(counts.Rejected),
		results.Goroutines: float64(runtime.NumGoroutine()),
	}
	if rss, peak := machine.Resident(append([]int{os.Getpid()}, pids...)...); rss > 0 {
		look.Values[lookRSS], look.Values[results.PeakRSS] = float64(rss), float64(peak)
	}
	return look, nil
}

// Close drains the server. One whose tasks panicked is left as it is: what it
// has lost it would wait for.
func (s *served) Close() error {
	s.drain()
	if s.cell.Traffic.Panics > 0 || s.broken != nil {
		return nil
	}
	select {
	case err := <-s.ended:
		return err
	case <-time.After(serveLimit):
		return fmt.Errorf("serve: not drained after %v", serveLimit)
	}
}
