package stealing

import (
	"sync/atomic"
	"testing"
	"unsafe"
)

func newLane(room int) (*lane, *atomic.Uint64) {
	var filled atomic.Uint64
	l := new(lane)
	l.init(room, &filled, 4)
	return l, &filled
}

// numbered returns a job that appends its number to out.
func numbered(out *[]int, n int) job { return plain(func() { *out = append(*out, n) }) }

func TestALaneIsAQueue(t *testing.T) {
	for _, n := range []int{1, batchSize - 1, batchSize, batchSize + 1, 2 * batchSize, 1000} {
		for _, whole := range []bool{false, true} {
			l, filled := newLane(n)
			var order []int
			for i := range n {
				if !l.put(numbered(&order, i)) {
					t.Fatalf("put %d of %d was refused", i, n)
				}
			}
			if l.put(plain(func() {})) || l.refusal() != ErrFull {
				t.Fatalf("a full lane of %d took one more", n)
			}
			for filled.Load() != 0 {
				d := l.take(whole, nil)
				d.job.run()
				if d.rest == nil {
					continue
				}
				for i := d.rest.from; i < d.rest.upTo; i++ {
					d.rest.take(i).run()
				}
			}
			if len(order) != n || l.count != 0 {
				t.Fatalf("%d of %d jobs came out, %d are left", len(order), n, l.count)
			}
			for i, got := range order {
				if got != i {
					t.Fatalf("job %d came out as number %d", got, i)
				}
			}
			if d := l.take(whole, nil); d.job != nil {
				t.Fatal("an empty lane gave a job")
			}
			if !l.put(plain(func() {})) {
				t.Fatal("an emptied lane refuses")
			}
		}
	}
}

func TestAShutLaneTakesOnlyWhatIsForced(t *testing.T) {
	l, filled := newLane(10)
	l.close(ErrCancelled)
	l.close(ErrClosed)
	if l.put(plain(func() {})) || l.refusal() != ErrCancelled {
		t.Errorf("refusal %v, want the first reason", l.refusal())
	}
	l.force(plain(func() {}))
	if filled.Load() != 4 {
		t.Errorf("filled is %b, want the lane's bit", filled.Load())
	}
	if d := l.take(false, nil); d.job == nil {
		t.Error("the forced job is lost")
	}
	if l.put(plain(func() {})) {
		t.Error("the lane is open again")
	}
}

func TestALaneReusesBatches(t *testing.T) {
	l, _ := newLane(256)
	var mine *batch
	noop := plain(func() {})
	if n := testing.AllocsPerRun(100, func() {
		for range 200 {
			l.put(noop)
		}
		for {
			d := l.take(true, mine)
			if mine = d.rest; mine != nil {
				clear(mine.jobs[d.rest.from:d.rest.upTo])
			}
			if d.job == nil {
				return
			}
		}
	}); n > 0 {
		t.Errorf("%v allocations a round", n)
	}
}

// What makes a worker give up its processor where submitters wait for room.
func TestWhoDrawsFromALaneLearnsWhetherItIsHalfEmpty(t *testing.T) {
	l, _ := newLane(4)
	for range 4 {
		l.put(plain(func() {}))
	}
	for left := 3; left >= 0; left-- {
		if d := l.take(false, nil); d.low != (left <= 2) {
			t.Errorf("with %d of 4 left it is called low: %v", left, d.low)
		}
	}
}

// After a burst of nested submits a lane does not keep their memory.
func TestALaneKeepsNoMoreThanAFullLaneNeeds(t *testing.T) {
	l, _ := newLane(128)
	for range 10_000 {
		l.force(plain(func() {}))
	}
	for l.count > 0 {
		l.take(false, nil)
	}
	if l.kept > 3 {
		t.Errorf("%d empty batches are kept for 128 jobs", l.kept)
	}
}

func TestWhatIsHotHasCacheLinesOfItsOwn(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the paddings are made for 64 bits")
	}
	if size := unsafe.Sizeof(lane{}); size%64 != 0 {
		t.Errorf("a lane has %d bytes", size)
	}
	if size := unsafe.Sizeof(span{}); size != 64 {
		t.Errorf("a span has %d bytes", size)
	}
	if at := unsafe.Offsetof(batch{}.jobs); at != 64 {
		t.Errorf("the jobs of a batch begin at %d", at)
	}
	if at := unsafe.Offsetof(Pool{}.filled); at != 64 {
		t.Errorf("what changes in a pool begins at %d", at)
	}
	if at := unsafe.Offsetof(loop{}.queued); at != 64 {
		t.Errorf("what changes in a loop begins at %d", at)
	}
}

func TestAnUnusedPoolCostsWhatItsDocSays(t *testing.T) {
	size := unsafe.Sizeof(Pool{}) + uintptr(laneCount(defaultQueue, 2))*unsafe.Sizeof(lane{})
	if size < 1<<10 || size > 5<<9 {
		t.Errorf("it has %d bytes, not about 2 KiB", size)
	}
}
