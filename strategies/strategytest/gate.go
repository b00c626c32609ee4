package strategytest

import "sync"

// A gate holds tasks until it is opened.
type gate struct {
	once sync.Once
	ch   chan struct{}
}

// gate makes a gate that is open at the latest when the trial ends.
func (tr *trial) gate() *gate {
	g := &gate{ch: make(chan struct{})}
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.gates = append(tr.gates, g)
	return g
}

func (g *gate) open() { g.once.Do(func() { close(g.ch) }) }

// wait is the body of a task that the gate holds.
func (g *gate) wait() { <-g.ch }

func (g *gate) isOpen() bool {
	select {
	case <-g.ch:
		return true
	default:
		return false
	}
}

func (tr *trial) openGates() {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	for _, g := range tr.gates {
		g.open()
	}
}
