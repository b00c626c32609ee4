package stealing_test

import (
	"testing"
	"time"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/stealing"
	"github.com/poolbench/poolbench/strategies/strategytest"
)

// declared is the pool as a catalog would declare it: with every promise, but
// for a bounded queue in front of the places and workers that leave when idle.
var declared = &strategies.Strategy{
	Name: "stealing",
	Doc:  "the pool under test\n\nwith the traits that its documentation promises",
	URL:  "https://pkg.go.dev/github.com/poolbench/poolbench/strategies/stealing",
	Open: func(limit int) (strategies.Pool, error) { return stealing.New(limit), nil },
	Traits: strategies.Traits{
		Full:  strategies.FullBuffers,
		Purge: time.Second,
	},
}

func TestThePoolKeepsWhatItDeclares(t *testing.T) {
	if err := strategies.Validate(declared); err != nil {
		t.Fatal(err)
	}
	strategytest.Run(t, declared)
}
