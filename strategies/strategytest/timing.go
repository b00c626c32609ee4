package strategytest

import (
	"runtime"
	"time"
)

// timing holds the kit's bounds on time. What a pool must do is awaited as long
// as there is progress, and so a slow machine fails nothing; what it must not do
// is looked for only until everything has come to rest.
type timing struct {
	Hang   time.Duration // a step of a proof that takes longer hangs
	Stall  time.Duration // what made no progress for this long will not happen
	Prompt time.Duration // "at once" is sooner: above a noisy machine's delays, below any idle time-out
	Settle time.Duration // everything is at rest once nothing has happened for this long
	Drain  time.Duration // a library may keep goroutines for this long after Close
}

// standard suits two cores that are shared with other work, race detector on.
var standard = timing{
	Hang:   10 * time.Second,
	Stall:  2 * time.Second,
	Prompt: 500 * time.Millisecond,
	Settle: 30 * time.Millisecond,
	Drain:  3 * time.Second,
}

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
// sleeps, so that whoever is waited for gets the CPU.
func pause(polls int) {
	if polls < 20 {
		runtime.Gosched()
		return
	}
	time.Sleep(min(time.Duration(polls)*5*time.Microsecond, time.Millisecond))
}
