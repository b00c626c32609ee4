package guarantee

import (
	"fmt"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/strategies"
)

// A Guarantee is something that not every strategy gives.
type Guarantee struct {
	Name string // a slug, which "choose --need" takes
	Doc  string // what is needed, in words

	// Exactly one of these is set: what holds of a strategy, or of one of the
	// library's own ways of mapping inputs to results.
	holds func(Facts) verdict
	idiom func(strategies.Idiom) bool
}

// OfIdiom says that one of the library's own calls must give the guarantee.
func (g *Guarantee) OfIdiom() bool { return g.idiom != nil }

// A verdict is why a guarantee does not hold; the zero value is that it does.
type verdict struct {
	reason       string
	inapplicable bool // the question has no meaning
}

func no(format string, args ...any) verdict { return verdict{reason: fmt.Sprintf(format, args...)} }

// holdsIf is a reason unless there is none.
func holdsIf(holds bool, reason string, args ...any) verdict {
	if holds {
		return verdict{}
	}
	return no(reason, args...)
}

// whenFull judges what a submit to a full pool does, where a pool can be full.
func whenFull(f Facts, holds bool, reason string) verdict {
	if holds {
		return verdict{}
	}
	if why := f.Inapplicable("Full", f.Offers); why != "" {
		return verdict{why, true}
	}
	return no("%s", reason)
}

// All lists the guarantees.
var All = []*Guarantee{
	{Name: "results", Doc: "the result of every task", holds: func(Facts) verdict { return verdict{} }}, // each goes to a callback
	{Name: "ordered", Doc: "one call that returns the results in the order of the inputs", idiom: func(i strategies.Idiom) bool { return !i.Unordered }},
	{Name: "stream", Doc: "results as they come, while other tasks still run", idiom: func(i strategies.Idiom) bool { return i.Streams }},
	{Name: "errors", Doc: "errors of tasks from one call: the first, or all", idiom: func(i strategies.Idiom) bool { return i.Errors != strategies.ErrorsNone }},
	{Name: "first-error", Doc: "the first error of the tasks from one call", idiom: func(i strategies.Idiom) bool { return i.Errors == strategies.ErrorsFirst }},
	{Name: "all-errors", Doc: "the errors of all tasks, joined, from one call", idiom: func(i strategies.Idiom) bool { return i.Errors == strategies.ErrorsJoined }},
	{Name: "stop", Doc: "no further task starts after the first error", idiom: func(i strategies.Idiom) bool { return !i.Continues }},
	{Name: "cancel", Doc: "drop queued tasks", holds: func(f Facts) verdict {
		return holdsIf(f.Offers.Cancel && f.Cancel == strategies.CancelStops, "%s", dropping(f, "Cancel", f.Cancel))
	}},
	{Name: "context", Doc: "a submitter stops waiting when its context ends", holds: func(f Facts) verdict {
		if !f.Offers.Context && (f.Full == strategies.FullQueues || f.Full == strategies.FullRejects) {
			return verdict{"a submit never waits", true}
		}
		return whenFull(f, f.Offers.Context, "no submit takes a context")
	}},
	{Name: "survive", Doc: "the program survives a panic in a task", holds: func(f Facts) verdict {
		return holdsIf(f.Panic != strategies.PanicCrashes, "a panic %s", f.Panic)
	}},
	{Name: "panic", Doc: "panics are reported to the program", holds: func(f Facts) verdict {
		switch f.Panic {
		case strategies.PanicLogged, strategies.PanicSwallowed, strategies.PanicCrashes:
			return no("%s", f.Panic)
		}
		return verdict{}
	}},
	{Name: "capacity", Doc: "keeps all workers busy, also after panics", holds: func(f Facts) verdict {
		return holdsIf(f.Capacity == strategies.CapacityUsed && f.Slots == strategies.SlotsSurvive, "%s", capacity(f))
	}},
	{Name: "goexit", Doc: "tasks may call runtime.Goexit, as t.FailNow does", holds: func(f Facts) verdict {
		return holdsIf(f.Goexit == strategies.GoexitSafe, "%s", f.Goexit)
	}},
	{Name: "nested", Doc: "tasks may submit tasks", holds: func(f Facts) verdict {
		if why := f.Inapplicable("Nested", f.Offers); why != "" {
			return verdict{why, true}
		}
		return holdsIf(f.Nested == strategies.NestedSafe, "%s", f.Nested)
	}},
	{Name: "limit", Doc: "a limit to how many tasks run at once", holds: func(f Facts) verdict {
		return holdsIf(f.Limit == strategies.LimitExact, "it is ignored")
	}},
	{Name: "block", Doc: "a submit waits when the pool is full", holds: func(f Facts) verdict {
		return whenFull(f, f.Full == strategies.FullBlocks || f.Full == strategies.FullBuffers, "when full: "+f.Full.String())
	}},
	{Name: "queue", Doc: "a submit never waits and is never rejected, at any cost in memory", holds: func(f Facts) verdict {
		return whenFull(f, f.Full == strategies.FullQueues, "when full: "+f.Full.String())
	}},
	{Name: "reject", Doc: "a submit can be rejected instead of wait", holds: func(f Facts) verdict {
		return whenFull(f, f.Full.Rejects() || f.Offers.Try && f.Full != strategies.FullQueues, "no submit is rejected; when full: "+f.Full.String())
	}},
	{Name: "resize", Doc: "the limit can change while the pool is busy", holds: func(f Facts) verdict {
		if why := f.Inapplicable("Resize", f.Offers); why != "" {
			return no("the limit cannot change: %s", why)
		}
		return holdsIf(f.Resize != strategies.ResizeIgnore, "%s", f.Resize)
	}},
	{Name: "divide", Doc: "parts of the pool with a limit of their own", holds: func(f Facts) verdict {
		return holdsIf(f.Offers.Divide, "the pool has no parts")
	}},
	{Name: "parts", Doc: "drop the tasks queued in such a part", holds: func(f Facts) verdict {
		return holdsIf(f.Offers.Divide && f.Offers.Cancel && f.Parts == strategies.PartsStop, "%s", dropping(f, "Parts", f.Parts))
	}},
	{Name: "race", Doc: "submit while another goroutine closes the pool", holds: func(f Facts) verdict {
		return holdsIf(f.Race == strategies.RaceError, "a submit that races Close: %s", f.Race)
	}},
	{Name: "refuse", Doc: "a submit after Close returns an error", holds: func(f Facts) verdict {
		return holdsIf(f.Closed == strategies.ClosedError, "a submit after Close: %s", f.Closed)
	}},
	{Name: "closures", Doc: "a task is any func", holds: func(f Facts) verdict {
		return holdsIf(!f.Offers.Remote, "runs only jobs that are registered beforehand")
	}},
}

