package stealing

import (
	"context"
	"sync"
	"sync/atomic"
)

// A loop runs a body for every index of a range. Workers that take part are
// its helpers. The first helper gets the whole range, and every other one half
// of what another has left; so work is split only as far as there are workers
// with nothing to do, and nothing needs to be known about how long the body
// takes.
//
// More helpers than processors can only come where bodies wait for something.
// Then to split is of no use; helpers share a range, and send for two more
// each, so that their number doubles.
//
// A loop calls for helpers by being a job of the pool: while any index is
// unclaimed, it is queued once, and each helper that comes queues it again,
// unless as many are on the way as can be of use.
type loop struct {
	// Read for every index.
	pool   *Pool
	body   func(i int)
	halted atomic.Bool // no further index may start
	_      [64 - 20]byte

	// Changed when helpers come and go.
	queued  atomic.Bool          // it is among the pool's calls
	next    *loop                // the one behind it there
	begun   atomic.Bool          // the first helper has come
	skipped atomic.Bool          // some index was given up
	coming  atomic.Int64         // helpers that were invited and have not come
	helpers atomic.Int64         // at work
	laden   atomic.Int64         // how many spans hold indexes
	left    atomic.Int64         // indexes that have neither run nor been given up
	first   span                 // the whole range, to begin with
	spans   atomic.Pointer[span] // the newest; all are linked
	rich    atomic.Pointer[span] // where indexes were last seen
	done    sync.WaitGroup       // left is 0

	broken func(error) // told why a body did not return, if that matters to others; or nil

	mu       sync.Mutex
	failure  error // of an index that ended badly, or nil
	cause    error // why it was halted from outside, or nil
	panicked *Panic
}

// newLoop returns a loop over n indexes, 1 to maxSpan.
func newLoop(p *Pool, n int, body func(i int)) *loop {
	l := &loop{pool: p, body: body}
	l.left.Store(int64(n))
	l.done.Add(1)
	l.first.fill(0, int64(n))
	l.laden.Store(1)
	l.spans.Store(&l.first)
	l.rich.Store(&l.first)
	return l
}

// await hands the loop to its pool and waits until every index has run or been
// given up.
func (l *loop) await(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if ctx.Done() != nil {
		defer context.AfterFunc(ctx, func() { l.halt(&l.cause, context.Cause(ctx)) })()
	}
	p := l.pool
	inside := p.inside()
	p.loops.Add(1)
	defer p.ended()
	if err := l.begin(); err != nil {
		return err
	}
	p.wait(&l.done, inside)

	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.panicked != nil:
		panic(l.panicked)
	case l.failure != nil:
		return l.failure
	case l.skipped.Load():
		return l.cause
	}
	return nil
}

// ended counts a loop out, which Close may be waiting for.
func (p *Pool) ended() {
	if p.loops.Add(-1) == 0 && p.closing.Load() {
		p.slots.mu.Lock()
		p.slots.left.Broadcast()
		p.slots.mu.Unlock()
	}
}

// begin sends for the first helpers: two at once, if there are indexes and
// processors for two. To wake a processor takes so long that the second helper
// should not have to wait until the first has come and calls for it.
func (l *loop) begin() error {
	p := l.pool
	atOnce := min(2, l.left.Load(), p.processors)
	invited := int64(0)
	for invited < atOnce && l.invite(true) {
		invited++
	}
	if invited == atOnce || !l.queued.CompareAndSwap(false, true) {
		return nil // the first helper calls, or will
	}
	if invited > 0 {
		p.force(l)
		return nil
	}
	if err := p.calls.put(l, false); err != nil {
		return err
	}
	p.wake()
	return nil
}

// run is what a helper does that was called.
func (l *loop) run() {
	l.queued.Store(false)
	l.help()
}

// help is what every helper does.
func (l *loop) help() {
	l.helpers.Add(1)
	h := helper{loop: l}
	defer h.end()
	for h.claim() && !h.exhaust() {
	}
	h.returned = true
}

// drop is called for a loop that waits for helpers in a cancelled pool.
func (l *loop) drop() { l.halt(&l.cause, ErrCancelled) }

// tasks counts nothing: the indexes of a loop are not tasks given to the pool.
func (l *loop) tasks() int64 { return 0 }

// An invitation is a loop that is handed to a worker without being queued.
type invitation struct{ *loop }

func (i invitation) run() {
	i.coming.Add(-1)
	i.help()
}

// invite sends for a helper in that way, if there is a slot for one and, unless
// it overtakes them, no task waits. If it sends none, the caller must call: another
// may have relied on that helper.
func (l *loop) invite(overtakes bool) bool {
	l.coming.Add(1)
	sent := l.pool.slots.handOver(invitation{l}, overtakes)
	if !sent {
		l.coming.Add(-1)
	}
	return sent
}

// crowded reports that bodies wait for something.
func (l *loop) crowded() bool { return l.helpers.Load() > l.pool.processors }

// call makes sure that another helper comes, if there is work for one. With one on
// the way, and every processor provided for, that is so already.
//
// No index is stranded: a helper calls after it has shown its span to others
// and before it runs the first index of it or gives up its slot, and a helper
// that finds nothing has looked after queued was cleared, or after it was taken
// off those that are coming. So either that one has seen the span or another
// one comes.
func (l *loop) call() {
	p := l.pool
	coming := l.coming.Load()
	if l.laden.Load() == 0 || coming > 0 && l.helpers.Load()+coming >= p.processors {
		return
	}
	if l.crowded() && l.invite(false) && l.invite(false) {
		return
	}
	if l.queued.CompareAndSwap(false, true) {
		p.force(l)
	}
}

// halt gives up what is unclaimed, and keeps the first err in why, the loop's
// failure or cause.
func (l *loop) halt(why *error, err error) {
	l.mu.Lock()
	if *why == nil {
		*why = err
	}
	l.mu.Unlock()
	l.giveUp()
}

// giveUp claims every index that is left. Helpers look at halted after they
// have filled a span, and so none escapes.
func (l *loop) giveUp() {
	l.halted.Store(true)
	n := int64(0)
	for s := l.spans.Load(); s != nil; s = s.older {
		from, to, last := s.split(1)
		if last {
			l.laden.Add(-1)
		}
		n += to - from
	}
	if n > 0 {
		l.skipped.Store(true)
		l.account(n)
	}
}

// account takes note that n more indexes have run or been given up.
func (l *loop) account(n int64) {
	if l.left.Add(-n) == 0 {
		l.done.Done()
	}
}
