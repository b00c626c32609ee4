package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	cpu "github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/echo/load"
)

// The load of every turn.
const (
	connections = 64
	payload     = 41 // bytes
)

type experiment struct {
	epoll     string
	names     []string
	processes int
	exchanges int
	turn      time.Duration
	seed      uint64
}

// measure writes the lines of all turns to a new file.
func (e *experiment) measure(ctx context.Context, path string) (err error) {
	for _, name := range e.names {
		if _, err := find(name); err != nil {
			return err
		}
	}
	file, err := results.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := file.Head(append(results.MachineSettings(), []results.Setting{
		{Key: "runstamp", Value: time.Now().UTC().Format(time.RFC3339)},
		{Key: "seed", Value: strconv.FormatUint(e.seed, 10)},
		{Key: "turn", Value: e.turn.String()},
		{Key: "reference", Value: floor},
	}...)); err != nil {
		return err
	}
	coin := rand.New(rand.NewPCG(e.seed, 0))
	for n := range e.processes {
		if err := file.Block(results.Block{Number: n + 1, Group: "cpu", Seed: e.seed, Steal: -1}); err != nil {
			return err
		}
		if err := e.processesOnce(ctx, coin, file); err != nil {
			return err
		}
	}
	return nil
}

// processesOnce starts every server and lets them take turns.
func (e *experiment) processesOnce(ctx context.Context, coin *rand.Rand, file *results.Writer) (err error) {
	var all []*process
	defer func() {
		for _, p := range all {
			err = errors.Join(err, p.stop())
		}
	}()
	for _, name := range append([]string{floor}, e.names...) {
		p, err := e.start(name)
		if err != nil {
			return err
		}
		all = append(all, p)
		// Unmeasured, so that memory and caches are as they stay.
		if _, err := e.take(ctx, p, e.turn/4); err != nil {
			return err
		}
	}
	for range e.exchanges {
		for _, i := range coin.Perm(len(all)) {
			values, err := e.take(ctx, all[i], e.turn)
			if err != nil {
				return err
			}
			if err := file.Line(lineName(all[i].name), values.requests, values.units); err != nil {
				return err
			}
		}
	}
	return nil
}

// lineName is the benchmark of a server.
func lineName(name string) string {
	unit := "own"
	if isPool(name) {
		unit = "connection"
	}
	return fmt.Sprintf("Echo/load=closed/unit=%s/connections=%d/payload=%d/strategy=%s", unit, connections, payload, name)
}

type turn struct {
	requests int
	units    map[string]float64
}

// take is one turn of a server.
func (e *experiment) take(ctx context.Context, p *process, d time.Duration) (turn, error) {
	var begin, used time.Duration
	pid := p.cmd.Process.Pid
	// CPUTime adds this process's own, which is taken off again.
	clock := func() time.Duration { return cpu.CPUTime(pid) - cpu.CPUTime() }
	r, err := load.RunWatched(ctx, load.Options{
		Addr: p.addr, Closed: true, Connections: connections, Payload: payload, Duration: d, Seed: e.seed,
	}, load.Watch{
		Begin: func() { begin = clock() },
		End:   func() { used = clock() - begin },
	})
	if err != nil {
		return turn{}, fmt.Errorf("a turn of %s: %w", p.name, err)
	}
	// A generator at its limit, or halves that differ, change the rate and not
	// what a request costs the server; a request that is not answered does.
	if c := r.Counts; c.Received != c.Sent || c.ExtraBytes > 0 || c.Received == 0 {
		return turn{}, fmt.Errorf("a turn of %s: %v", p.name, r.Verdict)
	}
	return turn{int(r.Counts.Sent), map[string]float64{
		results.CPUNsPerReq: float64(used) / float64(r.Counts.Sent),
		results.ReqRate:     r.Throughput,
		results.GenCPU:      float64(r.CPUPerRequest),
	}}, nil
}
