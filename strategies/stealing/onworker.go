package stealing

import (
	"reflect"
	"runtime"
	"slices"
	"sync"
)

// A task that waits in its own pool must be told from anybody else who waits
// there: its slot is needed. Go has no name for the running goroutine, but a
// goroutine can read its own stack. So a worker writes the number of its pool
// on the bottom of its stack, as a chain of calls, one for each hexadecimal
// digit. That costs some nanoseconds when a worker starts and nothing when a
// task does. Reading costs about half a microsecond, more on a deep stack, and
// happens only before a wait.

// spell returns the function that stands for the last digit of number. It calls
// the one for the digit before, and so on; the first digit makes a worker.
func spell(number uint64) func(rest uint64, p *Pool) {
	if number == 0 {
		return startWorker
	}
	return digits[number&15]
}

// digits are the functions that stand for digits, and entries the addresses by
// which they are known on a stack.
var (
	digits  [16]func(rest uint64, p *Pool)
	entries [16]uintptr
)

func init() {
	digits = [16]func(rest uint64, p *Pool){
		digit0, digit1, digit2, digit3, digit4, digit5, digit6, digit7,
		digit8, digit9, digitA, digitB, digitC, digitD, digitE, digitF,
	}
	for d, f := range digits {
		entries[d] = reflect.ValueOf(f).Pointer()
	}
}

// Each must keep a frame of its own, and so is not inlined.

//go:noinline
func digit0(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digit1(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digit2(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digit3(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digit4(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digit5(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digit6(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digit7(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digit8(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digit9(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digitA(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digitB(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digitC(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digitD(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digitE(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

//go:noinline
func digitF(rest uint64, p *Pool) { spell(rest)(rest>>4, p) }

// onWorker reports whether the calling goroutine is a worker of p.
func (p *Pool) onWorker() bool {
	number := p.number.Load()
	return number != 0 && workerOf() == number
}

// workerOf returns the number of the pool that the calling goroutine works for,
// or 0.
func workerOf() uint64 {
	var room [64]uintptr
	stack := room[:]
	n := runtime.Callers(2, stack)
	for n == len(stack) {
		stack = make([]uintptr, 4*len(stack))
		n = runtime.Callers(2, stack)
	}
	// The last digit is the outermost call; outside of it there are only the
	// runtime's frame and that of slots.crew.
	const frames = 2
	number, shift := uint64(0), 0
	for i := n - 1; i >= 0; i-- {
		// Return addresses are one beyond the call.
		digit := -1
		if f := runtime.FuncForPC(stack[i] - 1); f != nil {
			digit = slices.Index(entries[:], f.Entry())
		}
		switch {
		case digit >= 0:
			number |= uint64(digit) << shift
			shift += 4
		case n-i > frames:
			return number
		}
	}
	return number
}

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

// inside reports whether the caller is a task of the pool. Where no task can be
// running, the caller's stack need not be looked at.
func (p *Pool) inside() bool { return p.slots.busy() && p.onWorker() }

// wait waits for done. A task of the pool lends its slot meanwhile, so that
// what it waits for can run even if there is no other slot.
func (p *Pool) wait(done *sync.WaitGroup, inside bool) {
	if inside {
		p.slots.lend()
		defer p.slots.reclaim()
	}
	done.Wait()
}
