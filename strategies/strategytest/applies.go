package strategytest

import "github.com/poolbench/poolbench/strategies"

// offers says which optional interfaces a strategy's pools have.
type offers struct {
	Cancel, Divide, Resize, Try bool
}

// A clause says of one rule when something is the case, and why.
type clause struct {
	rule   string
	when   func(s *strategies.Strategy, o offers) bool
	reason string
}

// inapplicable lists everything that keeps a rule from applying.
var inapplicable = []clause{
	{"full", func(s *strategies.Strategy, _ offers) bool { return s.Traits.Limit == strategies.LimitNone },
		"the limit is ignored, so the pool is never full"},
	{"full", func(s *strategies.Strategy, _ offers) bool { return s.Traits.Capacity == strategies.CapacityNone },
		"Go runs the task itself, so it waits whether the pool is full or not"},
	{"slots", func(s *strategies.Strategy, _ offers) bool { return s.Traits.Panic == strategies.PanicCrashes },
		"no place survives a panic, for the process does not"},
	{"slots", func(s *strategies.Strategy, _ offers) bool { return s.Traits.Limit == strategies.LimitNone },
		"the limit is ignored, so there is no place to lose"},
	{"nested", func(s *strategies.Strategy, _ offers) bool { return s.OpenRemote != nil },
		"a job in another process has no pool to submit to"},
	{"cancel", func(s *strategies.Strategy, o offers) bool { return !o.Cancel && len(s.Idioms) == 0 },
		"the pool has no Cancel, and the library no idiom whose tasks may fail"},
	{"cancel", func(s *strategies.Strategy, o offers) bool {
		return !o.Cancel && s.Traits.Limit == strategies.LimitNone
	},
		"the pool has no Cancel, and the limit is ignored, so that no task of an idiom waits"},
	{"race", func(s *strategies.Strategy, _ offers) bool { return s.Traits.Race == strategies.RaceUndefined },
		"the documentation forbids to submit while somebody closes the pool"},
	{"closed", func(s *strategies.Strategy, _ offers) bool { return s.Traits.Closed == strategies.ClosedUndefined },
		"the documentation forbids to submit after Close"},
	{"memory", func(s *strategies.Strategy, _ offers) bool { return s.Traits.Panic == strategies.PanicCrashes },
		"no pool remembers a panic, for the process does not survive it"},
	{"resize", func(_ *strategies.Strategy, o offers) bool { return !o.Resize },
		"the pool has no Resize"},
	{"resize", func(s *strategies.Strategy, _ offers) bool { return s.Traits.Limit == strategies.LimitNone },
		"the limit is ignored, so there is nothing to resize"},
	{"errors", func(s *strategies.Strategy, _ offers) bool { return len(s.Idioms) == 0 },
		"the library has no idiom of its own, and a Pool's tasks return no errors"},
}

// A damage says of one rule what its proof does to the process by declaration.
type damage int

const (
	harmless damage = iota
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
	{"slots", func(t strategies.Traits) bool { return t.Slots != strategies.SlotsSurvive }, wedges,
		"a pool that has lost its places to panics never ends"},
	{"goexit", func(t strategies.Traits) bool {
		return t.Goexit == strategies.GoexitLeaks || t.Goexit == strategies.GoexitStrands
	}, wedges,
		"a pool that has lost its places to runtime.Goexit never ends"},
	{"goexit", func(t strategies.Traits) bool { return t.Goexit == strategies.GoexitHangs }, wedges,
		"Close hangs after runtime.Goexit"},
	{"goexit", func(t strategies.Traits) bool { return t.Goexit == strategies.GoexitCrashes }, crashes,
		"runtime.Goexit in a task crashes the process"},
	{"race", func(t strategies.Traits) bool { return t.Race == strategies.RaceHangs }, wedges,
		"a submit that races Close may wait for ever"},
	{"nested", func(t strategies.Traits) bool { return t.Nested == strategies.NestedDeadlocks }, wedges,
		"a deadlock never ends"},
}

// notApplicable returns why the rule does not apply, or "".
func notApplicable(rule string, s *strategies.Strategy, o offers) string {
	for _, c := range inapplicable {
		if c.rule == rule && c.when(s, o) {
			return c.reason
		}
	}
	return ""
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
