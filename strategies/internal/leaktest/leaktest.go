// Package leaktest finds goroutines that tests leave behind. Tests of this
// module import no library for it, because a module that requires this one
// would get the version of the library too.
package leaktest

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Patience is how long a goroutine may take to end.
const Patience = 10 * time.Second

// Main runs the tests and exits; it fails when they passed but left goroutines.
func Main(m *testing.M) {
	before := Goroutines()
	code := m.Run()
	if code == 0 {
		if err := before.Check(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// A Snapshot holds the stack of each goroutine under its name, "goroutine 7".
type Snapshot map[string]string

// Goroutines returns all goroutines that there are.
func Goroutines() Snapshot {
	text := make([]byte, 1<<20)
	all := make(Snapshot)
	for _, stack := range strings.Split(string(text[:runtime.Stack(text, true)]), "\n\n") {
		name, _, _ := strings.Cut(stack, " [")
		all[name] = stack
	}
	return all
}

// Check waits until every goroutine that the snapshot lacks has ended, and
// reports those that have not within [Patience].
func (before Snapshot) Check() error { return before.check(Patience) }

func (before Snapshot) check(patience time.Duration) error {
	for start := time.Now(); ; time.Sleep(time.Millisecond) {
		var left []string
		for name, stack := range Goroutines() {
			if _, old := before[name]; !old {
				left = append(left, stack)
			}
		}
		if len(left) == 0 {
			return nil
		}
		if time.Since(start) > patience {
			return fmt.Errorf("%d goroutines are left:\n\n%s", len(left), strings.Join(left, "\n\n"))
		}
	}
}
