package strategies

import (
	"strings"

	"github.com/poolbench/poolbench/strategies/remote"
)

// An Option is one way to open the pools of a strategy that its library offers
// besides the default, where that changes what the pools guarantee. It is
// proved, named and measured like a strategy of its own: see [Strategy.Variants].
type Option struct {
	// Name has the form of Strategy.Name. The variant is called STRATEGY+NAME
	// everywhere, such as ants+nonblocking.
	Name string

	// Doc has the form of Strategy.Doc. Its title names the library's option
	// and says what it changes.
	Doc string

	// The rest has the meaning it has in Strategy. Nothing is inherited from
	// the default: Traits and Idioms are those of pools opened in this way.
	Traits     Traits
	Open       func(limit int) (Pool, error)
	OpenRemote func(limit int) (remote.Pool, error)
	Idioms     []Idiom
}

// variantMark stands between the names of a strategy and of its option. The
// benchmark format keeps it, and no plain name holds it.
const variantMark = "+"

// Variants returns a strategy for each of Options, in their order: the same
// library, opened in that way. Every call returns new values; equal names
// denote the same.
func (s *Strategy) Variants() []*Strategy {
	variants := make([]*Strategy, len(s.Options))
	for i, o := range s.Options {
		variants[i] = &Strategy{
			Name: s.Name + variantMark + o.Name, Doc: o.Doc, URL: s.URL, Module: s.Module,
			Traits: o.Traits, Open: o.Open, OpenRemote: o.OpenRemote, Idioms: o.Idioms, variant: true,
		}
	}
	return variants
}

// WithVariants returns all, each followed by its variants.
func WithVariants(all ...*Strategy) []*Strategy {
	var out []*Strategy
	for _, s := range all {
		out = append(append(out, s), s.Variants()...)
	}
	return out
}

// SplitName splits the name of a variant into those of its strategy and its
// option. The name of a strategy has no option: "".
func SplitName(name string) (strategy, option string) {
	strategy, option, _ = strings.Cut(name, variantMark)
	return strategy, option
}
