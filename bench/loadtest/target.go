package loadtest

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/bench/peers"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/strategies/proc"
)

// A target is a server under load, as far as it can be seen from outside.
type target interface {
	// addr is where it serves.
	addr() string

	// snapshot says what it uses at this moment. An error means that it is
	// gone.
	snapshot() (snapshot, error)

	Close() error
}

// A snapshot is what a server uses at one moment. What is not known is 0.
type snapshot struct {
	cpu       time.Duration // of all its processes, since they began
	rss, peak float64       // bytes, of all its processes

	known      bool // the rest is
	goroutines float64
	starved    float64 // connections that wait for a place
	rejected   float64 // connections that were turned away
}

// A childServer is a serverSide in a process of its own.
type childServer struct {
	side    experiment.Side
	address string
}

// serverPatience is how long a server may take for one snapshot.
const serverPatience = 10 * time.Second

// hostArgs are the arguments with which this program hosts sides.
func hostArgs() []string { return os.Args[1:] }

// startServer starts this program again, to be the server.
func startServer(spec Spec) (*childServer, error) {
	cmd, err := proc.Self(hostArgs()...)
	if err != nil {
		return nil, err
	}
	process, err := experiment.Start(context.Background(), cmd, HostSpec{&ServerSpec{spec.Traffic, spec.Name}}, serverPatience)
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
	s.address = net.JoinHostPort("127.0.0.1", strconv.Itoa(int(first.Values[snapshotPort])))
	return s, nil
}

func (s *childServer) addr() string { return s.address }

func (s *childServer) snapshot() (snapshot, error) {
	turn, err := s.side.Turn()
	if err != nil {
		return snapshot{}, err
	}
	return snapshot{
		cpu: turn.CPU, rss: turn.Values[snapshotRSS], peak: turn.Values[results.PeakRSS],
		known: true, goroutines: turn.Values[results.Goroutines], starved: turn.Values[snapshotStarved], rejected: turn.Values[snapshotRejected],
	}, nil
}

func (s *childServer) Close() error { return s.side.Close() }

// An externalServer runs already; nothing is known of it but its address.
type externalServer string

func (s externalServer) addr() string              { return string(s) }
func (externalServer) snapshot() (snapshot, error) { return snapshot{}, nil }
func (externalServer) Close() error                { return nil }

// A peerServer is a server in another language.
type peerServer struct{ *peers.Server }

func startPeer(peer *peers.Peer, spec Spec) (target, error) {
	server, err := peer.Serve(spec.Python, spec.Traffic.Limit)
	if err != nil {
		return nil, err
	}
	return peerServer{server}, nil
}

func (p peerServer) addr() string { return p.Addr }

func (p peerServer) snapshot() (snapshot, error) {
	if err := p.Alive(); err != nil {
		return snapshot{}, err
	}
	pids := machine.Descendants(p.PID())
	if len(pids) == 0 {
		return snapshot{}, nil
	}
	// The clock of this process is always in it.
	now, peak := machine.Resident(pids...)
	return snapshot{cpu: experiment.CPUTime(pids...) - experiment.CPUTime(), rss: float64(now), peak: float64(peak)}, nil
}
