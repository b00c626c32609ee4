package strategytest

import (
	"strings"
	"testing"

	"github.com/poolbench/poolbench/strategies"
)

// The strategies of these tests are not in Hook, so that children run the test
// itself. They are examined in full, with the kit's own patience.

// soundAndEarly are two strategies of one name and the same traits: of the
// second, Close does not wait.
func soundAndEarly() (sound, early *strategies.Strategy) {
	declared := strategies.Traits{}
	return &strategies.Strategy{Name: "mine", Traits: declared, Open: fakeOpen(declared, 0, plain)},
		&strategies.Strategy{Name: "mine", Traits: declared, Open: fakeOpen(declared, closesEarly, plain)}
}

func TestASecondPoolOfTheSameNameIsProvedItself(t *testing.T) {
	sound, early := soundAndEarly()
	for _, c := range []struct {
		name string
		s    *strategies.Strategy
		want string // of the error
	}{{"sound", sound, ""}, {"early", early, "rule 4 (close)"}, {"sound again", sound, ""}} {
		t.Run(c.name, func(t *testing.T) {
			err := Check(c.s)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestASecondPoolInOneTestIsProvedItself(t *testing.T) {
	sound, early := soundAndEarly()
	for i, s := range []*strategies.Strategy{sound, early} {
		all := start(s, byTesting(t)) // as Run does
		if len(all) == 0 {
			continue // in a child process for the other
		}
		if err := all[0].report().Err(); (err != nil) != (s == early) {
			t.Errorf("of pool %d: %v", i+1, err)
		}
		all.end()
	}
}

func TestTwoPoolsOfOneNameAtTheSameTimeAreRefused(t *testing.T) {
	sound, early := soundAndEarly()
	by := byTesting(t)
	first, second := start(sound, by), start(early, by)
	if childOrder() != nil {
		t.Fatal("the test was started again for an examination that was refused")
	}
	if err := second[0].report().Err(); err == nil || strings.Count(err.Error(), "give each a name of its own") != 1 {
		t.Errorf("got %v", err)
	}
	first.end()
	second.end()
}

func TestCallsAreCountedByTestAndStrategy(t *testing.T) {
	sound, early := soundAndEarly()
	other := &strategies.Strategy{Name: "mine", Traits: strategies.Traits{Full: strategies.FullQueues}}
	nth := func(by caller, s *strategies.Strategy) int {
		id, end, err := by.identify(s, s)
		if err != nil {
			t.Error(err)
		}
		end()
		end() // as often as one likes
		return id.Nth
	}
	a, b := caller{"TestX", 1}, caller{"TestX", 2}
	for i, c := range []struct {
		by   caller
		s    *strategies.Strategy
		want int
	}{{a, sound, 1}, {a, early, 2}, {b, early, 1}, {a, other, 1}, {a, sound, 3}, {b, sound, 2}, {caller{}, sound, 0}} {
		if got := nth(c.by, c.s); got != c.want {
			t.Errorf("call %d: it is the %d., want %d", i+1, got, c.want)
		}
	}
	var all group
	for range 20 {
		all.Go(func() { _, end, _ := (caller{"TestY", 3}).identify(sound, sound); end() })
	}
	all.Wait()
	if got := nth(caller{"TestY", 3}, sound); got != 21 {
		t.Errorf("after 20 calls at once comes the %d.", got)
	}
}
