package bench

import (
	"strings"

	"github.com/poolbench/poolbench/strategies"
)

// A Kind is what a strategy is to a reader who looks for a pool.
type Kind string

const (
	KindPool   Kind = "pool"   // runs tasks at once in this process
	KindFloor  Kind = "floor"  // runs one task after the other
	KindRemote Kind = "remote" // runs tasks in other processes
	KindServer Kind = "server" // owns its socket and runs no tasks
	KindPeer   Kind = "peer"   // runs already, somewhere, and is no part of this program
)

// KindOf tells the kind of a strategy by its traits.
func KindOf(s *strategies.Strategy) Kind {
	switch {
	case s.OpenRemote != nil:
		return KindRemote
	case s.Traits.Capacity == strategies.CapacitySequential:
		return KindFloor
	}
	return KindPool
}

// Kinds writes what the strategies, servers and peers of a selection are as a
// results file holds it, so that it can be read without the catalog that it was
// made with: "name=kind", separated by blanks.
func Kinds(s Selection) string {
	var words []string
	add := func(name string, kind Kind) { words = append(words, name+"="+string(kind)) }
	for _, strategy := range s.Strategies {
		add(strategy.Name, KindOf(strategy))
	}
	for _, server := range s.Servers {
		add(server.Name, KindServer)
	}
	for _, peer := range s.Peers {
		add(peer, KindPeer)
	}
	return strings.Join(words, " ")
}
