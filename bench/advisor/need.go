package advisor

import (
	"github.com/poolbench/poolbench/strategies"
)

// A Need is something that a case cannot do without.
type Need struct {
	Slug string
	Doc  string // what is needed, in words

	// unmet says why a strategy does not fit, in words; "" if it does. It is nil
	// where one of the library's own calls must meet the need.
	unmet func(Facts) string
	idiom func(strategies.Idiom) bool
}

// Facts are what is known of a strategy besides its speed.
type Facts struct {
	strategies.Traits
	Cancel, Resize, Try, Divide bool // what its pool can do besides
	Remote                      bool // tasks run in other processes
	Idioms                      []strategies.Idiom
}

// FactsOf returns the facts of a strategy. What its pool can do is seen by
// opening one; a pool of processes, which is slow to open, promises nothing
// besides.
func FactsOf(s *strategies.Strategy) (Facts, error) {
	f := Facts{Traits: s.Traits, Remote: s.OpenRemote != nil, Idioms: s.Idioms}
	if s.Open == nil {
		return f, nil
	}
	pool, err := s.Open(1)
	if err != nil {
		return f, err
	}
	_, f.Cancel = pool.(strategies.Canceler)
	_, f.Resize = pool.(strategies.Resizer)
	_, f.Try = pool.(strategies.TrySubmitter)
	_, f.Divide = pool.(strategies.Divider)
	return f, pool.Close()
}

// Needs lists every need.
var Needs = []*Need{
	{"results", "the result of every task", func(Facts) string { return "" }, nil}, // all can: each result goes to a callback
	{"ordered", "one call that returns the results in the order of the inputs", nil, func(i strategies.Idiom) bool { return !i.Unordered }},
	{"stream", "results as they come, while other tasks still run", nil, func(i strategies.Idiom) bool { return i.Streams }},
	{"errors", "the errors of all tasks, joined, from one call", nil, func(i strategies.Idiom) bool { return i.Errors == strategies.ErrorsJoined }},
	{"cancel", "giving up what waits in the pool", func(f Facts) string {
		switch {
		case !f.Cancel:
			return "what waits cannot be given up"
		case f.Traits.Cancel != strategies.CancelStops:
			return "cancel: " + f.Traits.Cancel.String()
		}
		return ""
	}, nil},
	{"survive", "a program that survives a panic in a task", func(f Facts) string {
		return without(f.Panic != strategies.PanicCrashes, "a panic "+f.Panic.String())
	}, nil},
	{"panic", "somebody who is told of a panic in a task", func(f Facts) string {
		return without(f.Panic != strategies.PanicCrashes && f.Panic != strategies.PanicSwallowed, "a panic: "+f.Panic.String())
	}, nil},
	{"capacity", "every place in use, also after panics", func(f Facts) string {
		switch {
		case f.Capacity != strategies.CapacityUsed:
			return "capacity: " + f.Capacity.String()
		case f.Slots != strategies.SlotsSurvive:
			return "slots: " + f.Slots.String()
		}
		return ""
	}, nil},
	{"goexit", "tasks that may call runtime.Goexit, as t.FailNow does", func(f Facts) string {
		return without(f.Goexit == strategies.GoexitSafe, "Goexit: "+f.Goexit.String())
	}, nil},
	{"nested", "tasks that submit tasks", func(f Facts) string {
		return without(f.Nested == strategies.NestedSafe, "nested submit: "+f.Nested.String())
	}, nil},
	{"block", "a submit that waits when the pool is full", func(f Facts) string {
		return without(f.Full == strategies.FullBlocks || f.Full == strategies.FullBuffers, "when full: "+f.Full.String())
	}, nil},
	{"queue", "a submit that never waits, whatever that takes in memory", func(f Facts) string {
		return without(f.Full == strategies.FullQueues, "when full: "+f.Full.String())
	}, nil},
	{"reject", "a submit that can refuse instead of wait", func(f Facts) string {
		return without(f.Try || f.Full == strategies.FullRejects, "cannot refuse; when full: "+f.Full.String())
	}, nil},
	{"resize", "a limit that can change while the pool is busy", func(f Facts) string {
		switch {
		case !f.Resize:
			return "the limit cannot change"
		case f.Traits.Resize == strategies.ResizeIgnore:
			return "resize: " + f.Traits.Resize.String()
		}
		return ""
	}, nil},
	{"divide", "parts of the pool with a limit of their own", func(f Facts) string {
		return without(f.Divide, "no part can be set aside")
	}, nil},
	{"parts", "giving up what waits in such a part", func(f Facts) string {
		switch {
		case !f.Divide:
			return "no part can be set aside"
		case !f.Cancel:
			return "what waits cannot be given up"
		case f.Parts != strategies.PartsStop:
			return "parts: " + f.Parts.String()
		}
		return ""
	}, nil},
	{"race", "submitting while somebody else closes the pool", func(f Facts) string {
		return without(f.Race == strategies.RaceError, "submit racing Close: "+f.Race.String())
	}, nil},
	{"refuse", "an error from a submit after Close", func(f Facts) string {
		return without(f.Closed == strategies.ClosedError, "submit after Close: "+f.Closed.String())
	}, nil},
	{"closures", "tasks that are any func", func(f Facts) string {
		return without(!f.Remote, "runs only jobs that are registered beforehand")
	}, nil},
}

// without is a reason where something is missing.
func without(there bool, reason string) string {
	if there {
		return ""
	}
	return reason
}

// idiomNeeds are the slugs of the needs that one of the library's own calls must
// meet.
func idiomNeeds() (slugs []string) {
	for _, n := range Needs {
		if n.idiom != nil {
			slugs = append(slugs, n.Slug)
		}
	}
	return slugs
}

// Slugs returns the slugs of all needs.
func Slugs() []string {
	slugs := make([]string, len(Needs))
	for i, n := range Needs {
		slugs[i] = n.Slug
	}
	return slugs
}

// unlimited says why a strategy does not fit where there is a limit.
func unlimited(f Facts) string {
	return without(f.Limit == strategies.LimitExact, "runs at once: "+f.Limit.String())
}
