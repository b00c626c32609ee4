package strategytest

import (
	"os"
	"testing"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// quick suits the fakes, which do at once what they do at all.
var quick = timing{
	Hang:   3 * time.Second,
	Stall:  400 * time.Millisecond,
	Prompt: 300 * time.Millisecond,
	Settle: 15 * time.Millisecond,
	Drain:  500 * time.Millisecond,
}

func TestMain(m *testing.M) {
	Hook(allFakes()...)
	os.Exit(m.Run())
}

func allFakes() []*strategies.Strategy {
	return []*strategies.Strategy{zero}
}

var zero = &strategies.Strategy{Name: "zero", Open: opener(newFake(strategies.Traits{}, sound), plain)}

func TestX(t *testing.T) {
	e := examine(zero, byHook(), quick, Rules())
	for _, v := range e.report().Verdicts {
		t.Logf("%-13s %-15s %v %s", v.Name, v.Status, v.Elapsed, v.Reason)
	}
}
