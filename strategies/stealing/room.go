package stealing

import (
	"context"
	"sync"
	"sync/atomic"
)

// room is where submitters wait while every lane is full.
//
// No wake-up is lost: a submitter counts itself in before it looks for room a
// last time, and a worker that has made room looks at the count afterwards. So
// either the submitter sees the room or the worker sees the submitter.
type room struct {
	mu      sync.Mutex
	made    sync.Cond
	waiting atomic.Int32 // submitters that sleep here and have not been woken
	wanting atomic.Int32 // these, the woken, and those that have not given up trying
}

// wait tries to submit j until p has room for it or refuses it for good, and
// sleeps in between. It gives up when ctx ends.
func (r *room) wait(ctx context.Context, p *Pool, j job) error {
	if ctx.Done() != nil {
		defer context.AfterFunc(ctx, r.wakeAll)()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		r.waiting.Add(1)
		err := p.try(j)
		full := err == ErrFull
		if full && ctx.Err() != nil {
			full, err = false, context.Cause(ctx) // which may be ErrFull too
		}
		if !full {
			r.waiting.Add(-1)
			// One wake-up may stand for room for many, so it is passed on
			// until it reaches a submitter that finds none.
			r.signal()
			return err
		}
		r.made.Wait()
	}
}

// wanted reports whether there are submitters that would use more room.
func (r *room) wanted() bool { return r.wanting.Load() > 0 }

// wakeOne lets the submitter that has waited longest look for room.
func (r *room) wakeOne() {
	if r.waiting.Load() > 0 {
		r.mu.Lock()
		r.signal()
		r.mu.Unlock()
	}
}

// signal wakes one submitter, if one sleeps. It counts it out itself: until the
// submitter has its processor, workers make room for many more, and need not
// wake it again. r.mu is held.
func (r *room) signal() {
	if r.waiting.Load() > 0 {
		r.waiting.Add(-1)
		r.made.Signal()
	}
}

// wakeAll lets every waiting submitter look.
func (r *room) wakeAll() {
	r.mu.Lock()
	r.waiting.Store(0)
	r.made.Broadcast()
	r.mu.Unlock()
}
