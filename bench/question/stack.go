package question

import "fmt"

// Stack asks what keeping goroutines saves where stacks grow.
var Stack = &Question{
	Slug:   "stack",
	Ask:    "When does reusing goroutines pay, and how does that depend on the depth of the stack?",
	answer: answerStack,
}

func answerStack(e *Evidence) (out []string) {
	for _, g := range e.Groups("stack") {
		depth := g.Rows[0].Cell.Keys["grain"]
		if faster := pooled(g.with(Faster)); len(faster) > 0 {
			out = append(out, fmt.Sprintf("Where each task needs %s of stack, it pays: %s of the time of go f(), whose stacks grow anew each time.", depth, named(faster, 4)))
		} else {
			out = append(out, fmt.Sprintf("Where each task needs %s of stack, nothing is told to be faster than go f() (uncertainty %s).", depth, widest(g)))
		}
	}
	return out
}
