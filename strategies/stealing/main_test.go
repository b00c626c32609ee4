package stealing_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// one is a task.
func one(context.Context) (int, error) { return 1, nil }

// finishes fails the test if f has not returned after a time in which anything
// here ends many times over.
func finishes(t *testing.T, f func()) {
	t.Helper()
	const patience = 20 * time.Second
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
