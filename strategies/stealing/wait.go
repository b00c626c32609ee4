package stealing

import "sync"

// inside reports whether the caller is a task of the pool. Where no task can be
// running, the caller's stack need not be looked at.
func (p *Pool) inside() bool { return p.places.busy() && p.aboard() }

// wait waits for done. A task of the pool lends its place meanwhile, so that
// what it waits for can run even if there is no other place.
func (p *Pool) wait(done *sync.WaitGroup, inside bool) {
	if inside {
		p.places.lend()
		defer p.places.reclaim()
	}
	done.Wait()
}
