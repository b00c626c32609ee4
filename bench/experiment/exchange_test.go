package experiment

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A fake is a side that notes its turns in a log that it shares with others.
type fake struct {
	name  string
	log   *[]string
	turns int
	turn  func(n int) (Turn, error) // n counts from 1; nil: all is well
	close error
}

func (f *fake) Turn() (Turn, error) {
	f.turns++
	*f.log = append(*f.log, f.name)
	if f.turn != nil {
		return f.turn(f.turns)
	}
	return Turn{Ops: f.turns, Wall: time.Millisecond}, nil
}

func (f *fake) Close() error {
	*f.log = append(*f.log, "close "+f.name)
	return f.close
}

// fakes returns that many sides with names from "a" on, and their log.
func fakes(n int) ([]Side, *[]string) {
	log := new([]string)
	sides := make([]Side, n)
	for i := range sides {
		sides[i] = &fake{name: string(rune('a' + i)), log: log}
	}
	return sides, log
}

func TestEachSideTakesOneTurnInEveryExchange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, exchanges := rapid.IntRange(1, 6).Draw(t, "sides"), rapid.IntRange(0, 10).Draw(t, "exchanges")
		sides, log := fakes(n)
		turns, errs := Exchanges(Order(rapid.Uint64().Draw(t, "seed")), sides, exchanges)
		for i := range sides {
			if errs[i] != nil || len(turns[i]) != exchanges {
				t.Fatalf("side %d took %d turns, %v; want %d", i, len(turns[i]), errs[i], exchanges)
			}
			for k, turn := range turns[i] {
				if turn.Ops != k+1 {
					t.Fatalf("turn %d of side %d stands in the place of turn %d", turn.Ops, i, k+1)
				}
			}
		}
		for exchange := range slices.Chunk(*log, n) {
			if names := slices.Compact(slices.Sorted(slices.Values(exchange))); len(names) != n {
				t.Fatalf("an exchange of %d sides was %q", n, exchange)
			}
		}
	})
}

func orderOf(seed uint64, n, exchanges int) string {
	sides, log := fakes(n)
	Exchanges(Order(seed), sides, exchanges)
	return strings.Join(*log, "")
}

func TestTheOrderComesFromTheSeed(t *testing.T) {
	first, again := orderOf(1, 4, 20), orderOf(1, 4, 20)
	if first != again {
		t.Error("one seed gives two orders")
	}
	if first == orderOf(2, 4, 20) {
		t.Error("two seeds give one order")
	}
}

func TestEveryOrderIsAsLikelyAsAnother(t *testing.T) {
	const seeds, exchanges = 100, 60
	counts := make(map[string]int)
	for seed := range uint64(seeds) {
		for order := range slices.Chunk([]byte(orderOf(seed, 3, exchanges)), 3) {
			counts[string(order)]++
		}
	}
	if len(counts) != 6 {
		t.Fatalf("%d orders of three sides seen, there are 6: %v", len(counts), counts)
	}
	for order, n := range counts {
		// 6000 draws, 1000 each, standard deviation 29.
		if n < 830 || n > 1170 {
			t.Errorf("order %s came %d times of %d, want about 1000", order, n, seeds*exchanges)
		}
	}
}

func TestASideThatFailsDropsOutAndTheOthersGoOn(t *testing.T) {
	broken := errors.New("broken")
	for name, row := range map[string]struct {
		turn func(n int) (Turn, error)
		want string
	}{
		"an error":      {func(int) (Turn, error) { return Turn{Ops: 1}, broken }, "broken"},
		"no operations": {func(int) (Turn, error) { return Turn{Wall: time.Second}, nil }, "invalid turn: 0 ops"},
		"fewer than none": {func(int) (Turn, error) { return Turn{Ops: -1, Wall: time.Second}, nil },
			"invalid turn: -1 ops"},
		"time that runs back": {func(int) (Turn, error) { return Turn{Ops: 1, Wall: -1}, nil }, "in -1ns"},
	} {
		t.Run(name, func(t *testing.T) {
			sides, log := fakes(3)
			sides[1].(*fake).turn = func(n int) (Turn, error) {
				if n == 3 {
					return row.turn(n)
				}
				return Turn{Ops: 1}, nil
			}
			turns, errs := Exchanges(Order(1), sides, 5)
			if len(turns[0]) != 5 || turns[1] != nil || len(turns[2]) != 5 {
				t.Errorf("turns %d, %d, %d; want 5, none, 5", len(turns[0]), len(turns[1]), len(turns[2]))
			}
			if errs[0] != nil || errs[2] != nil || errs[1] == nil {
				t.Fatalf("errors %v, want one of the second side", errs)
			}
			for _, part := range []string{"exchange 3 of 5", row.want} {
				if !strings.Contains(errs[1].Error(), part) {
					t.Errorf("error %q does not say %q", errs[1], part)
				}
			}
			if got := strings.Count(strings.Join(*log, ""), "b"); got != 3 {
				t.Errorf("the side that failed in its third turn took %d", got)
			}
		})
	}
}

