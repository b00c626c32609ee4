package scheduler

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// raise gives the calling thread a real-time priority.
func raise(priority uint32) error { return set(0, realTime(priority)) }

// raiseAll gives one to every thread of this program, and lower gives them what
// the calling thread had before.
func raiseAll(priority uint32) (lower func() error, err error) {
	before, err := unix.SchedGetAttr(0, 0)
	if err != nil {
		return nil, fmt.Errorf("ask for the policy of this thread: %w", err)
	}
	lower = func() error { return setAll(*before) }
	if err := setAll(realTime(priority)); err != nil {
		return nil, errors.Join(err, lower())
	}
	return lower, nil
}

func realTime(priority uint32) unix.SchedAttr {
	return unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: priority}
}

func set(thread int, attr unix.SchedAttr) error {
	err := unix.SchedSetAttr(thread, &attr, 0)
	if errors.Is(err, unix.EPERM) {
		return fmt.Errorf("priority %d is not permitted; run as root or raise the limit of real-time priorities (ulimit -r): %w", attr.Priority, err)
	}
	return err
}

// setAll sets every thread, and those that they begin meanwhile.
func setAll(attr unix.SchedAttr) error {
	const tasks = "/proc/self/task"
	done := make(map[string]bool)
	for fresh := true; fresh; {
		fresh = false
		entries, err := os.ReadDir(tasks)
		if err != nil {
			return fmt.Errorf("list the threads of this program: %w", err)
		}
		for _, e := range entries {
			if done[e.Name()] {
				continue
			}
			done[e.Name()], fresh = true, true
			thread, err := strconv.Atoi(e.Name())
			if err != nil {
				return fmt.Errorf("list the threads of this program in %s: %w", tasks, err)
			}
			if err := set(thread, attr); err != nil && !errors.Is(err, unix.ESRCH) {
				return err
			}
		}
	}
	return nil
}
