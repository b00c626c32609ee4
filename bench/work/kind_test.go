package work

import (
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func TestJumpIsThatManySteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3000).Draw(t, "n")
		x := rapid.Uint64().Draw(t, "x")
		if got, want := jump(n, x), spin(n, x); got != want {
			t.Fatalf("jump(%d, %x) = %x, %d steps lead to %x", n, x, got, n, want)
		}
	})
}

func TestJumpsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.IntRange(0, math.MaxInt/2).Draw(t, "a")
		b := rapid.IntRange(0, math.MaxInt/2).Draw(t, "b")
		x := rapid.Uint64().Draw(t, "x")
		if got, want := jump(b, jump(a, x)), jump(a+b, x); got != want {
			t.Fatalf("%d and then %d steps from %x lead to %x, together to %x", a, b, x, got, want)
		}
	})
}

// The lengths of mixed tasks follow a law that can be written down, and so
// their mean and their extremes can be held to it.
func TestMixedTasksHaveTheGrainAsTheirMeanAndAHeavyTail(t *testing.T) {
	const size, draws = 100_000, 200_000
	shortest, longest, sum, sumOfSquares := math.MaxInt, 0, 0.0, 0.0
	below := 0
	rng := rand.New(rand.NewPCG(1, 2))
	for range draws {
		n := tail(size, rng.Uint64())
		shortest, longest = min(shortest, n), max(longest, n)
		sum += float64(n)
		sumOfSquares += float64(n) * float64(n)
		if n < size {
			below++
		}
	}
	mean := sum / draws
	deviation := math.Sqrt(sumOfSquares/draws - mean*mean)
	// Six standard errors: a sound generator misses it once in a billion seeds.
	if off := math.Abs(mean - size); off > 6*deviation/math.Sqrt(draws) {
		t.Errorf("mean length %.0f, want %d", mean, size)
	}
	// With m = 50 the shortest is 1/(3 - 2/sqrt(m)) = 0.368 of the mean, the
	// longest m times that.
	if got := float64(shortest) / size; math.Abs(got-0.368) > 0.001 {
		t.Errorf("the shortest is %.4f of the mean, want 0.368", got)
	}
	if got := float64(longest) / size; math.Abs(got-18.4) > 0.05 {
		t.Errorf("the longest is %.2f times the mean, want 18.4", got)
	}
	// P(X < mean) = 1 - 0.368^(3/2) = 0.777.
	if got := float64(below) / draws; math.Abs(got-0.777) > 0.01 {
		t.Errorf("%.3f of the tasks are shorter than the mean, want 0.777", got)
	}
}

// Inputs of a run are consecutive numbers that were mixed; the lengths made of
// them must be as good as those made of random numbers.
func TestTheMeanHoldsForTheInputsOfARun(t *testing.T) {
	const size, draws = 10_000, 100_000
	sum := 0.0
	for i := range draws {
		sum += float64(tail(size, Input(7, uint64(i/1000), i%1000)))
	}
	if mean := sum / draws; math.Abs(mean-size) > 0.03*size {
		t.Errorf("mean length %.0f, want %d", mean, size)
	}
}

// The runtime gives a goroutine the next power of two of what its stack needs
// and takes nothing back before a garbage collection, so that what it gave
// says what was used: just under and just over 32 KiB.
func TestAStackTaskUsesAboutItsBytes(t *testing.T) {
	for _, row := range []struct{ size, want int }{{24 << 10, 32 << 10}, {36 << 10, 64 << 10}} {
		if got := stackAfter(row.size); got != row.want {
			t.Errorf("after a recursion for %d bytes a goroutine has %d bytes of stack, want %d", row.size, got, row.want)
		}
	}
}

// stackAfter returns how much stack a goroutine has after a task of that size.
func stackAfter(size int) int {
	const goroutines = 64
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var before, after runtime.MemStats
	var running, ended sync.WaitGroup
	running.Add(goroutines)
	gate := make(chan struct{})
	runtime.ReadMemStats(&before)
	for range goroutines {
		ended.Go(func() {
			task := Task{Kind: Stack, Size: size, Input: 1}
			task.Do()
			running.Done()
			<-gate
		})
	}
	running.Wait()
	runtime.ReadMemStats(&after)
	close(gate)
	ended.Wait()
	perGoroutine := float64(after.StackInuse-before.StackInuse) / goroutines
	return 1 << int(math.Round(math.Log2(perGoroutine))) // the runtime's own goroutines come and go
}

func TestKindsAreNamedOnceAndFound(t *testing.T) {
	for _, k := range Kinds {
		if Find(k.Name) != k {
			t.Errorf("Find(%q) is another kind", k.Name)
		}
		if k.Doc == "" || strings.ContainsAny(k.Name, "-/= ") {
			t.Errorf("kind %q (%q): want a doc, and a name that benchmarks can carry", k.Name, k.Doc)
		}
	}
	if Find("sleeping") != nil {
		t.Error("found a kind that is none")
	}
}

func TestOnlyAllocMakesGarbage(t *testing.T) {
	for _, row := range []struct {
		kind *Kind
		size int
		want float64
	}{
		{Noop, 0, 0}, {Spin, 100, 0}, {Mix, 100, 0}, {Stack, 1024, 0}, {Sleep, 0, 0}, {Hash, 1024, 0}, {Alloc, 1024, 1},
	} {
		task := Task{Kind: row.kind, Size: row.size, Input: 1}
		if got := testing.AllocsPerRun(100, func() { task.Do() }); got != row.want {
			t.Errorf("%s: %v allocations a task, want %v", row.kind.Name, got, row.want)
		}
	}
}

func TestAllocAllocatesItsBytes(t *testing.T) {
	const runs = 100
	for _, size := range []int{512, 1024, 4096, 32 << 10} { // size classes of the allocator
		task := Task{Kind: Alloc, Size: size, Input: 1}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range runs {
			task.Do()
		}
		runtime.ReadMemStats(&after)
		got := int(after.TotalAlloc-before.TotalAlloc) / runs
		if got < size || got > size+size/10+64 {
			t.Errorf("%d bytes allocated for a task of %d", got, size)
		}
	}
}
