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

// A target is a server under load, as far as it can be seen from outside. Its
// turns are snapshots of what it uses: CPU time since it began, and values by
// unit. What is not known is not among them; an error means that it is gone.
type target struct {
	addr string
	experiment.Side
}

// serverPatience is how long a server may take for one snapshot.
const serverPatience = 10 * time.Second

// hostArgs are the arguments with which this program hosts sides.
func hostArgs() []string { return os.Args[1:] }

// startServer starts this program again, to be the server.
func startServer(spec Spec) (target, error) {
	cmd, err := proc.Self(hostArgs()...)
	if err != nil {
		return target{}, err
	}
	process, err := experiment.Start(context.Background(), cmd, HostSpec{&ServerSpec{spec.Traffic, spec.Name}}, serverPatience)
	if err != nil {
		return target{}, fmt.Errorf("start a server: %w", err)
	}
	side := process.Side(context.Background(), 0)
	first := experiment.Turn{}
	if err = process.Opened()[0]; err == nil {
		first, err = side.Turn()
	}
	if err != nil {
		_ = side.Close()
		return target{}, err
	}
	return target{net.JoinHostPort("127.0.0.1", strconv.Itoa(int(first.Values[port]))), side}, nil
}

// An externalServer runs already; nothing is known of it but its address.
type externalServer struct{}

func (externalServer) Turn() (experiment.Turn, error) { return experiment.Turn{}, nil }
func (externalServer) Close() error                   { return nil }

// A peerServer is a server in another language.
type peerServer struct{ *peers.Server }

func (p peerServer) Turn() (experiment.Turn, error) {
	pids := machine.Descendants(p.PID())
	if err := p.Alive(); err != nil || len(pids) == 0 {
		return experiment.Turn{}, err
	}
	// The clock of this process is always in it.
	now, peak := machine.Resident(pids...)
	return experiment.Turn{
		CPU:    experiment.CPUTime(pids...) - experiment.CPUTime(),
		Values: map[string]float64{resident: float64(now), results.PeakRSS: float64(peak)},
	}, nil
}
