package leaktest

import (
	"strings"
	"testing"
)

func TestOnlyANewGoroutineThatStaysIsReported(t *testing.T) {
	gate := make(chan struct{})
	defer close(gate)
	go func() { <-gate }()
	old := Goroutines()
	if err := old.check(0); err != nil {
		t.Errorf("nothing is new: %v", err)
	}

	stay, ended := make(chan struct{}), make(chan struct{})
	go func() { defer close(ended); <-stay }()
	err := old.check(0)
	if err == nil || !strings.Contains(err.Error(), "1 goroutines are left") || !strings.Contains(err.Error(), "TestOnlyANewGoroutineThatStaysIsReported") {
		t.Errorf("one goroutine is left: %v", err)
	}

	close(stay)
	<-ended // it may still be on its way out, which Check waits for
	if err := old.Check(); err != nil {
		t.Error(err)
	}
}
