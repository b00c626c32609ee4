package stealing

import (
	"math/bits"
	"sync/atomic"
)

// shelfCount is how many batches can be open to thieves at once: as many as a
// word has bits. A worker that finds all taken draws single jobs instead.
const (
	shelfBits  = 6
	shelfCount = 1 << shelfBits
)

// shelves is where workers put the batches they work from, so that idle
// workers find them. A batch has its shelf for as long as it holds an unclaimed
// job: whoever claims the last one frees the shelf.
type shelves struct {
	taken   atomic.Uint64 // a bit for each shelf in use
	batches [shelfCount]atomic.Pointer[batch]
}

// reserve takes a free shelf, if possible the preferred one.
func (s *shelves) reserve(preferred int) (shelf int, ok bool) {
	for {
		taken := s.taken.Load()
		if taken == ^uint64(0) {
			return 0, false
		}
		free := bits.RotateLeft64(^taken, -preferred)
		shelf = (preferred + bits.TrailingZeros64(free)) % shelfCount
		bit := uint64(1) << shelf
		if s.taken.Or(bit)&bit == 0 {
			return shelf, true
		}
	}
}

// ownShelf returns the shelf that the calling worker prefers.
func ownShelf() int { return int(stackHash() >> (64 - shelfBits)) }

// free gives a shelf back.
func (s *shelves) free(shelf int) { s.taken.And(^(uint64(1) << shelf)) }

// put offers the jobs in entries head up to tail of b on a reserved shelf.
//
// A pointer to b may still stand on a shelf where it lay before. That does no
// harm: what is stolen through it is stolen from where b is now.
func (s *shelves) put(shelf int, b *batch, head, tail int) {
	b.shelf = shelf
	b.offer(head, tail)
	if s.batches[shelf].Load() != b {
		s.batches[shelf].Store(b)
	}
}

// any reports whether there is a job to steal.
func (s *shelves) any() bool {
	for taken := s.taken.Load(); taken != 0; taken &= taken - 1 {
		b := s.batches[bits.TrailingZeros64(taken)].Load()
		if b != nil && b.unclaimed() {
			return true
		}
	}
	return false
}

// steal moves up to most jobs of one batch to the first entries of dst and
// returns how many. It looks at every shelf, beginning with from.
func (s *shelves) steal(from int, dst *batch, most int) int {
	for taken := bits.RotateLeft64(s.taken.Load(), -from); taken != 0; taken &= taken - 1 {
		b := s.batches[(from+bits.TrailingZeros64(taken))%shelfCount].Load()
		if b == nil {
			continue
		}
		n, last := b.steal(dst, most)
		if n == 0 {
			continue
		}
		if last {
			s.free(b.shelf)
		}
		b.leave()
		return n
	}
	return 0
}
