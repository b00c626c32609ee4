package strategytest

import "github.com/poolbench/poolbench/strategies"

// The optional interfaces of a fake are types of their own, for a pool either
// has a method or has not.

type plainFake struct{ p *fake }

func (f plainFake) Go(task func()) error { return f.p.Go(task) }
func (f plainFake) Close() error         { return f.p.Close() }

type tryFake struct{ plainFake }

func (f tryFake) TryGo(task func()) error { return f.p.TryGo(task) }

type cancelFake struct{ tryFake }

func (f cancelFake) Cancel() {
	p := f.p
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, part := range p.parts {
		part.cancel()
	}
	if p.does.Cancel == strategies.CancelRuns {
		return
	}
	n := len(p.queue)
	p.dropped += n
	p.queue = nil
	if p.fault == cancelHangs && n > 0 {
		return
	}
	p.alive -= n
	p.changed.Broadcast()
}

func (f cancelFake) Cancelled() int {
	f.p.mu.Lock()
	defer f.p.mu.Unlock()
	if f.p.fault == miscounts && f.p.dropped > 0 {
		return f.p.dropped + 1
	}
	return f.p.dropped
}

type resizeFake struct{ plainFake }

func (f resizeFake) Resize(limit int) {
	p := f.p
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.does.Resize == strategies.ResizeExact || p.taken == 0:
		p.limit, p.next = limit, limit
	case p.does.Resize == strategies.ResizeLate:
		p.next = limit
	}
	p.fill()
}

func plain(p *fake) strategies.Pool  { return plainFake{p} }
func try(p *fake) strategies.Pool    { return tryFake{plainFake{p}} }
func cancel(p *fake) strategies.Pool { return cancelFake{tryFake{plainFake{p}}} }
func divide(p *fake) strategies.Pool { return divideFake{plainFake{p}} }
func divideCancel(p *fake) strategies.Pool {
	return divideCancelFake{cancelFake{tryFake{plainFake{p}}}}
}
func resize(p *fake) strategies.Pool { return resizeFake{plainFake{p}} }
