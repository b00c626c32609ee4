package bench

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/scripts/peers"
)

// A target is a server under load, as far as it can be seen from outside.
type target interface {
	// addr is where it serves.
	addr() string

	// look says what it uses at this moment. An error means that it is gone.
	look() (look, error)

	Close() error
}

// A look is what a server uses at one moment. What is not known is 0.
type look struct {
	cpu       time.Duration // of all its processes, since they began
	rss, peak float64       // bytes, of all its processes

	known      bool // the rest is
	goroutines float64
	starved    float64 // connections that wait for a place
	rejected   float64 // connections that were turned away
}

// A childServer is a served in a process of its own.
type childServer struct {
	side    experiment.Side
	address string
}

// serverPatience is how long a server may take for one look.
const serverPatience = 10 * time.Second

// hostArgs are the arguments with which this program hosts cells.
func hostArgs() []string { return os.Args[1:] }

// startServer starts this program again, to be the server of a cell.
func startServer(c Cell) (*childServer, error) {
	cmd, err := experiment.Self(hostArgs()...)
	if err != nil {
		return nil, err
	}
	process, err := experiment.Start(context.Background(), cmd, hostSpec{Serve: &c}, serverPatience)
	if err != nil {
		return nil, fmt.Errorf("start a server: %w", err)
	}
	s := &childServer{side: process.Side(context.Background(), 0)}
	if err := process.Opened()[0]; err != nil {
		_ = s.Close()
		return nil, err
	}
	first, err := s.side.Turn()
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	s.address = net.JoinHostPort("127.0.0.1", strconv.Itoa(int(first.Values[lookPort])))
	return s, nil
}

func (s *childServer) addr() string { return s.address }

func (s *childServer) look() (look, error) {
	turn, err := s.side.Turn()
	if err != nil {
		return look{}, err
	}
	return look{
		cpu: turn.CPU, rss: turn.Values[lookRSS], peak: turn.Values[results.PeakRSS],
		known: true, goroutines: turn.Values[results.Goroutines], starved: turn.Values[lookStarved], rejected: turn.Values[lookRejected],
	}, nil
}

func (s *childServer) Close() error { return s.side.Close() }

// A stranger is a server of which nothing is known but where it is.
type stranger string

func (s stranger) addr() string      { return string(s) }
func (stranger) look() (look, error) { return look{}, nil }
func (stranger) Close() error        { return nil }

// A python is the article's own server.
type python struct{ *peers.Server }

func (p python) addr() string { return p.Addr }

func (p python) look() (look, error) {
	if err := p.Alive(); err != nil {
		return look{}, err
	}
	pids := machine.Descendants(p.PID())
	if len(pids) == 0 {
		return look{}, nil
	}
	// The clock of this process is always in it.
	now, peak := machine.Resident(pids...)
	return look{cpu: experiment.CPUTime(pids...) - experiment.CPUTime(), rss: float64(now), peak: float64(peak)}, nil
}
