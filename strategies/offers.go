package strategies

import "github.com/poolbench/poolbench/strategies/remote"

// Offers says what the pools of a strategy can do besides running tasks: which
// optional interfaces they have.
type Offers struct {
	Cancel  bool // Canceler
	Divide  bool // Divider
	Resize  bool // Resizer
	Try     bool // TrySubmitter
	Context bool // ContextSubmitter
	Notify  bool // PanicNotifier
	Remote  bool // it is a remote.Pool
}

// OffersOf looks at a pool, a [Pool] or a [remote.Pool].
func OffersOf(pool any) (o Offers) {
	_, o.Cancel = pool.(Canceler)
	_, o.Divide = pool.(Divider)
	_, o.Resize = pool.(Resizer)
	_, o.Try = pool.(TrySubmitter)
	_, o.Context = pool.(ContextSubmitter)
	_, o.Notify = pool.(PanicNotifier)
	_, o.Remote = pool.(remote.Pool)
	return o
}

// inapplicable lists when a trait means nothing, and why.
var inapplicable = []struct {
	trait  string // a field of Traits
	when   func(t Traits, o Offers) bool
	reason string
}{
	{"Full", func(t Traits, _ Offers) bool { return t.Limit == LimitNone },
		"the limit is ignored, so the pool is never full"},
	{"Full", func(t Traits, _ Offers) bool { return t.Capacity == CapacitySequential },
		"Go runs the task itself, so it waits whether the pool is full or not"},
	{"Slots", func(t Traits, _ Offers) bool { return t.Panic == PanicCrashes },
		"no worker survives a panic, for the process does not"},
	{"Slots", func(t Traits, _ Offers) bool { return t.Limit == LimitNone },
		"the limit is ignored, so there is no worker to lose"},
	{"Nested", func(_ Traits, o Offers) bool { return o.Remote },
		"a job in another process has no pool to submit to"},
	{"Cancel", func(_ Traits, o Offers) bool { return !o.Cancel },
		"the pool has no Cancel"},
	{"Parts", func(_ Traits, o Offers) bool { return !o.Divide },
		"the pool has no Divide"},
	{"Parts", func(_ Traits, o Offers) bool { return !o.Cancel },
		"the pool has no Cancel"},
	{"PanicOnce", func(t Traits, _ Offers) bool { return t.Panic == PanicCrashes },
		"no pool remembers a panic, for the process does not survive it"},
	{"Resize", func(_ Traits, o Offers) bool { return !o.Resize },
		"the pool has no Resize"},
	{"Resize", func(t Traits, _ Offers) bool { return t.Limit == LimitNone },
		"the limit is ignored, so there is nothing to resize"},
}

// Inapplicable says why a trait, named by its field, means nothing for pools
// that offer o; "" if it means something.
func (t Traits) Inapplicable(trait string, o Offers) string {
	for _, c := range inapplicable {
		if c.trait == trait && c.when(t, o) {
			return c.reason
		}
	}
	return ""
}
