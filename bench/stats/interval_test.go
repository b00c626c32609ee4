package stats_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestAnIntervalHoldsItsEndsButIsInsideNothingThatTouchesIt(t *testing.T) {
	i := stats.Interval{Estimate: 1, Low: 0.5, High: 2}
	for x, want := range map[float64]bool{0.4: false, 0.5: true, 1: true, 2: true, 2.1: false, math.NaN(): false} {
		if got := i.Covers(x); got != want {
			t.Errorf("covers %v: %v", x, got)
		}
	}
	for _, row := range []struct {
		low, high float64
		want      bool
	}{{0.4, 2.1, true}, {0.5, 2.1, false}, {0.4, 2, false}, {0.6, 1.9, false}} {
		if got := i.Inside(row.low, row.high); got != row.want {
			t.Errorf("inside %v to %v: %v", row.low, row.high, got)
		}
	}
}

func ExampleInterval_String() {
	share, err := stats.ClopperPearson(17, 20, 0.95)
	if err != nil {
		panic(err)
	}
	fmt.Println(share)
	// Output: 0.85 [0.6211, 0.9679] at 95%, n=20
}
