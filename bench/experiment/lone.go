package experiment

import (
	"math/rand/v2"
)

// Order returns the source that draws the order of a session's turns.
func Order(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// Alone lets each side take one turn, in an order drawn from rng, and closes
// it before the next is opened: for what must have the machine to itself, such
// as memory. The result is as that of Exchanges.
func Alone(rng *rand.Rand, sides []Side) (turns [][]Turn, errs []error) {
	turns, errs = make([][]Turn, len(sides)), make([]error, len(sides))
	for _, i := range rng.Perm(len(sides)) {
		one, err := Exchanges(rng, sides[i:i+1], 1)
		turns[i], errs[i] = one[0], err[0]
		if err := sides[i].Close(); errs[i] == nil {
			errs[i] = err
		}
	}
	return turns, errs
}

// Lazy returns a side that is opened at its first turn. Closing it twice, or
// before that, does nothing.
func Lazy(open Opener) Side { return &lazy{open: open} }

type lazy struct {
	open Opener
	side Side
	err  error
}

func (l *lazy) Turn() (Turn, error) {
	if l.side == nil && l.err == nil {
		l.side, l.err = l.open()
	}
	if l.err != nil {
		return Turn{}, l.err
	}
	return l.side.Turn()
}

func (l *lazy) Close() error {
	side := l.side
	if side == nil {
		return nil
	}
	l.side = nil
	return side.Close()
}
