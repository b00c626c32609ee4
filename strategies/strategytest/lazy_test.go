package strategytest

import (
	"sync"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// A lazy pool starts workers when it needs them and lets them go when they have
// been idle for a while. Its hand-over channel has no buffer.
type lazy struct {
	purge  time.Duration
	stalls bool // the first task after all workers have gone waits for the second

	slots chan struct{} // one for each worker
	tasks chan func()
	done  chan struct{}
	wg    sync.WaitGroup // workers and submitters

	mu     sync.Mutex
	gone   bool // idle workers have left since the last submit
	closed bool
	stash  []func()
}

func openLazy(purge time.Duration, stalls bool) func(int) (strategies.Pool, error) {
	return func(limit int) (strategies.Pool, error) {
		return &lazy{purge: purge, stalls: stalls,
			slots: make(chan struct{}, limit), tasks: make(chan func()), done: make(chan struct{})}, nil
	}
}

func (p *lazy) Go(task func()) error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return errRefused
	}
	p.wg.Add(1)
	defer p.wg.Done()
	if p.stalls && p.gone && len(p.slots) == 0 && p.stash == nil {
		p.stash = append(p.stash, task)
		p.mu.Unlock()
		return nil
	}
	late := p.stash
	p.stash, p.gone = nil, false
	p.mu.Unlock()
	for _, t := range late {
		p.hand(t, nil)
	}
	return p.hand(task, p.done)
}

// hand gives the task to an idle worker or a new one, whichever comes first.
func (p *lazy) hand(task func(), done <-chan struct{}) error {
	select {
	case p.tasks <- task:
		return nil
	default:
	}
	select {
	case p.tasks <- task:
	case p.slots <- struct{}{}:
		p.wg.Add(1)
		go p.work(task)
	case <-done:
		return errRefused
	}
	return nil
}

func (p *lazy) work(task func()) {
	defer func() {
		recover()
		<-p.slots
		p.wg.Done()
	}()
	for {
		task()
		select {
		case task = <-p.tasks:
		case <-time.After(p.purge):
			p.mu.Lock()
			p.gone = true
			p.mu.Unlock()
			return
		case <-p.done:
			return
		}
	}
}

func (p *lazy) Close() error {
	p.mu.Lock()
	late := p.stash
	p.stash = nil
	if !p.closed {
		p.closed = true
		close(p.done)
	}
	p.mu.Unlock()
	for _, t := range late {
		p.hand(t, nil)
	}
	p.wg.Wait()
	return nil
}

// parts is a pool of pools of one place each, which take turns.
type parts struct {
	mu    sync.Mutex
	turn  int
	pools []strategies.Pool
}

func openParts(does strategies.Traits) func(int) (strategies.Pool, error) {
	return func(limit int) (strategies.Pool, error) {
		p := new(parts)
		for range limit {
			p.pools = append(p.pools, plain(newFake(does, sound)(1)))
		}
		return p, nil
	}
}

func (p *parts) Go(task func()) error {
	p.mu.Lock()
	part := p.pools[p.turn%len(p.pools)]
	p.turn++
	p.mu.Unlock()
	return part.Go(task)
}

func (p *parts) Close() error {
	for _, part := range p.pools {
		if err := part.Close(); err != nil {
			return err
		}
	}
	return nil
}
