package stealing

import "sync"

// numbers gives every open pool a number of its own, from 1. Each hexadecimal
// digit is a frame on the stacks of the pool's workers, and so a pool that is
// closed gives its number back. One that is merely forgotten does not.
var numbers numberer

type numberer struct {
	mu   sync.Mutex
	last uint64   // the largest number that was ever given
	free []uint64 // those that were given back
}

func (n *numberer) give() uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if top := len(n.free) - 1; top >= 0 {
		number := n.free[top]
		n.free = n.free[:top]
		return number
	}
	n.last++
	return n.last
}

func (n *numberer) takeBack(number uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.free = append(n.free, number)
}

// resign gives the pool's number back. The pool must have no worker any more.
//
// Nobody takes a worker of another pool for one of this pool because that has
// got its number: it got it after this pool had forgotten it.
func (p *Pool) resign() {
	if number := p.number.Swap(0); number != 0 {
		numbers.takeBack(number)
	}
}
