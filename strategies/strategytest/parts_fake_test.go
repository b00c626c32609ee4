package strategytest

import "github.com/poolbench/poolbench/strategies"

type divideFake struct{ plainFake }

func (f divideFake) Divide(limit int) (strategies.Pool, error) { return f.p.divide(limit) }

type divideCancelFake struct{ cancelFake }

func (f divideCancelFake) Divide(limit int) (strategies.Pool, error) { return f.p.divide(limit) }

// A partFake is a part of a fake: a limit and a queue before those of the whole,
// whose lock guards them.
type partFake struct {
	whole  *fake
	limit  int
	taken  int // places
	alive  int // accepted tasks that have not ended
	queue  []func()
	closed bool
}

func (p *fake) divide(limit int) (strategies.Pool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if (limit < 1 || limit > p.limit) && p.fault != partOfAnyLimit {
		return nil, errRefused
	}
	part := &partFake{whole: p, limit: limit}
	p.parts = append(p.parts, part)
	return part, nil
}

func (f *partFake) Go(task func()) error {
	p := f.whole
	p.mu.Lock()
	defer p.mu.Unlock()
	for !f.place() && !f.room() {
		if p.does.Full == strategies.FullRejects {
			return errRefused
		}
		if f.closed {
			break
		}
		p.changed.Wait()
	}
	if f.closed && p.does.Closed != strategies.ClosedReusable {
		return errRefused
	}
	f.alive++
	p.alive++
	f.queue = append(f.queue, task)
	f.fill()
	return nil
}

// place reports whether a task of the part may start.
func (f *partFake) place() bool {
	p, taken := f.whole, f.taken
	if p.does.Limit == strategies.LimitNone {
		return true
	}
	if p.fault == partExceeds {
		taken--
	}
	return taken < f.limit && (p.fault == partUncounted || p.place())
}

// room reports whether a task may wait in the part.
func (f *partFake) room() bool {
	switch f.whole.does.Full {
	case strategies.FullQueues:
		return true
	case strategies.FullBuffers:
		return len(f.queue) < buffer
	}
	return false
}

// fill starts what waits in the part.
func (f *partFake) fill() {
	for len(f.queue) > 0 && f.place() {
		task := f.queue[0]
		if last := len(f.queue) - 1; f.whole.lifo {
			task, f.queue = f.queue[last], f.queue[:last]
		} else {
			f.queue = f.queue[1:]
		}
		f.taken++
		if f.whole.fault == partUncounted {
			f.whole.taken-- // which start adds
		}
		f.whole.start(func() { defer f.ended(); task() })
	}
}

// ended frees the place of a task in the part. The whole does as much for its
// own when the task has returned.
func (f *partFake) ended() {
	f.whole.mu.Lock()
	defer f.whole.mu.Unlock()
	f.taken--
	f.alive--
	if f.whole.fault == partUncounted {
		f.whole.taken++
	}
}

// cancel is what the whole's Cancel does with what waits in the part.
func (f *partFake) cancel() {
	p, keep := f.whole, 0
	switch p.does.Parts {
	case strategies.PartsHanded:
		keep = f.limit - f.taken
	case strategies.PartsRun:
		keep = len(f.queue)
	}
	if p.fault == partRunsLast {
		keep++
	}
	keep = min(keep, len(f.queue))
	n := len(f.queue) - keep
	f.queue = f.queue[:keep]
	if p.fault != partHangs {
		f.alive -= n
	}
	p.alive -= n
	if p.fault != partMiscounts {
		p.dropped += n
	}
	p.changed.Broadcast()
}

func (f *partFake) Close() error {
	p := f.whole
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case f.closed:
	case p.fault == partLeavesGoroutine:
		go func() { select {} }()
	case p.fault == partKeepsPlaces:
		p.taken++
	case p.fault == partClosesWhole:
		p.closed = true
	}
	f.closed = true
	p.changed.Broadcast()
	for f.alive > 0 && p.fault != partClosesEarly || p.fault == partClosesLate && p.alive > 0 {
		p.changed.Wait()
	}
	return nil
}