// dropping says why queued tasks are not dropped.
func dropping(f Facts, trait string, declared fmt.Stringer) string {
	if why := f.Inapplicable(trait, f.Offers); why != "" {
		return "queued tasks cannot be dropped: " + why
	}
	return "after Cancel, " + declared.String()
}

// capacity says why not all workers are kept busy.
func capacity(f Facts) string {
	if f.Capacity != strategies.CapacityUsed {
		return f.Capacity.String()
	}
	return "after panics, workers: " + f.Slots.String()
}

// Names returns the names of all guarantees.
func Names() []string {
	names := make([]string, len(All))
	for i, g := range All {
		names[i] = g.Name
	}
	return names
}

// Exclusive are two guarantees that no pool can give together, and why.
type Exclusive struct {
	Names [2]string `json:"names"`
	Why   string    `json:"why"`
}

// Exclusives lists all of them.
var Exclusives = []Exclusive{
	{[2]string{"block", "queue"}, "a full pool either lets a submit wait or queues it"},
	{[2]string{"queue", "reject"}, "a pool that queues without bound is never full"},
	{[2]string{"first-error", "all-errors"}, "one call returns either the first error or all"},
}

// Contradiction says which two of some names exclude each other, and why; "" if
// none do.
func Contradiction(names []string) string {
	for _, e := range Exclusives {
		if slices.Contains(names, e.Names[0]) && slices.Contains(names, e.Names[1]) {
			return fmt.Sprintf("%s and %s exclude each other: %s", e.Names[0], e.Names[1], e.Why)
		}
	}
	return ""
}

// A Way is one way to use a strategy: by default or with an option, through its
// pool or through one of its idioms.
type Way struct {
	Option string   `json:"option"` // "": by default
	Idiom  string   `json:"idiom"`  // "": through the pool
	Gives  []string `json:"gives"`  // names of guarantees
}

