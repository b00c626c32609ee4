package load

import (
	"context"
	"sync/atomic"
)

// A Watch is told how far a run has come, to look at the server at the right
// moments. Each function that is set is called once, and the run waits for it.
// None is called when there is no run.
type Watch struct {
	Begin func() // all connections stand, and nothing has been sent
	End   func() // nothing is waited for any longer, and the connections still stand
}

// RunWatched is Run with somebody who watches. What the server does between
// Begin and End is all for the requests of Counts.Sent, and nothing for making
// connections but those of Counts.Dials.
func RunWatched(ctx context.Context, o Options, w Watch) (*Result, error) {
	return runWatched(ctx, o, newDriver, w)
}

// end has End called when the last shard is over, before any of them closes
// its connections.
func (w Watch) end(shards []*shard) {
	if w.End == nil {
		return
	}
	var left atomic.Int64
	left.Store(int64(len(shards)))
	seen := make(chan struct{})
	for _, s := range shards {
		s.core.ending = func() {
			if left.Add(-1) == 0 {
				w.End()
				close(seen)
			}
			<-seen
		}
	}
}
