package load

import (
	"time"

	"golang.org/x/sys/unix"
)

// pause sleeps to some ten microseconds, where Go's own timers take a
// millisecond, and leaves the processor to others.
func pause(d time.Duration) {
	ts := unix.NsecToTimespec(int64(d))
	_ = unix.Nanosleep(&ts, nil) // woken early it is called again
}
