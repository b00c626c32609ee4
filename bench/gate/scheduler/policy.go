package scheduler

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

// A Policy says how the operating system shares CPUs among processes.
type Policy string

const (
	Normal     Policy = "normal"
	RoundRobin Policy = "SCHED_RR"
)

// Rank is the real-time priority of the processes that are led.
const Rank = 10

// Lead runs f on a thread of its own that outranks the processes which f starts
// through start; start begins one under the policy. Everything f starts must be
// gone when it returns, because its thread is. Under a policy with priorities all
// of this program outranks them until then, and collects no garbage.
func Lead(policy Policy, f func(start func(begin func() error) error) error) error {
	done := make(chan error, 1)
	go func() {
		// Never unlocked: the thread and its priority end with this goroutine.
		runtime.LockOSThread()
		done <- lead(policy, f)
	}()
	return <-done
}

// Permitted returns nil if processes may be started under the policy here, and
// otherwise why not.
func Permitted(policy Policy) error {
	return Lead(policy, func(func(func() error) error) error { return nil })
}

// leaders lets one thread of this program lead at a time under a policy with
// priorities: two would take the CPU from each other's processes.
var leaders sync.Mutex

func lead(policy Policy, f func(start func(begin func() error) error) error) (err error) {
	if policy == Normal {
		return f(func(begin func() error) error { return begin() })
	}
	leaders.Lock()
	defer leaders.Unlock()
	runtime.GC() // a collection would take CPU from what is led: none till the end
	percent := debug.SetGCPercent(-1)
	defer debug.SetGCPercent(percent)
	// All threads get the rank, not the leading one alone: the runtime needs
	// others to hand it its goroutine back, and processes that keep them off
	// the CPU would make it wait for up to a second.
	lowerAll, err := raiseAll(Rank + 1)
	if err != nil {
		return fmt.Errorf("run under %s: %w", policy, err)
	}
	defer func() { err = errors.Join(err, lowerAll()) }()
	return f(func(begin func() error) error {
		// A process inherits the priority of the thread that starts it.
		if err := raise(Rank); err != nil {
			return fmt.Errorf("start a process under %s: %w", policy, err)
		}
		err := begin()
		if up := raise(Rank + 1); err == nil && up != nil {
			err = fmt.Errorf("outrank a process under %s: %w", policy, up)
		}
		return err
	})
}
