package strategytest

import "time"

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
	Hang:   15 * time.Second,
	Stall:  5 * time.Second,
	Prompt: 500 * time.Millisecond,
	Settle: 30 * time.Millisecond,
	Drain:  3 * time.Second,
}

// prompt is how soon "at once" is. A job is slower than a func, and a worker
// process that died must be replaced first.
func (tr *trial) prompt() time.Duration {
	if tr.remote() {
		return 4 * tr.Prompt
	}
	return tr.Prompt
}
