package stealing

import (
	"reflect"
	"runtime"
	"sync"
)

// A task that waits in its own pool must be told from anybody else who waits
// there: its place is needed. Go has no name for the running goroutine, but a
// goroutine can read its own stack. So a worker writes the number of its pool
// on the bottom of its stack, as a chain of calls, one for each hexadecimal
// digit. That costs some nanoseconds when a worker starts and nothing when a
// task does. Reading costs about half a microsecond, more on a deep stack, and
// happens only before a wait.

// crew returns the func that the pool's workers are started with.
func (p *Pool) crew() func() {
	return func() {
		number := p.number.Load()
		spell(number)(number>>4, p)
	}
}

// spell returns the function that stands for the last digit of number. It calls
// the one for the digit before, and so on; the first digit makes a worker.
func spell(number uint64) func(rest uint64, p *Pool) {
	if number == 0 {
		return employ
	}
	return digit(number & 15)
}

func digit(d uint64) func(rest uint64, p *Pool) {
	switch d {
	case 0:
		return digit0
	case 1:
		return digit1
	case 2:
		return digit2
	case 3:
		return digit3
	case 4:
		return digit4
	case 5:
		return digit5
	case 6:
		return digit6
	case 7:
		return digit7
	case 8:
		return digit8
	case 9:
		return digit9
	case 10:
		return digitA
	case 11:
		return digitB
	case 12:
		return digitC
	case 13:
		return digitD
	case 14:
		return digitE
	default:
		return digitF
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

// digitAt tells which digit a function stands for, by its entry address.
var digitAt = sync.OnceValue(func() map[uintptr]uint64 {
	at := make(map[uintptr]uint64, 16)
	for d := range uint64(16) {
		at[reflect.ValueOf(digit(d)).Pointer()] = d
	}
	return at
})

// aboard reports whether the calling goroutine is a worker of p.
func (p *Pool) aboard() bool {
	number := p.number.Load()
	return number != 0 && boarded() == number
}

// boarded returns the number of the pool that the calling goroutine works for,
// or 0.
func boarded() uint64 {
	var room [64]uintptr
	stack := room[:]
	n := runtime.Callers(2, stack)
	for n == len(stack) {
		stack = make([]uintptr, 4*len(stack))
		n = runtime.Callers(2, stack)
	}
	// The last digit is the outermost call; outside of it there are only the
	// runtime's frame and that of crew's func.
	const frames = 2
	number, shift := uint64(0), 0
	for i := n - 1; i >= 0; i-- {
		d, is := digitOf(stack[i])
		switch {
		case is:
			number |= d << shift
			shift += 4
		case n-i > frames:
			return number
		}
	}
	return number
}

func digitOf(pc uintptr) (d uint64, is bool) {
	// Return addresses are one beyond the call.
	f := runtime.FuncForPC(pc - 1)
	if f == nil {
		return 0, false
	}
	d, is = digitAt()[f.Entry()]
	return d, is
}
