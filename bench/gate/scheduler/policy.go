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
// gone when it returns, because its thread is.
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

// undisturbed keeps this program's other threads, which have no rank, from
// holding up the one that leads; what it returns undoes that. Processes of rank
// can keep them off the CPU for a second, and as long the leader would wait when
// a garbage collection must stop them, or when they have every P that Go code
// may run on as the leader comes back from the system.
func undisturbed() (undo func()) {
	const spare = 4
	runtime.GC() // ends one that is under way
	percent := debug.SetGCPercent(-1)
	procs := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(procs + spare)
	return func() {
		runtime.GOMAXPROCS(procs)
		debug.SetGCPercent(percent)
	}
}

func lead(policy Policy, f func(start func(begin func() error) error) error) error {
	if policy == Normal {
		return f(func(begin func() error) error { return begin() })
	}
	leaders.Lock()
	defer leaders.Unlock()
	defer undisturbed()()
	if err := raise(Rank + 1); err != nil {
		return fmt.Errorf("run under %s: %w", policy, err)
	}
	err := f(func(begin func() error) error {
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
	// The thread ends a moment after this, and should not outrank till then.
	return errors.Join(err, lower())
}
