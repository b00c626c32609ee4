package experiment

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestAloneClosesASideBeforeTheNextTakesItsTurn(t *testing.T) {
	orders := make(map[string]bool)
	for seed := range uint64(50) {
		sides, log := fakes(3)
		turns, errs := Alone(Order(seed), sides)
		for i := range sides {
			if len(turns[i]) != 1 || errs[i] != nil {
				t.Errorf("side %d took %d turns, %v; want one", i, len(turns[i]), errs[i])
			}
		}
		order := ""
		for step := range slices.Chunk(*log, 2) {
			if step[1] != "close "+step[0] {
				t.Fatalf("seed %d: %q, want every turn followed by its side's close", seed, *log)
			}
			order += step[0]
		}
		orders[order] = true
	}
	if len(orders) != 6 {
		t.Errorf("%d orders of three sides in 50 seeds, there are 6", len(orders))
	}
}

func TestAloneReportsAFailedTurnBeforeAFailedClose(t *testing.T) {
	sides, log := fakes(3)
	badTurn, badClose := errors.New("bad turn"), errors.New("bad close")
	sides[0].(*fake).turn = func(int) (Turn, error) { return Turn{}, badTurn }
	sides[0].(*fake).close = badClose
	sides[1].(*fake).close = badClose
	turns, errs := Alone(Order(1), sides)
	if !errors.Is(errs[0], badTurn) || errs[1] != badClose || errs[2] != nil {
		t.Errorf("errors %v, want the turn's, the close's, none", errs)
	}
	if turns[0] != nil || len(turns[2]) != 1 {
		t.Errorf("turns %v, want none of the first side and one of the last", turns)
	}
	if got := strings.Count(strings.Join(*log, ","), "close"); got != 3 {
		t.Errorf("%d of 3 sides closed", got)
	}
}

func TestALazySideOpensAtItsFirstTurn(t *testing.T) {
	sides, log := fakes(1)
	opened := 0
	lazy := Lazy(func() (Side, error) {
		opened++
		return sides[0], nil
	})
	if err := lazy.Close(); err != nil || opened != 0 || len(*log) != 0 {
		t.Errorf("closed before its first turn: %v, opened %d times, %q", err, opened, *log)
	}
	for range 3 {
		if _, err := lazy.Turn(); err != nil {
			t.Fatal(err)
		}
	}
	if opened != 1 {
		t.Errorf("opened %d times", opened)
	}
	for range 2 {
		if err := lazy.Close(); err != nil {
			t.Error(err)
		}
	}
	if want := []string{"a", "a", "a", "close a"}; !slices.Equal(*log, want) {
		t.Errorf("%q, want %q", *log, want)
	}
}

func TestALazySideThatCannotBeOpenedIsTriedOnce(t *testing.T) {
	broken := errors.New("broken")
	opened := 0
	lazy := Lazy(func() (Side, error) {
		opened++
		return nil, broken
	})
	for range 2 {
		if _, err := lazy.Turn(); err != broken {
			t.Errorf("Turn() = %v, want the reason why it cannot be opened", err)
		}
	}
	if err := lazy.Close(); err != nil || opened != 1 {
		t.Errorf("Close() = %v after %d tries, want nil after one", err, opened)
	}
}
