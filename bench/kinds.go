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
)

// KindOf tells the kind of a strategy by its traits.
func KindOf(s *strategies.Strategy) Kind {
	switch {
	case s.OpenRemote != nil:
		return KindRemote
	case s.Traits.Capacity == strategies.CapacityNone:
		return KindFloor
	}
	return KindPool
}

// Kinds writes the kinds of strategies as a results file holds them, so that
// it can be read without the catalog that it was made with: "name=kind",
// separated by blanks.
func Kinds(all []*strategies.Strategy) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = s.Name + "=" + string(KindOf(s))
	}
	return strings.Join(words, " ")
}
