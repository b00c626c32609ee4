package strategytest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/poolbench/poolbench/strategies"
)

// Run proves every rule for s, each in a subtest of its own. A rule that does
// not apply, or cannot be proved here, is a skipped subtest that says why.
func Run(t *testing.T, s *strategies.Strategy) {
	t.Helper()
	e, ok := start(s, func() string { return t.Name() })
	if !ok {
		return
	}
	defer func() { e.cancel() }()
	for _, r := range e.rules {
		t.Run(r.Name, func(t *testing.T) {
			switch v := e.verdict(r); v.Status {
			case Failed:
				t.Error(v.Reason)
			case NotApplicable, NotProved:
				t.Skipf("%s: %s", v.Status, v.Reason)
			}
		})
	}
}

// Check proves every rule for s and returns the joined failures, or nil. A rule
// that cannot be proved here is not a failure; [Examine] tells.
func Check(s *strategies.Strategy) error {
	return Examine(s).Err()
}

// Examine proves every rule for s and returns the verdicts. It takes a few
// seconds, and longer for a strategy whose idle workers leave late
// (Traits.Purge) or that hangs.
func Examine(s *strategies.Strategy) Report {
	e, ok := start(s, enclosingTest)
	if !ok {
		return Report{Strategy: s.Name}
	}
	return e.report()
}

// start prepares the examination of s. test names the enclosing test, if any.
// In a child process that was started for s it does not return; in one that was
// started for another strategy it returns false, and the test goes on to that.
func start(s *strategies.Strategy, test func() string) (*examination, bool) {
	if err := usable(s); err != nil {
		e := examine(s, nil, standard, Rules())
		e.begin.Do(func() { e.failAll(err) })
		return e, true
	}
	if order := childOrder(); order != nil {
		if order.isFor(s) {
			order.carryOut(s)
		}
		return nil, false
	}
	var how starter
	if isHooked(s) {
		how = byHook()
	} else if name := test(); name != "" {
		how = byTest(name)
	}
	return examine(s, how, standard, Rules()), true
}

// usable says why s cannot be examined at all. Whether its declaration is
// complete is for strategies.Validate to say.
func usable(s *strategies.Strategy) error {
	if (s.Open == nil) == (s.OpenRemote == nil) {
		return errors.New("exactly one of Open and OpenRemote must be set")
	}
	for _, idiom := range s.Idioms {
		if idiom.Map == nil {
			return fmt.Errorf("idiom %q: Map is nil", idiom.Name)
		}
	}
	return nil
}
