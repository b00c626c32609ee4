package stealing

import "sync/atomic"

// maxSpan is the longest range of indexes that a span can hold: little enough
// of a 32-bit half of its word for next never to run over into end, however
// many helpers go beyond the last index at once.
const maxSpan = 1 << 30

// A span is a range of a loop's indexes that a helper works through from the
// front. Others may do so with it, or take the back half of what is left. All
// this is one atomic operation on one word, so an index is claimed exactly
// once, and none is ever out of reach of a helper that has nothing to do.
type span struct {
	// word is end<<32 | next. Whoever works on the span adds to next, others
	// lower end, and only the helper whose own it is refills it when empty.
	word atomic.Uint64

	older *span // the one that was listed before it
	_     [48]byte
}

func unpackSpan(word uint64) (next, end int64) {
	return int64(uint32(word)), int64(word >> 32)
}

// fill gives an empty span the indexes from next up to end.
func (s *span) fill(next, end int64) { s.word.Store(uint64(end)<<32 | uint64(next)) }

// unclaimed reports whether there is an index that nobody has claimed.
func (s *span) unclaimed() bool {
	next, end := unpackSpan(s.word.Load())
	return next < end
}

// pop claims the next index. If there is none, ok is false, and the caller does
// not pop again before it has seen unclaimed ones, or next would run away. last
// says that the span is now empty: exactly one pop or split says so for each
// fill.
func (s *span) pop() (i int64, ok, last bool) {
	next, end := unpackSpan(s.word.Add(1))
	return next - 1, next <= end, next == end
}

// split claims the last of so many equal parts of what is left, rounded up: the
// half for another helper, or all, so that nobody runs it.
func (s *span) split(parts int64) (from, to int64, last bool) {
	for {
		word := s.word.Load()
		next, end := unpackSpan(word)
		if next >= end {
			return 0, 0, false
		}
		from = next + (end-next)*(parts-1)/parts
		if s.word.CompareAndSwap(word, uint64(from)<<32|uint64(next)) {
			return from, end, from == next
		}
	}
}
