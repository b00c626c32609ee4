package strategytest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/poolbench/poolbench/strategies"
)

// Run proves every rule for s, each in a subtest of its own, and then for every
// variant that [strategies.Strategy.Variants] makes of it, in a subtest of the
// variant's name. A rule that does not apply, or cannot be proved here, is a
// skipped subtest that says why.
func Run(t *testing.T, s *strategies.Strategy) {
	t.Helper()
	all := start(s, byTesting(t))
	defer all.end()
	for i, e := range all {
		if i == 0 {
			e.runRules(t)
			continue
		}
		t.Run(e.strategy.Name, e.runRules)
	}
}

// runRules reports every rule as a subtest.
func (e *examination) runRules(t *testing.T) {
	for _, r := range e.rules {
		t.Run(r.Name, func(t *testing.T) {
			switch v := e.verdict(r); v.Status {
			case Failed:
				if v.Follows != "" {
					t.Errorf("follows from rule %s, see there: %s", v.Follows, v.Line())
					break
				}
				t.Error(v.Reason)
			case NotApplicable, NotProved:
				t.Skipf("%s: %s", v.Status, v.Reason)
			}
		})
	}
}

// Check proves every rule for s and for its variants and returns the joined
// failures, or nil. A rule that cannot be proved here is not a failure;
// [Examine] lists it.
func Check(s *strategies.Strategy) error {
	return Examine(s).Err()
}

// Examine proves every rule for s and for its variants and returns the
// verdicts. It takes a few seconds, and longer for a strategy whose idle
// workers leave late (Traits.Purge) or that hangs.
func Examine(s *strategies.Strategy) Report {
	all := start(s, enclosingTest())
	defer all.end()
	if len(all) == 0 {
		return Report{Strategy: s.Name}
	}
	report := all[0].report()
	for _, e := range all[1:] {
		report.Options = append(report.Options, e.report())
	}
	return report
}

// examinations are those of a strategy and of its variants.
type examinations []*examination

func (all examinations) end() {
	for _, e := range all {
		e.end()
	}
}

// start prepares the examination of s and of its variants. In a child process
// that was started for one of them it does not return; in one that was started
// for another strategy it returns nil, and the test goes on to that.
func start(s *strategies.Strategy, by caller) examinations {
	var all examinations
	for _, v := range strategies.WithVariants(s) {
		id, end, err := by.identify(v, s)
		if order := childOrder(); order != nil {
			if order.Call == id {
				order.carryOut(v)
			}
			end()
			continue
		}
		var how *starter
		switch {
		case id.Hooked > 0:
			how = byHook(id)
		case by.test != "":
			how = byTest(by.test, id)
		}
		e := examine(v, how, standard, Rules())
		e.end = func() { e.cancel(); end() }
		if err := errors.Join(err, usable(v)); err != nil {
			e.begin.Do(func() { e.failAll(err) })
		}
		all = append(all, e)
	}
	if len(all) > 0 && all[0].start != nil {
		// Most of a proof is waiting. Without child processes, goroutines are
		// counted here, and so one examination follows the other.
		all[0].beside = all[1:]
	}
	return all
}

// usable says why s cannot be examined at all. Whether its declaration is
// complete is for strategies.Validate to say.
func usable(s *strategies.Strategy) error {
	if s.Name == "" {
		return errors.New("the strategy has no Name")
	}
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
