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
	for _, g := range groups {
		faster := pooled(g.with(Faster))
		switch {
		case g.tooFew():
		case len(faster) > 0:
			out = append(out, fmt.Sprintf("For %s it pays: %s.", load(g), takes(3, shares(faster), "the time of go f()")))
		default:
			out = append(out, fmt.Sprintf("For %s nothing was found to be faster than go f(); the uncertainty is %s.", load(g), uncertainty(g)))
		}
	}
	if len(out) == 0 && len(groups) > 0 {
		return []string{shortage(groups[0].contest())}
	}
	return out
}
