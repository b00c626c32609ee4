package stealing

import (
	"fmt"
	"runtime/debug"
)

// A Panic is what a task panicked with, as it is raised again in the goroutine
// that waits for the task. It is an error too, so that it can be returned, and
// unwraps to the original value if that was an error.
type Panic struct {
	Value any    // what the task called panic with
	Stack []byte // of the task's goroutine, from the panic downward
	More  int    // how many other tasks panicked and are not reported
}

func (p *Panic) Error() string {
	more := ""
	if p.More > 0 {
		more = fmt.Sprintf(" (and %d more)", p.More)
	}
	return fmt.Sprintf("stealing: a task panicked%s: %v\n\n%s", more, p.Value, p.Stack)
}

// Unwrap returns the original value if it is an error, and otherwise nil.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// unreturned is why a task did not return: v, which it panicked with, or nil if it
// called runtime.Goexit. The caller is the deferred func that has recovered v.
func unreturned(v any) error {
	if v == nil {
		return ErrGoexit
	}
	return &Panic{Value: v, Stack: debug.Stack()}
}

// plus counts another panic after p, the first one, if there is one. It returns
// the first of both.
func (p *Panic) plus(another *Panic) *Panic {
	if p == nil {
		return another
	}
	p.More++
	return p
}

// raise keeps what a task panicked with for Close. The first one counts.
func (s *slots) raise(p *Panic) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.panicked = s.panicked.plus(p)
}
