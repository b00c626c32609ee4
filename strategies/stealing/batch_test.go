//go:build go1.25

package stealing

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// A counted job counts its runs, and is not a plain one.
type counted struct{ runs *atomic.Int32 }

func (c counted) run()         { c.runs.Add(1) }
func (c counted) drop()        {}
func (c counted) tasks() int64 { return 1 }

// filled returns a batch whose jobs count their runs.
func filled(runs []atomic.Int32) *batch {
	b := new(batch)
	b.fill(runs)
	return b
}

// fill fills an empty batch with jobs of both kinds.
func (b *batch) fill(runs []atomic.Int32) {
	for i := range runs {
		if i%3 == 1 {
			b.put(i, counted{&runs[i]})
		} else {
			b.put(i, plain(func() { runs[i].Add(1) }))
		}
	}
	b.offer(0, len(runs))
}

// empty reports whether no entry holds a job.
func (b *batch) empty() bool {
	for i, task := range b.jobs {
		if task != nil || b.others != nil && b.others[i] != nil {
			return false
		}
	}
	return true
}

func TestTheOwnerPopsEveryJobInOrder(t *testing.T) {
	for _, n := range []int{1, 2, 63, batchSize} {
		runs := make([]atomic.Int32, n)
		b := filled(runs)
		for i := range n {
			entry, last, ok := b.pop()
			if entry != i || last != (i == n-1) || !ok {
				t.Fatalf("pop %d of %d: entry %d, last %v, ok %v", i, n, entry, last, ok)
			}
			b.take(entry).run()
			if runs[i].Load() != 1 {
				t.Fatalf("pop %d of %d was not the job in entry %d", i, n, i)
			}
		}
		if entry, last, ok := b.pop(); ok || last || b.unclaimed() || !b.empty() {
			t.Errorf("an empty batch: entry %d, ok %v, last %v, unclaimed %v, empty %v", entry, ok, last, b.unclaimed(), b.empty())
		}
		dst := new(batch)
		if n, last := b.steal(dst, batchSize); n != 0 || last {
			t.Errorf("stole %d from an empty batch", n)
		}
	}
}

func TestAThiefTakesTheOlderHalf(t *testing.T) {
	for _, c := range []struct{ jobs, most, want int }{
		{1, 64, 1}, {2, 64, 1}, {3, 64, 2}, {64, 64, 32}, {batchSize, batchSize, batchSize / 2}, {64, 1, 1}, {5, 2, 2},
	} {
		runs := make([]atomic.Int32, c.jobs)
		b, dst := filled(runs), new(batch)
		n, last := b.steal(dst, c.most)
		if n != c.want || last != (n == c.jobs) {
			t.Errorf("%+v: stole %d, last %v", c, n, last)
		}
		for i := range n {
			dst.take(i).run()
			if runs[i].Load() != 1 {
				t.Errorf("%+v: entry %d of the destination is not the job of entry %d", c, i, i)
			}
		}
		for i := n; i < c.jobs; i++ {
			b.take(i)
		}
		if !b.empty() || !dst.empty() {
			t.Errorf("%+v: what was stolen is still there", c)
		}
		if b.settled() {
			t.Errorf("%+v: settled while the thief reads", c)
		}
		b.leave()
		if !b.settled() {
			t.Errorf("%+v: not settled after the thief has left", c)
		}
	}
}

// The claim that makes stealing safe: whatever owner and thieves do at the
// same time, each job has one taker, and one of them has the last. Run it with
// the race detector.
func TestEveryJobHasOneTakerAndOneOfThemTheLast(t *testing.T) {
	const rounds, thieves = 2000, 3
	var runs [batchSize]atomic.Int32
	var lasts atomic.Int32
	var stop atomic.Bool
	b := new(batch)
	var all sync.WaitGroup
	for range thieves {
		all.Go(func() {
			dst := new(batch)
			for !stop.Load() {
				n, last := b.steal(dst, batchSize)
				if n == 0 {
					runtime.Gosched()
					continue
				}
				b.leave()
				for i := range n {
					dst.take(i).run()
				}
				if last {
					lasts.Add(1)
				}
			}
		})
	}
	for round := range rounds {
		b.fill(runs[:])
		for {
			entry, last, ok := b.pop()
			if ok {
				b.take(entry).run()
			}
			if last {
				lasts.Add(1)
			}
			if !ok || last {
				break
			}
		}
		for !b.settled() {
			runtime.Gosched()
		}
		for int(lasts.Load()) != round+1 {
			runtime.Gosched()
		}
	}
	stop.Store(true)
	all.Wait()
	for i := range runs {
		if n := runs[i].Load(); n != rounds {
			t.Errorf("the job in entry %d ran %d times, want %d", i, n, rounds)
		}
	}
}

func TestShelvesHoldAsManyBatchesAsThereAreShelves(t *testing.T) {
	var s shelves
	for i := range shelfCount {
		shelf, ok := s.reserve(37)
		if !ok || shelf != (37+i)%shelfCount {
			t.Fatalf("shelf %d is %d, %v", i, shelf, ok)
		}
	}
	if shelf, ok := s.reserve(0); ok {
		t.Errorf("reserved shelf %d, although all are taken", shelf)
	}
	s.free(5)
	if shelf, ok := s.reserve(37); !ok || shelf != 5 {
		t.Errorf("reserved shelf %d, %v, want the free one, 5", shelf, ok)
	}
}

func TestThievesFindABatchWhereverItIsAndFreeItsShelf(t *testing.T) {
	for shelf := range shelfCount {
		var s shelves
		if s.any() {
			t.Fatal("empty shelves hold a job")
		}
		runs := make([]atomic.Int32, 3)
		b := filled(runs)
		s.reserve(shelf)
		s.put(shelf, b, 0, 3)
		dst := new(batch)
		for _, want := range []int{2, 1, 0} {
			if got := s.any(); got != (want > 0) {
				t.Errorf("shelf %d: any is %v when %d jobs are to be stolen", shelf, got, want)
			}
			if n := s.steal(11, dst, batchSize); n != want {
				t.Errorf("shelf %d: stole %d, want %d", shelf, n, want)
			}
		}
		if s.taken.Load() != 0 {
			t.Errorf("shelf %d was not given back", shelf)
		}
	}
}

// A pointer that stands on a shelf from before leads to wherever the batch is.
func TestAnOldPointerToABatchDoesNoHarm(t *testing.T) {
	var s shelves
	b, dst := new(batch), new(batch)
	s.batches[3].Store(b) // from before, and another worker is about to put its own there
	s.reserve(3)
	runs := make([]atomic.Int32, 1)
	b.put(0, plain(func() { runs[0].Add(1) }))
	s.reserve(9)
	s.put(9, b, 0, 1)
	if n := s.steal(0, dst, batchSize); n != 1 {
		t.Fatalf("stole %d", n)
	}
	if want := uint64(1) << 3; s.taken.Load() != want {
		t.Errorf("shelves %b are taken, want %b", s.taken.Load(), want)
	}
}
