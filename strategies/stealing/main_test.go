package stealing_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestMain fails when the tests leave goroutines behind. It uses no library for
// that: a module that requires this one would get the version of the library too.
func TestMain(m *testing.M) {
	already := goroutines()
	code := m.Run()
	if left := leftBesides(already); code == 0 && len(left) > 0 {
		fmt.Fprintf(os.Stderr, "the tests left %d goroutines:\n\n%s\n", len(left), strings.Join(left, "\n\n"))
		code = 1
	}
	os.Exit(code)
}

// goroutines returns the stack of each goroutine under its name, "goroutine 7".
func goroutines() map[string]string {
	text := make([]byte, 4<<20)
	all := make(map[string]string)
	for _, stack := range strings.Split(string(text[:runtime.Stack(text, true)]), "\n\n") {
		name, _, _ := strings.Cut(stack, " [")
		all[name] = stack
	}
	return all
}

// leftBesides returns the stacks of goroutines that are new and have not ended
// after a time in which anything here ends many times over.
func leftBesides(already map[string]string) (left []string) {
	for start := time.Now(); time.Since(start) < patience; time.Sleep(time.Millisecond) {
		left = left[:0]
		for name, stack := range goroutines() {
			if _, old := already[name]; !old {
				left = append(left, stack)
			}
		}
		if len(left) == 0 {
			break
		}
	}
	return left
}

const patience = 20 * time.Second

// one is a task.
func one(context.Context) (int, error) { return 1, nil }

// finishes fails the test if f has not returned after a time in which anything
// here ends many times over.
func finishes(t *testing.T, f func()) {
	t.Helper()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f()
	}()
	select {
	case <-ended:
	case <-time.After(patience):
		stacks := make([]byte, 1<<20)
		t.Fatalf("hangs:\n%s", stacks[:runtime.Stack(stacks, true)])
	}
}