// A Strategy is what a strategy guarantees.
type Strategy struct {
	*strategies.Strategy
	Variants []Variant // the strategy itself, and then its variants
	Answers  []Answer  // in the order of All
	Ways     []Way     // those by default first
}

// A Variant is a strategy as it is opened by default or with an option.
type Variant struct {
	*strategies.Strategy
	Facts Facts
}

// Of looks at a strategy and at its variants.
func Of(s *strategies.Strategy) (*Strategy, error) {
	out := &Strategy{Strategy: s, Answers: make([]Answer, len(All))}
	for i, v := range strategies.WithVariants(s) {
		facts, err := FactsOf(v)
		if err != nil {
			return nil, err
		}
		out.Variants = append(out.Variants, Variant{v, facts})
		option := ""
		if i > 0 {
			option = s.Options[i-1].Name
		}
		var given []string // by the pool
		for k, g := range All {
			verdict := g.of(facts)
			out.Answers[k].add(option, verdict)
			if verdict.reason == "" && !g.OfIdiom() {
				given = append(given, g.Name)
			}
		}
		out.Ways = append(out.Ways, Way{Option: option, Gives: given})
		for _, idiom := range facts.Idioms {
			gives := slices.Clone(given)
			for _, g := range All {
				if g.OfIdiom() && g.idiom(idiom) {
					gives = append(gives, g.Name)
				}
			}
			out.Ways = append(out.Ways, Way{option, idiom.Name, gives})
		}
	}
	return out, nil
}

// OfAll looks at several strategies.
func OfAll(all []*strategies.Strategy) ([]*Strategy, error) {
	out := make([]*Strategy, len(all))
	for i, s := range all {
		var err error
		if out[i], err = Of(s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// of judges a guarantee by facts.
func (g *Guarantee) of(f Facts) verdict {
	if !g.OfIdiom() {
		return g.holds(f)
	}
	switch {
	case slices.ContainsFunc(f.Idioms, g.idiom):
		return verdict{}
	case len(f.Idioms) == 0:
		return no("the library has no call that maps inputs to results")
	}
	return no("no call of the library does it")
}

// A State is how far a strategy gives a guarantee.
type State string

const (
	ByDefault    State = "by default"
	WithOption   State = "with an option"
	No           State = "no"
	Inapplicable State = "not applicable"
)

// An Answer says whether a strategy gives a guarantee.
type Answer struct {
	State   State    `json:"state"`
	Options []string `json:"options,omitempty"` // the names of those with which it does
	Reason  string   `json:"reason,omitempty"`  // why it does not by default
}

// add takes in the verdict on a strategy, and then those on its options.
func (a *Answer) add(option string, v verdict) {
	switch {
	case option == "" && v.reason == "":
		a.State = ByDefault
	case option == "" && v.inapplicable:
		a.State, a.Reason = Inapplicable, v.reason
	case option == "":
		a.State, a.Reason = No, v.reason
	case v.reason == "" && a.State != ByDefault:
		a.State = WithOption
		a.Options = append(a.Options, option)
	}
}

// String says it in a few words: "by default", "with nonblocking", "no: a panic
// crashes the process".
func (a Answer) String() string {
	switch a.State {
	case ByDefault:
		return string(a.State)
	case WithOption:
		return "with " + strings.Join(a.Options, " or ")
	}
	return string(a.State) + ": " + a.Reason
}

// A Row is a guarantee with the names of the strategies, and of variants, that
// give it and that do not.
type Row struct {
	*Guarantee
	ByDefault, WithOption, No, Inapplicable []string
}

// Table lists every guarantee.
func Table(all []*Strategy) []Row {
	rows := make([]Row, len(All))
	for i, g := range All {
		r := Row{Guarantee: g}
		for _, s := range all {
			switch a := s.Answers[i]; a.State {
			case ByDefault:
				r.ByDefault = append(r.ByDefault, s.Name)
			case Inapplicable:
				r.Inapplicable = append(r.Inapplicable, s.Name)
			case No:
				r.No = append(r.No, s.Name)
			case WithOption:
				for _, option := range a.Options {
					r.WithOption = append(r.WithOption, s.Name+"+"+option)
				}
			}
		}
		rows[i] = r
	}
	return rows
}
