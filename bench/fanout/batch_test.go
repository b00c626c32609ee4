package fanout

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/work"
)

// done is a batch whose tasks have all been done as they should.
func done(n int) *batch {
	b := newBatch(work.Noop, 0, n, 1, false)
	b.renew()
	for i := range b.records {
		result, err := b.records[i].run()
		b.records[i].finish(result, err)
	}
	return b
}

func TestABatchThatWasDoneIsRight(t *testing.T) {
	for _, n := range []int{1, 2, 1000} {
		if err := done(n).check(1); err != nil {
			t.Errorf("%d tasks: %v", n, err)
		}
	}
}

func TestCheckFindsWhatWentWrong(t *testing.T) {
	broken := errors.New("broken")
	for name, row := range map[string]struct {
		spoil func(r *record)
		want  string
	}{
		"a task that ran twice":        {func(r *record) { r.run() }, "task 7 of 10 was accepted once and ran 2 times"},
		"a task that did not run":      {func(r *record) { r.runs = 0 }, "task 7 of 10 was accepted once and ran 0 times"},
		"a task without a result":      {func(r *record) { r.done = false }, "task 7 of 10 was accepted and gave no result"},
		"a task that failed":           {func(r *record) { r.err = broken }, "task 7 of 10 failed: broken"},
		"a wrong result":               {func(r *record) { r.result ^= 5 }, "the results of 10 tasks are wrong"},
		"the result of another input":  {func(r *record) { r.result = (&work.Task{Kind: work.Noop}).Do() }, "are wrong"},
		"a result that was not handed": {func(r *record) { r.result = 0 }, "are wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			b := done(10)
			row.spoil(&b.records[7])
			if err := b.check(1); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("check() = %v, want %q", err, row.want)
			}
		})
	}
	if err := done(10).check(0); err == nil {
		t.Error("tasks of other processes ran here, and nothing is said")
	}
}

func TestOneBitOfOneResultIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 50).Draw(t, "tasks")
		b := done(n)
		b.records[rapid.IntRange(0, n-1).Draw(t, "task")].result ^= 1 << rapid.IntRange(0, 63).Draw(t, "bit")
		if err := b.check(1); err == nil || !strings.Contains(err.Error(), "(1 bits differ)") {
			t.Fatalf("check() = %v", err)
		}
	})
}

func TestABatchIsRenewedWithOtherInputsAndNoResults(t *testing.T) {
	b := done(100)
	before := make(map[uint64]bool)
	for i := range b.records {
		before[b.records[i].task.Input] = true
	}
	b.renew()
	for i := range b.records {
		r := &b.records[i]
		if before[r.task.Input] {
			t.Errorf("task %d has the input of an earlier one", i)
		}
		if r.done || r.runs != 0 || r.result != 0 || r.err != nil {
			t.Errorf("task %d is not new: %+v", i, r)
		}
	}
	if err := b.check(1); err == nil {
		t.Error("a batch that was not run passes")
	}
}

func TestRecordsDoNotShareACacheLine(t *testing.T) {
	if size := unsafe.Sizeof(record{}); size < 64 {
		t.Errorf("a record has %d bytes, a cache line 64", size)
	}
}

func TestTheFuncsOfABatchAreMadeBeforehand(t *testing.T) {
	b := newBatch(work.Noop, 0, 100, 1, false)
	// What a batch allocates it allocates every time. The count is of the whole
	// process, in which others may allocate now and then, so the least counts.
	least := math.Inf(1)
	for range 5 {
		least = min(least, testing.AllocsPerRun(10, func() {
			b.renew()
			b.pending.Store(int64(len(b.bound)))
			for _, task := range b.bound {
				task()
			}
			<-b.ended
			if err := b.check(1); err != nil {
				t.Error(err)
			}
		}))
	}
	if least != 0 {
		t.Errorf("%v allocations by the harness in a batch", least)
	}
}

func TestQuantilesOfStamps(t *testing.T) {
	begin := time.Now()
	s := &stamps{}
	for i := range 1000 { // 1 to 1000 ns, in a disorder
		s.submitted = append(s.submitted, begin)
		s.done = append(s.done, begin.Add(time.Duration((i*7)%1000+1)))
	}
	for q, want := range map[float64]float64{0: 1, 0.5: 501, 0.99: 991, 1: 1000} {
		if got := s.quantile(q); got != want {
			t.Errorf("quantile %v is %v, want %v", q, got, want)
		}
	}
}
