package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/selftest"
)

// A campaign is a number of gates alike.
type campaign struct {
	subject   func(budget time.Duration, seed uint64) gate.Request
	gates     int
	budget    time.Duration
	out       string
	seed      uint64
	scheduler gate.Policy
	building  lease
	measuring lease
	slice     time.Duration
}

// besides is what the folders of gates with one scheduler have behind their names.
var besides = map[gate.Policy]string{scheduler.Normal: "-normal", scheduler.RoundRobin: "-rr"}

// complete fills in what was not asked for. Gates with one scheduler have a folder
// of their own: in that of the others they would be taken for measured already.
func (c *campaign) complete(out string, budget time.Duration) {
	if c.out == "" {
		c.out = out + besides[c.scheduler]
	}
	if c.budget == 0 {
		c.budget = budget
	}
}

var shapes = []string{
	"Spin/alone", "Spin/split", "Spin/contended", "Alloc/small", "Alloc/large",
	"Handoff/pair", "Handoff/buffered", "Handoff/workers",
}

// identical is a small gate of identical builds, of two shapes that are drawn.
func identical(budget time.Duration, seed uint64) gate.Request {
	var bench []string
	for _, i := range rand.New(rand.NewPCG(seed, 0)).Perm(len(shapes))[:2] {
		kind, shape, _ := strings.Cut(shapes[i], "/")
		bench = append(bench, kind+"/^"+shape+"$/slowdown=0$")
	}
	return selftest.Request(strings.Join(bench, "|"), false, budget, seed)
}

// slowed is a whole gate in which every benchmark is slower: eight shapes, four
// sizes.
func slowed(budget time.Duration, seed uint64) gate.Request {
	return selftest.Request("././slowdown=(3|5|10|20)$", true, budget, seed)
}

// request asks for gate n.
func (c *campaign) request(n int) gate.Request {
	r := c.subject(c.budget, c.seed+uint64(n))
	r.Scheduler = c.scheduler
	return r
}

func (c *campaign) run(ctx context.Context) (err error) {
	if err := c.request(1).Validate(); err != nil {
		return err
	}
	if err := os.MkdirAll(c.out, 0o755); err != nil {
		return fmt.Errorf("make the folder of the records: %w", err)
	}
	program, err := selftest.WriteProgram()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, program.Remove()) }()
	for n := 1; n <= c.gates; n++ {
		path := filepath.Join(c.out, fmt.Sprintf("%03d.jsonl.gz", n))
		if _, err := os.Stat(path); err == nil {
			continue
		}
		v, err := c.gate(ctx, program.Dir, path, c.request(n))
		if err != nil {
			return fmt.Errorf("gate %d: %w", n, err)
		}
		fmt.Printf("%s %s %s, %v\n", time.Now().Format(time.TimeOnly), filepath.Base(path), v.Outcome, v.Spent.Round(100*time.Millisecond))
	}
	return nil
}

// gate runs one gate and packs it.
func (c *campaign) gate(ctx context.Context, dir, path string, r gate.Request) (v gate.Result, err error) {
	folder, err := os.MkdirTemp("", "poolbench-proof-")
	if err != nil {
		return v, fmt.Errorf("make a folder for the gate: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	g := &gate.Gate{}
	defer func() { err = errors.Join(err, g.Close()) }()
	if err := c.building.take(); err != nil {
		return v, err
	}
	err = g.Begin(ctx, dir, folder, r)
	if err := errors.Join(err, c.building.giveBack()); err != nil {
		return v, err
	}
	if err := c.measure(ctx, g); err != nil {
		return v, err
	}
	return g.Result(), gate.Pack(folder, path)
}

// measure measures, and gives way between pairs.
func (c *campaign) measure(ctx context.Context, g *gate.Gate) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	g.Progress = func(gate.Progress) {
		if c.measuring.held() < c.slice {
			return
		}
		if err := errors.Join(c.measuring.giveBack(), c.measuring.take()); err != nil {
			cancel(err)
		}
	}
	if err := c.measuring.take(); err != nil {
		return err
	}
	err := g.Measure(ctx)
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return errors.Join(err, c.measuring.giveBack())
}