func walls(ns ...int) (turns []Turn) {
	for _, n := range ns {
		turns = append(turns, Turn{Ops: 10, Wall: time.Duration(n), CPU: time.Duration(2 * n)})
	}
	return turns
}

func TestRatioIsTheMedianOfTheExchangesRatios(t *testing.T) {
	for _, row := range []struct {
		name            string
		side, reference []Turn
		want            float64
	}{
		{"one exchange", walls(200), walls(100), 2},
		{"the same", walls(100, 300, 200), walls(100, 300, 200), 1},
		{"an odd number", walls(100, 100, 900), walls(100, 50, 100), 2},
		{"an even number: the geometric mean of the middle", walls(100, 400), walls(100, 100), 2},
		{"drift that both shared", walls(200, 2000, 20), walls(100, 1000, 10), 2},
		{"one disturbed exchange", walls(100, 100_000, 100), walls(100, 100, 100), 1},
		{"more turns than the reference", walls(200, 200, 999), walls(100, 100), 2},
		{"an exchange without a time is left out", walls(0, 300, 300), walls(100, 100, 100), 3},
		{"a reference without a time is left out", walls(300, 300), walls(0, 100), 3},
		{"no turns", nil, walls(100), math.NaN()},
		{"no reference", walls(100), nil, math.NaN()},
		{"no times", walls(0, 0), walls(0, 0), math.NaN()},
	} {
		for unit, of := range map[string]func(Turn) float64{"wall": Turn.WallPerOp, "CPU": Turn.CPUPerOp} {
			if got := Ratio(row.side, row.reference, of); !near(got, row.want) {
				t.Errorf("%s: ratio of %s %v, want %v", row.name, unit, got, row.want)
			}
		}
	}
}

func TestRatioIsTurnedAroundByTurningTheSidesAround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "exchanges")
		drawn := rapid.SliceOfN(rapid.IntRange(1, 1_000_000), n, n)
		a, b := walls(drawn.Draw(t, "a")...), walls(drawn.Draw(t, "b")...)
		if product := Ratio(a, b, Turn.WallPerOp) * Ratio(b, a, Turn.WallPerOp); !near(product, 1) {
			t.Fatalf("ratio there and back is %v", product)
		}
	})
}

func TestMedianIsThatOfTheTurns(t *testing.T) {
	for _, row := range []struct {
		turns []Turn
		want  float64
	}{
		{walls(100), 10}, {walls(100, 900, 200), 20}, {walls(100, 300), 20}, {nil, math.NaN()},
	} {
		if got := Median(row.turns, Turn.WallPerOp); !near(got, row.want) {
			t.Errorf("median of %v is %v, want %v", row.turns, got, row.want)
		}
		if got := Median(row.turns, Turn.CPUPerOp); !near(got, 2*row.want) {
			t.Errorf("median CPU time of %v is %v, want %v", row.turns, got, 2*row.want)
		}
	}
	half := func(turn Turn) float64 {
		if turn.Wall == 100 {
			return math.NaN()
		}
		return 1
	}
	if got := Median(walls(100, 200), half); !math.IsNaN(got) {
		t.Errorf("the median of a value that one turn lacks is %v", got)
	}
}

func near(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9*math.Abs(b)
}

func Example() {
	slow := []Turn{{Ops: 10, Wall: 220}, {Ops: 10, Wall: 2000}, {Ops: 10, Wall: 190}}
	fast := []Turn{{Ops: 10, Wall: 110}, {Ops: 10, Wall: 1000}, {Ops: 10, Wall: 100}}
	fmt.Printf("%.1f times as long\n", Ratio(slow, fast, Turn.WallPerOp))
	// Output: 2.0 times as long
}
