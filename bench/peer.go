package bench

import (
	"context"
	"fmt"
	"slices"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/scripts/peers"
	"github.com/poolbench/poolbench/strategies"
)

// A peer is the same fan-out in another language, run in the same blocks.
type peer struct {
	name     string // stands in the place of a strategy's
	executor string
	perCPU   int // its default limit, for each CPU
}

// pythonPeers are the article's two pools.
var pythonPeers = []*peer{
	{name: "pythonthreads", executor: "threads", perCPU: 5},
	{name: "pythonprocesses", executor: "processes", perCPU: 1},
}

// peerPatience is how long a peer may take for one answer. To be opened takes
// two, and a peer that hangs is to be given up before the process that holds
// it, which would take the other cells of the group with it.
const peerPatience = defaultPatience / 3

// besidePeers are the strategies that peers are held against: their nearest
// relatives, and the reference.
var besidePeers = []string{Reference, "handrolled", "processes"}

// IsPeer tells whether a cell of that name is no strategy but a peer.
func IsPeer(name string) bool { return findPeer(name) != nil }

func findPeer(name string) *peer {
	for _, p := range pythonPeers {
		if p.name == name {
			return p
		}
	}
	return nil
}

// peerCells returns the cells of the peers and of the strategies beside them,
// each with its default limit and in every pattern. Without an interpreter
// there are none.
func peerCells(w Workload, s Selection) (cells []Cell) {
	if s.Python == "" {
		return nil
	}
	for _, strategy := range s.Strategies {
		if !slices.Contains(besidePeers, strategy.Name) {
			continue
		}
		w.Limit = limitFor(strategy, 0)
		cells = append(cells, w.of(strategy.Name))
		if strategy.Name == Reference {
			cells = append(cells, w.of(Control))
		}
		cells = append(cells, patternCells(w, &strategies.Strategy{Name: strategy.Name})...)
	}
	for _, p := range pythonPeers {
		w.Limit = p.perCPU * cpus()
		cells = append(cells, w.of(p.name))
		cells = append(cells, patternCells(w, &strategies.Strategy{Name: p.name})...)
	}
	return cells
}

// A peerSide is a peer that takes turns.
type peerSide struct {
	cell    Cell
	size    int
	seed    uint64
	number  uint64
	session *peers.Session
}

// open starts the peer and runs its first batch, in which it starts workers.
func (p *peer) open(c Cell, python string, seed uint64) (experiment.Side, error) {
	kind := work.Find(c.Work)
	if kind != work.Hash {
		return nil, fmt.Errorf("peer %s does only work %q, not %q", p.name, work.Hash.Name, c.Work)
	}
	size, err := kind.Size(c.Grain, 0)
	if err != nil {
		return nil, err
	}
	// What ends a run ends this process, and the peer then ends by itself.
	session, err := peers.Start(context.Background(), python, peers.Request{
		Pattern: string(c.Pattern), Pool: string(c.Pool), Executor: p.executor, Limit: c.Limit,
		Tasks: c.Tasks, Work: c.Work, Bytes: size, Seed: seed,
	}, peerPatience)
	if err != nil {
		return nil, err
	}
	side := &peerSide{cell: c, size: size, seed: seed, session: session}
	if _, err := side.Turn(); err != nil {
		session.Close()
		return nil, err
	}
	return side, nil
}

// Turn has the peer run a batch, and checks what it says its results were.
func (p *peerSide) Turn() (experiment.Turn, error) {
	p.number++
	turn, err := p.session.Turn(p.number)
	if err != nil {
		return experiment.Turn{}, err
	}
	var want uint64
	for i := range p.cell.Tasks {
		task := work.Task{Kind: work.Hash, Size: p.size, Input: work.Input(p.seed, p.number, i)}
		want ^= task.Expect()
	}
	if turn.Checksum != want {
		return experiment.Turn{}, fmt.Errorf("%s: the results of %d tasks are wrong: their checksum is %016x, want %016x",
			p.cell.Name(), p.cell.Tasks, turn.Checksum, want)
	}
	return experiment.Turn{
		Ops: p.cell.Tasks, Wall: turn.Wall, CPU: turn.CPU,
		Values: map[string]float64{results.SubmitNs: float64(turn.Submit) / float64(p.cell.Tasks)},
	}, nil
}

func (p *peerSide) Close() error { return p.session.Close() }

// serve starts the peer's echo server.
func (p *peer) serve(c Cell, interpreter string) (target, error) {
	server, err := peers.Serve(context.Background(), interpreter, p.executor, c.Limit, peerPatience)
	if err != nil {
		return nil, err
	}
	return python{server}, nil
}
