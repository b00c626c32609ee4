package strategytest

import "github.com/poolbench/poolbench/strategies"

// A clause says of one rule when something is the case, and why.
type clause struct {
	rule   string
	when   func(s *strategies.Strategy, o strategies.Offers) bool
	reason string
}

// inapplicable lists what keeps a rule from applying besides the reasons for
// which its trait means nothing.
var inapplicable = []clause{
	{"cancel", func(s *strategies.Strategy, o strategies.Offers) bool { return !o.Cancel && len(s.Idioms) == 0 },
		"the pool has no Cancel, and the library no idiom whose tasks may fail"},
	{"cancel", func(s *strategies.Strategy, o strategies.Offers) bool {
		return !o.Cancel && s.Traits.Limit == strategies.LimitNone
	},
		"the pool has no Cancel, and the limit is ignored, so that no task of an idiom waits"},
	{"race", func(s *strategies.Strategy, _ strategies.Offers) bool {
		return s.Traits.Race == strategies.RaceUndefined
	},
		"the documentation forbids a submit that races Close"},
	{"closed", func(s *strategies.Strategy, _ strategies.Offers) bool {
		return s.Traits.Closed == strategies.ClosedUndefined
	},
		"the documentation forbids a submit after Close"},
	{"errors", func(s *strategies.Strategy, _ strategies.Offers) bool { return len(s.Idioms) == 0 },
		"the library has no idiom of its own, and a Pool's tasks return no errors"},
}

// damage says of one rule what its proof does to the process by declaration.
type damage int

const (
	harmless damage = iota
	writes          // none, but what the process writes to standard error is part of the proof
	wedges          // goroutines are stuck for good
	crashes         // the process dies
)

// hazards lists the declared traits whose proof damages the process, so that it
// happens last in a child process and nowhere else.
var hazards = []struct {
	rule   string
	when   func(t strategies.Traits) bool
	damage damage
	reason string
}{
	{"panic", func(t strategies.Traits) bool { return t.Panic == strategies.PanicCrashes }, crashes,
		"a panicking task crashes the process"},
	{"panic", func(t strategies.Traits) bool {
		return t.Panic == strategies.PanicLogged || t.Panic == strategies.PanicSwallowed
	}, writes,
		"whether a panic is logged shows on standard error"},
	{"slots", func(t strategies.Traits) bool { return t.Slots != strategies.SlotsSurvive }, wedges,
		"a pool that has lost its workers to panics never ends"},
	{"goexit", func(t strategies.Traits) bool {
		return t.Goexit == strategies.GoexitLeaks || t.Goexit == strategies.GoexitMayBlock
	}, wedges,
		"a pool that has lost its workers to runtime.Goexit never ends"},
	{"goexit", func(t strategies.Traits) bool { return t.Goexit == strategies.GoexitHangs }, wedges,
		"Close hangs after runtime.Goexit"},
	{"goexit", func(t strategies.Traits) bool { return t.Goexit == strategies.GoexitCrashes }, crashes,
		"runtime.Goexit in a task crashes the process"},
	{"race", func(t strategies.Traits) bool { return t.Race == strategies.RaceHangs }, wedges,
		"a submit that races Close may wait forever"},
	{"nested", func(t strategies.Traits) bool { return t.Nested == strategies.NestedDeadlocks }, wedges,
		"a deadlock never ends"},
}

// notApplicable returns why the rule does not apply, or "".
func notApplicable(r Rule, s *strategies.Strategy, o strategies.Offers) string {
	for _, c := range inapplicable {
		if c.rule == r.Name && c.when(s, o) {
			return c.reason
		}
	}
	return s.Traits.Inapplicable(r.Trait, o) // which knows single traits only
}

// hazard returns what the rule's proof does to the process, and why.
func hazard(rule string, t strategies.Traits) (damage, string) {
	for _, h := range hazards {
		if h.rule == rule && h.when(t) {
			return h.damage, h.reason
		}
	}
	return harmless, ""
}
