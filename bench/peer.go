package bench

import (
	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/strategies"
)

type peer struct{}

func (*peer) open(c Cell, seed uint64) (experiment.Side, error) { return nil, nil }
func findPeer(name string) *peer                                { return nil }
func IsPeer(name string) bool                                   { return false }
func peerCells(w Workload, all []*strategies.Strategy) []Cell   { return nil }

func Notes() []string { return nil }
