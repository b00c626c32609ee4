package gate

import (
	"fmt"
	"math"
)

// replay lets a gate with nothing but its plan know what a journal says.
func (g *Gate) replay(name string, entries []Entry) error {
	var err error
	if g.trial, err = g.plan.newTrial(); err != nil {
		return err
	}
	g.arms = g.plan.arms()
	g.tallies = make([]tally, len(g.arms))
	g.allocs = make(map[int]AllocFinding)
	for i, e := range entries {
		if err := g.apply(e); err != nil {
			return fmt.Errorf("%s:%d: replay: %w", name, i+1, err)
		}
	}
	return nil
}

// apply lets the gate know what an entry says.
func (g *Gate) apply(e Entry) error {
	g.entries = append(g.entries, e)
	switch {
	case e.Decision != nil:
		if e.Decision.Stage != g.trial.Stage() {
			for i := range g.tallies {
				g.tallies[i].inStage = 0
			}
		}
		return g.trial.Open(*e.Decision)
	case e.Drop != nil:
		if err := g.checkArm(e.Drop.Arm); err != nil {
			return err
		}
		g.spent += e.Drop.Took
		if e.Drop.Late {
			g.trial.Stop(e.Drop.Arm, e.Drop.Reason)
		} else {
			g.trial.Drop(e.Drop.Arm, e.Drop.Reason)
		}
	case e.Allocs != nil:
		if e.Allocs.Benchmark < 0 || e.Allocs.Benchmark >= len(g.plan.Benchmarks) {
			return fmt.Errorf("there is no benchmark %d", e.Allocs.Benchmark)
		}
		g.allocs[e.Allocs.Benchmark] = *e.Allocs
	case e.Pair != nil:
		return g.applyPair(e.Pair)
	}
	return nil
}

func (g *Gate) checkArm(i int) error {
	if i < 0 || i >= len(g.arms) {
		return fmt.Errorf("there is no arm %d", i)
	}
	return nil
}

func (g *Gate) applyPair(p *Pair) error {
	if err := g.checkArm(p.Arm); err != nil {
		return err
	}
	g.spent += p.Took
	g.tallies[p.Arm].taken++
	g.tallies[p.Arm].inStage++
	if p.Redo != "" {
		g.tallies[p.Arm].redone++
		return nil
	}
	g.measured = true
	units := g.plan.Benchmarks[g.arms[p.Arm].benchmark].Metrics
	logs := make([]float64, len(units))
	for i, u := range units {
		d, ok := p.Log[u.Name]
		if !ok {
			d = math.NaN()
		}
		logs[i] = d
	}
	layout := p.Layouts[0]
	if g.plan.Layouts == 1 {
		layout = len(g.entries) // as they were built is how they are compared
	}
	return g.trial.Add(p.Arm, layout, logs, p.Took)
}
