package strategytest

import (
	"fmt"
	"strings"
)

// An outcome is how a call ended.
type outcome struct {
	err      error
	panicked any  // the value, if the call panicked
	exited   bool // the call ended its goroutine
}

// clean reports whether the call returned a nil error.
func (o outcome) clean() bool { return o.err == nil && o.panicked == nil && !o.exited }

func (o outcome) String() string {
	switch {
	case o.exited:
		return "ended the goroutine that called it"
	case o.panicked != nil:
		return fmt.Sprintf("panicked: %s", firstLine(fmt.Sprint(o.panicked)))
	case o.err != nil:
		return fmt.Sprintf("returned the error %q", firstLine(o.err.Error()))
	}
	return "returned nil"
}

// attempt calls f and catches a panic.
func attempt(f func() error) (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			o = outcome{panicked: p}
		}
	}()
	return outcome{err: f()}
}

// A pending call is one that has not returned yet, perhaps.
type pending struct {
	done    chan struct{}
	outcome outcome // once done is closed
}

// async calls f in a goroutine of its own, so that runtime.Goexit ends only
// that one.
func async(f func() error) *pending {
	p := &pending{done: make(chan struct{}), outcome: outcome{exited: true}}
	go func() {
		defer close(p.done)
		p.outcome = attempt(f)
	}()
	return p
}

// wait waits for the call to return.
func (p *pending) wait() outcome {
	<-p.done
	return p.outcome
}

// returned reports whether the call has returned.
func (p *pending) returned() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// call is async and wait.
func call(f func() error) outcome { return async(f).wait() }

// firstLine returns the first line of text.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
