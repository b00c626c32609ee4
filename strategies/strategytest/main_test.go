package strategytest

import (
	"os"
	"testing"
	"time"
)

// quick suits the fakes, which do at once what they do at all.
var quick = timing{
	Hang:   2 * time.Second,
	Stall:  400 * time.Millisecond,
	Prompt: 300 * time.Millisecond,
	Settle: 15 * time.Millisecond,
	Drain:  500 * time.Millisecond,
}

func TestMain(m *testing.M) {
	Hook(allFakes()...)
	os.Exit(m.Run())
}
