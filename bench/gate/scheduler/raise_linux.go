package scheduler

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// raise gives the calling thread a real-time priority.
func raise(priority uint32) error {
	attr := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: priority}
	err := unix.SchedSetAttr(0, &attr, 0)
	if errors.Is(err, unix.EPERM) {
		return fmt.Errorf("priority %d is not permitted; run as root or raise the limit of real-time priorities (ulimit -r): %w", priority, err)
	}
	return err
}

// lower gives the calling thread the normal policy again.
func lower() error {
	return unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_NORMAL}, 0)
}
