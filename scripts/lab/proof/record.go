package proof

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/selftest"
	"github.com/poolbench/poolbench/bench/gate/trial"
)

// A Gate is one gate that was recorded, with the verdict that its pairs lead to.
type Gate struct {
	File   string
	Plan   gate.Plan
	Result gate.Result
	Arms   []Arm
}

// An Arm is a benchmark under one scheduler.
type Arm struct {
	Benchmark gate.Benchmark
	Scheduler gate.Policy
	Truth     selftest.Truth
	Finding   gate.Finding // of its time
	Screen    []*gate.Pair // without those that were redone
	Confirm   []*gate.Pair
}

// Read reads the records of a folder, or of all folders that a pattern matches, in
// the order of their names.
func Read(folder string) ([]Gate, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.jsonl.gz"))
	if err != nil {
		return nil, fmt.Errorf("look for records: %w", err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there is no record (*.jsonl.gz) in %s: measure with scripts/gate-proof", folder)
	}
	slices.Sort(files)
	var gates []Gate
	for _, file := range files {
		r, err := gate.ReadRecord(file)
		if err != nil {
			return nil, err
		}
		g, err := work(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		g.File = filepath.Base(file)
		gates = append(gates, g)
	}
	return gates, nil
}

// work works a record out.
func work(r *gate.Record) (g Gate, err error) {
	g.Plan = r.Plan
	if g.Result, err = r.Result(); err != nil {
		return g, err
	}
	for _, policy := range r.Plan.Policies {
		for i, c := range r.Plan.Benchmarks {
			truth, _ := selftest.TruthOf(c.Name) // none, of an upgrade
			a := Arm{Benchmark: c, Scheduler: policy, Truth: truth}
			for _, f := range g.Result.Benchmarks[i].Findings {
				if f.Scheduler == policy && f.Unit == c.Metrics[0].Name {
					a.Finding = f
				}
			}
			g.Arms = append(g.Arms, a)
		}
	}
	for _, e := range r.Entries {
		p := e.Pair
		if p == nil || p.Redo != "" {
			continue
		}
		a := &g.Arms[p.Arm] // in range, or there would be no verdict
		if p.Stage == trial.Screen {
			a.Screen = append(a.Screen, p)
		} else {
			a.Confirm = append(a.Confirm, p)
		}
	}
	return g, nil
}

// values returns a unit's log-ratios of pairs, those without one left out.
func values(pairs []*gate.Pair, unit string) (d []float64) {
	for _, p := range pairs {
		if v, ok := p.Log[unit]; ok {
			d = append(d, v)
		}
	}
	return d
}

// byLayout returns one value for each layout, as the gate's own tests count.
func byLayout(pairs []*gate.Pair, unit string) []float64 {
	var all []trial.Value
	for _, p := range pairs {
		if v, ok := p.Log[unit]; ok {
			all = append(all, trial.Value{Layout: p.Layouts[0], Log: v})
		}
	}
	return trial.ByLayout(all)
}

// nsPerOp is the unit of what everything here is about.
const nsPerOp = "ns/op"

// arms returns the arms of all gates.
func arms(gates []Gate) (all []Arm) {
	for _, g := range gates {
		all = append(all, g.Arms...)
	}
	return all
}

// schedulers are the orders in which tables have them.
var schedulers = []gate.Policy{scheduler.Normal, scheduler.RoundRobin}

// under returns the gates that measured under these schedulers and no other.
func under(gates []Gate, policies ...gate.Policy) (these []Gate) {
	for _, g := range gates {
		other := func(p gate.Policy) bool { return !slices.Contains(policies, p) }
		if len(g.Plan.Policies) == len(policies) && !slices.ContainsFunc(g.Plan.Policies, other) {
			these = append(these, g)
		}
	}
	return these
}

// named is how a sentence calls a scheduler.
func named(p gate.Policy) string {
	if p == scheduler.Normal {
		return "the normal scheduler"
	}
	return string(p)
}

// table writes a table in Markdown.
func table(head []string, rows [][]string) string {
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(head)
	line(slices.Repeat([]string{"---"}, len(head)))
	for _, r := range rows {
		line(r)
	}
	return b.String()
}
