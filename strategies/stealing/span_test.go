//go:build go1.25

package stealing

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

func TestASpanIsSplitInHalves(t *testing.T) {
	var s span
	s.fill(10, 20)
	for _, want := range []struct {
		from, to int64
		last     bool
	}{{15, 20, false}, {12, 15, false}, {11, 12, false}, {10, 11, true}, {0, 0, false}} {
		from, to, last := s.split(2)
		if from != want.from || to != want.to || last != want.last {
			t.Errorf("split: %d to %d, %v, want %+v", from, to, last, want)
		}
	}
	if _, ok, last := s.pop(); ok || last {
		t.Error("popped from an empty span")
	}
	s.fill(0, 2)
	if from, to, last := s.split(1); from != 0 || to != 2 || !last {
		t.Errorf("claimed %d to %d, %v, of all that is left, 0 to 2", from, to, last)
	}
	if from, to, last := s.split(1); from != to || last {
		t.Errorf("claimed %d to %d, %v, of nothing", from, to, last)
	}
}

func TestTheLongestSpanWorks(t *testing.T) {
	var s span
	s.fill(0, maxSpan)
	if from, to, _ := s.split(2); from != maxSpan/2 || to != maxSpan {
		t.Errorf("split: %d to %d", from, to)
	}
	s.fill(maxSpan-1, maxSpan)
	if i, ok, last := s.pop(); i != maxSpan-1 || !ok || !last {
		t.Errorf("pop: %d, %v, %v", i, ok, last)
	}
	if _, ok, _ := s.pop(); ok {
		t.Error("popped beyond the end")
	}
}

// Whatever owner and others do at the same time, each index has one taker, and
// one of them empties the span.
func TestEveryIndexHasOneTakerAndOneOfThemTheLast(t *testing.T) {
	const rounds, n, thieves = 500, 200, 3
	var runs [n]atomic.Int32
	var lasts, claimed atomic.Int64
	var stop atomic.Bool
	var s span
	var all sync.WaitGroup
	take := func(from, to int64, last bool) {
		for i := from; i < to; i++ {
			runs[i].Add(1)
		}
		if last {
			lasts.Add(1)
		}
		claimed.Add(to - from)
	}
	for range thieves {
		all.Go(func() {
			for !stop.Load() {
				take(s.split(2))
				runtime.Gosched()
			}
		})
	}
	all.Go(func() { // works on the span together with its owner
		for !stop.Load() {
			if !s.unclaimed() {
				runtime.Gosched()
				continue
			}
			if i, ok, last := s.pop(); ok {
				take(i, i+1, last)
			}
		}
	})
	for round := range int64(rounds) {
		s.fill(0, n)
		for {
			i, ok, last := s.pop()
			if !ok {
				break
			}
			take(i, i+1, last)
			if last {
				break
			}
		}
		for claimed.Load() != (round+1)*n {
			runtime.Gosched()
		}
		if lasts.Load() != round+1 {
			t.Fatalf("round %d: emptied %d times", round, lasts.Load())
		}
	}
	stop.Store(true)
	all.Wait()
	for i := range runs {
		if got := runs[i].Load(); got != rounds {
			t.Errorf("index %d was claimed %d times, want %d", i, got, rounds)
		}
	}
}

func TestPartsCoverEveryIndexOnce(t *testing.T) {
	for _, n := range []int{-1, 0, 1, maxSpan - 1, maxSpan, maxSpan + 1} {
		next := 0
		for base, size := range parts(n) {
			if base != next || size < 1 || size > maxSpan {
				t.Errorf("%d indexes: a part of %d from %d, want one from %d", n, size, base, next)
			}
			next += size
		}
		if next != max(0, n) {
			t.Errorf("%d indexes: parts cover %d", n, next)
		}
	}
}
