package strategytest

import (
	"runtime"
	"time"
)

// settled waits until value is at rest and returns it.
func (t timing) settled(value func() int64) int64 {
	// Counting polls, not the clock alone, keeps a process that got no CPU
	// for a while from taking its own pause for rest.
	const polls = 20
	last := value()
	for same := 0; same < polls; same++ {
		time.Sleep(t.Settle / polls)
		if now := value(); now != last {
			last, same = now, 0
		}
	}
	return last
}

// happens reports whether what must not happen does so before long.
func (t timing) happens(cond func() bool) bool {
	return t.settled(func() int64 {
		if cond() {
			return 1
		}
		return 0
	}) == 1
}

// holds waits until cond holds, for at most d.
func holds(d time.Duration, cond func() bool) bool {
	start := time.Now()
	for polls := 0; !cond(); polls++ {
		if time.Since(start) > d {
			return cond()
		}
		pause(polls)
	}
	return true
}

// pause yields for the first polls, which suffices for most waits, and then
// sleeps, so that what is waited for gets the CPU.
func pause(polls int) {
	if polls < 20 {
		runtime.Gosched()
		return
	}
	time.Sleep(min(time.Duration(polls)*5*time.Microsecond, time.Millisecond))
}

// comes waits until cond holds, and gives up when there has been no progress
// for a while.
func (tr *trial) comes(progress func() int64, cond func() bool) bool {
	last, since, polls := progress(), time.Now(), 0
	for !cond() {
		pause(polls)
		polls++
		if now := progress(); now != last {
			last, since, polls = now, time.Now(), 0
			tr.progresses()
		} else if time.Since(since) > tr.Stall && polls > 100 {
			return cond()
		}
	}
	return true
}

// reaches waits until value is at least want, and gives up when it has made no
// progress for a while.
func (tr *trial) reaches(value func() int64, want int64) bool {
	return tr.comes(value, func() bool { return value() >= want })
}
