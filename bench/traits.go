package bench

import (
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/guarantee"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// The traits that a results file holds, so that it can be read without the
// catalog that it was made with.
const (
	TraitFull        = "trait-full"
	TraitPanic       = "trait-panic"
	TraitServerPanic = "trait-server-panic"
	TraitErrors      = "trait-errors" // of idioms
	TraitCancel      = "trait-cancel" // of strategies that can cancel
	TraitNested      = "trait-nested"

	// TraitElsewhere holds who answers messages in processes of their own, and
	// so takes no part where the handler waits or panics.
	TraitElsewhere = "handles-elsewhere"
)

// DeclaredTraits writes traits as a results file holds them, a setting each. It
// opens and closes a pool of each strategy, to see which can cancel.
func DeclaredTraits(all []*strategies.Strategy, servers []*echo.Server) []results.Setting {
	full, panics, errors, cancel, nested, server := new(traitValues), new(traitValues), new(traitValues), new(traitValues), new(traitValues), new(traitValues)
	elsewhere := new(traitValues)
	for _, s := range all {
		full.add(s.Traits.Full.String(), s.Name)
		panics.add(s.Traits.Panic.String(), s.Name)
		nested.add(s.Traits.Nested.String(), s.Name)
		if runsElsewhere(s) {
			elsewhere.add(inProcesses, s.Name)
		}
		// One that cannot be opened here is said to have no Cancel.
		if f, err := guarantee.FactsOf(s); err == nil && f.Offers.Cancel {
			cancel.add(s.Traits.Cancel.String(), s.Name)
		}
		for _, idiom := range s.Idioms {
			errors.add(idiom.Errors.String(), s.Name+" "+idiom.Name)
		}
	}
	for _, s := range servers {
		server.add(s.Traits.Panic.String(), s.Name)
		if servesElsewhere(s) {
			elsewhere.add(inProcesses, s.Name)
		}
	}
	return []results.Setting{
		{Key: TraitFull, Value: full.String()}, {Key: TraitPanic, Value: panics.String()},
		{Key: TraitServerPanic, Value: server.String()}, {Key: TraitErrors, Value: errors.String()},
		{Key: TraitCancel, Value: cancel.String()}, {Key: TraitNested, Value: nested.String()},
		{Key: TraitElsewhere, Value: elsewhere.String()},
	}
}

// inProcesses is where those of TraitElsewhere answer.
const inProcesses = "in processes of their own"

// runsElsewhere and servesElsewhere tell whether messages are answered in other
// processes, which a func that waits or panics cannot be sent to.
func runsElsewhere(s *strategies.Strategy) bool { return s.OpenRemote != nil }
func servesElsewhere(s *echo.Server) bool       { return s.Limit == echo.LimitProcesses }

// A TraitValue is a trait's value, and who declares it.
type TraitValue struct {
	Value string
	Who   []string
}

// traitValues are the values of one trait, in the order of declaration.
type traitValues []TraitValue

func (p *traitValues) add(value, who string) {
	i := slices.IndexFunc(*p, func(q TraitValue) bool { return q.Value == value })
	if i < 0 {
		i = len(*p)
		*p = append(*p, TraitValue{Value: value})
	}
	(*p)[i].Who = append((*p)[i].Who, who)
}

// String writes "value = a, b | other value = c".
func (p *traitValues) String() string {
	parts := make([]string, len(*p))
	for i, q := range *p {
		parts[i] = q.Value + " = " + strings.Join(q.Who, ", ")
	}
	return strings.Join(parts, " | ")
}

// ParseTraits reads what DeclaredTraits wrote for one trait.
func ParseTraits(setting string) (out []TraitValue) {
	for _, part := range strings.Split(setting, " | ") {
		if value, who, ok := strings.Cut(part, " = "); ok {
			out = append(out, TraitValue{Value: value, Who: strings.Split(who, ", ")})
		}
	}
	return out
}
