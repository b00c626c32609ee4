package proc

import (
	"context"
	"time"
)

const (
	firstPause   = 10 * time.Millisecond
	longestPause = 2 * time.Second
)

// A Backoff is the pause before the next attempt to start a process. It doubles
// from 10 milliseconds to 2 seconds while attempts fail, so that a shortage is
// survived and nothing spins. The zero value is none.
type Backoff time.Duration

// Grow lengthens the pause after a failure.
func (b *Backoff) Grow() {
	*b = min(max(Backoff(firstPause), 2**b), Backoff(longestPause))
}

// Wait waits for the pause, or until ctx ends.
func (b Backoff) Wait(ctx context.Context) {
	if b == 0 {
		return
	}
	timer := time.NewTimer(time.Duration(b))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (b Backoff) String() string { return time.Duration(b).String() }
