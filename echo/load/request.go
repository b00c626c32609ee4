package load

// A request is one that was handed to a connection. Times are in nanoseconds
// of the run's clock.
type request struct {
	planned int64
	written int64
	offset  uint32 // of its bytes in the corpus
}

// A fifo is a queue that keeps its memory, so that a connection in the steady
// state allocates nothing.
type fifo[T any] struct {
	ring []T // its length is a power of two
	head int
	size int
}

func (f *fifo[T]) push(v T) {
	if f.size == len(f.ring) {
		grown := make([]T, max(4, 2*len(f.ring)))
		for i := range f.size {
			grown[i] = *f.at(i)
		}
		f.ring, f.head = grown, 0
	}
	f.size++
	*f.at(f.size - 1) = v
}

// at returns the element with i others before it.
func (f *fifo[T]) at(i int) *T { return &f.ring[(f.head+i)&(len(f.ring)-1)] }

func (f *fifo[T]) pop() T {
	v := *f.at(0)
	var zero T
	*f.at(0) = zero
	f.head = (f.head + 1) & (len(f.ring) - 1)
	f.size--
	return v
}
