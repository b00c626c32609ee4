package stealing

import (
	"fmt"
	"testing"
)

// deep calls f on a stack that is n frames deeper.
//
//go:noinline
func deep(n int, f func()) {
	if n == 0 {
		f()
		return
	}
	deep(n-1, f)
}

func TestAWorkerKnowsItsPoolFromAnyDepth(t *testing.T) {
	for _, number := range []uint64{1, 15, 16, 0x100, 0xabcdef, 0x123456789abcdef0, 1<<64 - 1} {
		t.Run(fmt.Sprintf("%#x", number), func(t *testing.T) {
			p, other := New(1), New(1)
			own, others := p.number.Swap(number), other.number.Swap(number^2)
			ended := make(chan struct{})
			p.Go(func() {
				defer close(ended)
				// The buffer for a stack grows at 64 and at 256 frames.
				for _, depth := range []int{0, 1, 40, 50, 55, 60, 64, 240, 250, 256, 1500} {
					deep(depth, func() {
						if got := workerOf(); got != number {
							t.Errorf("%d frames deep: %#x", depth, got)
						}
						if !p.onWorker() || other.onWorker() {
							t.Errorf("%d frames deep: a worker of its pool %v, another %v", depth, p.onWorker(), other.onWorker())
						}
					})
				}
			})
			<-ended
			p.number.Store(own) // to be given back
			other.number.Store(others)
			p.Close()
			other.Close()
		})
	}
}

func TestNobodyElseIsAWorker(t *testing.T) {
	for _, depth := range []int{0, 60, 300} {
		deep(depth, func() {
			if n := workerOf(); n != 0 {
				t.Errorf("the test, %d frames deep, is a worker of %d", depth, n)
			}
		})
	}
	p := New(1)
	defer p.Close()
	started := make(chan uint64)
	p.Go(func() { go func() { started <- workerOf() }() })
	if n := <-started; n != 0 {
		t.Errorf("a goroutine that a task has started is a worker of %d", n)
	}
}

func TestOpenPoolsHaveNumbersOfTheirOwn(t *testing.T) {
	seen := make(map[uint64]bool)
	var open []*Pool
	for i := range 100 {
		p := New(1)
		number := p.number.Load()
		if number == 0 || seen[number] {
			t.Fatalf("pool %d has the number %d, as another has", i, number)
		}
		seen[number] = true
		if open = append(open, p); i%3 == 0 {
			p.Close()
			p.Close() // gives back nothing
			delete(seen, number)
		}
	}
	for _, p := range open {
		p.Close()
	}
}

func TestAClosedPoolTakesNobodyForItsWorker(t *testing.T) {
	old := New(1)
	number := old.number.Load()
	old.Close()
	p := New(1)
	defer p.Close()
	if p.number.Load() != number {
		t.Fatalf("number %d was not given again, but %d", number, p.number.Load())
	}
	answer := make(chan bool)
	p.Go(func() { answer <- old.onWorker() })
	if <-answer {
		t.Error("a worker of the pool that has its number is a worker of a closed pool")
	}
	if old.onWorker() {
		t.Error("the test is a worker of a closed pool, which has no number")
	}
}

func TestPoolsThatAreNotOpenAtOnceShareANumber(t *testing.T) {
	first := New(1)
	number := first.number.Load()
	first.Close()
	for range 1000 {
		p := New(1)
		if got := p.number.Load(); got != number {
			t.Fatalf("number %d, where %d is free", got, number)
		}
		p.Close()
	}
}
