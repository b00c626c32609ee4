package strategytest

import (
	"context"
	"fmt"

	"github.com/poolbench/poolbench/strategies"
)

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
	p.alive -= n
	if p.fault == cancelHangs {
		p.alive++ // for which Close waits
	}
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

// A contextFake is strict if it refuses a context that has ended before the call.
type contextFake struct {
	plainFake
	strict bool
}

func (f contextFake) GoContext(ctx context.Context, task func()) error {
	if f.strict && ctx.Err() != nil {
		return fmt.Errorf("not even tried: %w", ctx.Err())
	}
	stop := context.AfterFunc(ctx, func() {
		f.p.mu.Lock()
		defer f.p.mu.Unlock()
		f.p.changed.Broadcast()
	})
	defer stop()
	return f.p.submit(ctx, task, f.p.does.Full == strategies.FullRejects || f.p.does.Full == strategies.FullBuffersThenRejects)
}

type notifyFake struct{ plainFake }

func (f notifyFake) OnPanic(handle func(value any)) { f.p.handle = handle }

func withContext(p *fake) strategies.Pool { return contextFake{plainFake{p}, false} }
func strictly(p *fake) strategies.Pool    { return contextFake{plainFake{p}, true} }
func notify(p *fake) strategies.Pool      { return notifyFake{plainFake{p}} }

func plain(p *fake) strategies.Pool  { return plainFake{p} }
func try(p *fake) strategies.Pool    { return tryFake{plainFake{p}} }
func cancel(p *fake) strategies.Pool { return cancelFake{tryFake{plainFake{p}}} }
func divide(p *fake) strategies.Pool { return divideFake{plainFake{p}} }
func divideCancel(p *fake) strategies.Pool {
	return divideCancelFake{cancelFake{tryFake{plainFake{p}}}}
}
func resize(p *fake) strategies.Pool { return resizeFake{plainFake{p}} }
