package question

import (
	"fmt"
	"slices"
)

// Stack asks what keeping goroutines saves where stacks grow.
var Stack = &Question{
	Slug:   "stack",
	Ask:    "When does reusing goroutines pay, and how does that depend on the depth of the stack?",
	answer: answerStack,
}

func answerStack(e *Evidence) (out []string) {
	groups := compared(e.Groups("stack"))
	slices.SortStableFunc(groups, ByLoad)
	out = append(out, payingEverywhere(groups)...)
	for _, g := range groups {
		faster := pooled(g.with(Faster))
		switch {
		case g.tooFew():
		case len(faster) > 0:
			out = append(out, fmt.Sprintf("For %s it pays: %s.", load(g), takes(3, shares(faster), "the time of go f()")))
		default:
			out = append(out, fmt.Sprintf("For %s nothing was found to be faster than go f(), with an uncertainty of %s.", load(g), uncertainty(g)))
		}
	}
	if len(out) == 0 && len(groups) > 0 {
		return []string{groups[0].shortage()}
	}
	return out
}

// payingEverywhere says that reuse pays at every depth, and what the fastest
// takes at the least and at the largest; nothing where that is not so.
func payingEverywhere(groups []*Group) []string {
	if len(groups) < 2 {
		return nil
	}
	for _, g := range groups {
		if len(pooled(g.with(Faster))) == 0 {
			return nil
		}
	}
	at := func(g *Group) string {
		best := pooled(g.with(Faster))[0]
		return fmt.Sprintf("%s for %s (%s)", Times(best.Ratio), load(g), best.Label())
	}
	return []string{fmt.Sprintf("It pays at every depth that was measured: of the time of go f(), the fastest takes %s, and %s.", at(groups[0]), at(groups[len(groups)-1]))}
}
