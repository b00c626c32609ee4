package strategytest

import (
	"os"
	"testing"
	"time"
)

// quick suits the fakes, which do at once what they do at all.
var quick = timing{
	Hang:   3 * time.Second,
	Stall:  700 * time.Millisecond,
	Prompt: 400 * time.Millisecond,
	Settle: 15 * time.Millisecond,
	Drain:  time.Second,
}

func TestMain(m *testing.M) {
	Hook(allFakes()...)
	os.Exit(m.Run())
}
