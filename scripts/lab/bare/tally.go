package main

import (
	"fmt"
	"sync/atomic"
	"unsafe"
)

// A tally counts the tasks of a batch that have run.
//
// A single counter would be fought over by all processors, which on two of
// them costs as much as a fast pool does. So there are many, and a goroutine
// uses the one that the address of its stack leads to. To add one is an atomic
// operation on a cache line that nobody else uses, unless two running
// goroutines meet in one of them by chance.
//
// Whoever waits for the batch closes the counters. From then on each task that
// ends is also taken off one common number, and the last one tells. This is
// how the Linux kernel counts references for each processor (percpu-refcount).
// It costs most tasks nothing if it is done late, when few are left.
type tally struct {
	stripes [stripeCount]stripe
	left    atomic.Int64  // since the counters are closed: tasks that have not run
	ended   chan struct{} // gets a value when left becomes 0
	before  int64         // counted before the counters were closed
}

const (
	stripeCount = 1 << stripeBits
	stripeBits  = 6

	// closed marks a counter; it is above any number of tasks.
	closed = 1 << 62
)

// A stripe is one counter. Processors fetch cache lines in pairs.
type stripe struct {
	n atomic.Int64
	_ [128 - 8]byte
}

func newTally() *tally { return &tally{ended: make(chan struct{}, 1)} }

// add counts one task.
func (t *tally) add() {
	// Goroutines have stacks of their own, of 2 KiB and more. The address of
	// a variable tells them apart, and is not used as an address.
	const golden = 0x9E3779B97F4A7C15 // spreads what differs in few bits over all
	var here byte
	hash := uint64(uintptr(unsafe.Pointer(&here))>>11) * golden
	if t.stripes[hash>>(64-stripeBits)].n.Add(1) > closed {
		t.late()
	}
}

// late is the rest of add once the counters are closed.
func (t *tally) late() {
	if t.left.Add(-1) == 0 {
		t.ended <- struct{}{}
	}
}

// await closes the counters and waits until n tasks have run.
func (t *tally) await(n int) {
	for i := range t.stripes {
		t.before += t.stripes[i].n.Swap(closed)
	}
	if t.left.Add(int64(n)-t.before) > 0 {
		<-t.ended
	}
}

// reset begins a new batch. Nobody may be counting.
func (t *tally) reset() {
	for i := range t.stripes {
		t.stripes[i].n.Store(0)
	}
	t.left.Store(0)
	t.before = 0
}

// check says whether exactly n tasks have run. Nobody may be counting.
func (t *tally) check(n int) error {
	ran := t.before
	for i := range t.stripes {
		ran += t.stripes[i].n.Load() &^ closed
	}
	if ran != int64(n) {
		return fmt.Errorf("%d tasks were accepted and %d ran", n, ran)
	}
	return nil
}
