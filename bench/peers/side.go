package peers

import (
	"context"
	"fmt"
	"slices"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
)

// A Peer is a pool of another language.
type Peer struct {
	Name     string // stands in the place of a strategy's
	executor string
	perCPU   int
}

// All lists every peer: the two pools of Python's concurrent.futures.
var All = []*Peer{
	{Name: "pythonthreads", executor: "threads", perCPU: 5},
	{Name: "pythonprocesses", executor: "processes", perCPU: 1},
}

// Find returns the peer of that name, nil if there is none.
func Find(name string) *Peer {
	if i := slices.IndexFunc(All, func(p *Peer) bool { return p.Name == name }); i >= 0 {
		return All[i]
	}
	return nil
}

// DefaultLimit is the limit that the peer's library has on so many CPUs unless
// it is given one.
func (p *Peer) DefaultLimit(cpus int) int { return p.perCPU * cpus }

// patience is how long a peer may take for one answer. To be opened takes two,
// and a peer that hangs is to be given up before the process that holds it,
// which would take the other cells of the group with it.
const patience = experiment.DefaultPatience / 3

// A side is a peer that takes turns.
type side struct {
	request Request
	number  uint64
	session *Session
}

// Open starts the peer on a Python and runs its first batch, in which it starts
// workers. The request's executor is the peer's own.
func (p *Peer) Open(python string, r Request) (experiment.Side, error) {
	if r.Work != work.Hash.Name {
		return nil, fmt.Errorf("peer %s does only work %q, not %q", p.Name, work.Hash.Name, r.Work)
	}
	r.Executor = p.executor
	// What ends a run ends this process, and the peer then ends by itself.
	session, err := Start(context.Background(), python, r, patience)
	if err != nil {
		return nil, err
	}
	s := &side{request: r, session: session}
	if _, err := s.Turn(); err != nil {
		session.Close()
		return nil, err
	}
	return s, nil
}

// Turn has the peer run a batch, and checks what it says its results were.
func (s *side) Turn() (experiment.Turn, error) {
	s.number++
	turn, err := s.session.Turn(s.number)
	if err != nil {
		return experiment.Turn{}, err
	}
	var want uint64
	for i := range s.request.Tasks {
		task := work.Task{Kind: work.Hash, Size: s.request.Bytes, Input: work.Input(s.request.Seed, s.number, i)}
		want ^= task.Expect()
	}
	if turn.Checksum != want {
		return experiment.Turn{}, fmt.Errorf("the results of %d tasks are wrong: their checksum is %016x, want %016x",
			s.request.Tasks, turn.Checksum, want)
	}
	return experiment.Turn{
		Ops: s.request.Tasks, Wall: turn.Wall, CPU: turn.CPU,
		Values: map[string]float64{results.SubmitNs: float64(turn.Submit) / float64(s.request.Tasks)},
	}, nil
}

// Close ends the peer.
func (s *side) Close() error { return s.session.Close() }

// Serve starts the peer's echo server on a Python.
func (p *Peer) Serve(python string, limit int) (*Server, error) {
	return Serve(context.Background(), python, p.executor, limit, patience)
}
