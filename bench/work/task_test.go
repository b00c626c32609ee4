package work_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies/remote"
)

// largest is the largest size that a property draws for a kind: what a test
// can do some hundred times without anybody noticing.
var largest = map[*work.Kind]int{
	work.Noop:  1 << 30, // has no size and must not look at it
	work.Spin:  5_000,
	work.Hash:  20_000,
	work.Alloc: 20_000,
	work.Stack: 200_000,
	work.Sleep: 50_000, // nanoseconds
	work.Mix:   2_000,
}

func drawTask(t *rapid.T, kind *work.Kind) work.Task {
	return work.Task{
		Kind:  kind,
		Size:  rapid.IntRange(0, largest[kind]).Draw(t, "size"),
		Input: rapid.Uint64().Draw(t, "input"),
	}
}

func TestWhatATaskReturnsCanBeForetold(t *testing.T) {
	for _, kind := range work.Kinds {
		t.Run(kind.Name, rapid.MakeCheck(func(t *rapid.T) {
			task := drawTask(t, kind)
			if got, want := task.Do(), task.Expect(); got != want {
				t.Fatalf("Do() = %x, Expect() = %x", got, want)
			}
		}))
	}
}

func TestAResultDependsOnTheInput(t *testing.T) {
	for _, kind := range work.Kinds {
		t.Run(kind.Name, rapid.MakeCheck(func(t *rapid.T) {
			task := drawTask(t, kind)
			task.Size = max(task.Size, 100)
			other := task
			other.Input = task.Input ^ 1<<rapid.IntRange(0, 7).Draw(t, "bit")
			if task.Do() == other.Do() {
				t.Fatalf("inputs %x and %x both give %x", task.Input, other.Input, task.Do())
			}
		}))
	}
}

func TestAResultDependsOnTheSizeWhereSizeIsWork(t *testing.T) {
	for _, kind := range []*work.Kind{work.Spin, work.Hash, work.Alloc, work.Stack, work.Mix} {
		short := work.Task{Kind: kind, Size: 1_000, Input: 42}
		long := work.Task{Kind: kind, Size: 2_000, Input: 42}
		if short.Do() == long.Do() {
			t.Errorf("%s: a task that does half of the work cannot be told from one that does it", kind.Name)
		}
	}
}

func TestEveryInputOfARunIsAnother(t *testing.T) {
	const batches, tasks = 100, 1000
	for _, seed := range []uint64{0, 1, 1 << 63, 0xffffffffffffffff} {
		seen := make(map[uint64]bool, batches*tasks)
		for batch := range uint64(batches) {
			for index := range tasks {
				seen[work.Input(seed, batch, index)] = true
			}
		}
		if len(seen) != batches*tasks {
			t.Errorf("seed %x: %d inputs of %d tasks", seed, len(seen), batches*tasks)
		}
	}
}

func TestInputsAreReproducibleAndDifferWithTheSeed(t *testing.T) {
	first, again := work.Input(1, 2, 3), work.Input(1, 2, 3)
	if first != again {
		t.Error("the same seed, batch and index give different inputs")
	}
	if first == work.Input(4, 2, 3) {
		t.Error("different seeds give the same input")
	}
}

func run(t *testing.T, args []byte) (remote.Result, error) {
	t.Helper()
	if len(work.JobKinds) != 1 {
		t.Fatalf("%d kinds of job, want 1", len(work.JobKinds))
	}
	return work.JobKinds[0].Run(args)
}

func TestATaskSurvivesTheWayToAnotherProcess(t *testing.T) {
	for _, kind := range work.Kinds {
		t.Run(kind.Name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				task := drawTask(rt, kind)
				job := task.Job()
				if job.Kind != work.JobKinds[0].Name {
					rt.Fatalf("a job of kind %q, workers know %q", job.Kind, work.JobKinds[0].Name)
				}
				result, err := run(t, job.Args)
				if err != nil {
					rt.Fatal(err)
				}
				if got, err := work.Checksum(result); err != nil || got != task.Expect() {
					rt.Fatalf("checksum %x, %v; want %x", got, err, task.Expect())
				}
			})
		})
	}
}

func TestMalformedJobsAreRefused(t *testing.T) {
	good := (&work.Task{Kind: work.Noop, Input: 1}).Job().Args
	for name, args := range map[string][]byte{
		"nothing":         nil,
		"a byte too few":  good[:len(good)-1],
		"a byte too many": append(bytes.Clone(good), 0),
		"no such kind":    append([]byte{byte(len(work.Kinds))}, good[1:]...),
		"the last byte":   append([]byte{0xff}, good[1:]...),
		"a negative size": append([]byte{good[0]}, bytes.Repeat([]byte{0xff}, len(good)-1)...),
	} {
		if result, err := run(t, args); err == nil {
			t.Errorf("%s: got %x, want an error", name, result)
		}
	}
}

func TestOnlyEightBytesAreAChecksum(t *testing.T) {
	for _, n := range []int{0, 1, 7, 9, 16} {
		if sum, err := work.Checksum(make([]byte, n)); err == nil {
			t.Errorf("%d bytes: got %x, want an error", n, sum)
		}
	}
	if sum, err := work.Checksum([]byte{1, 2, 0, 0, 0, 0, 0, 0}); err != nil || sum != 0x201 {
		t.Errorf("Checksum = %x, %v; want 201", sum, err)
	}
}

// A worker process runs what comes down a pipe, and so nothing that comes may
// make it panic.
func FuzzJob(f *testing.F) {
	for _, kind := range work.Kinds {
		f.Add((&work.Task{Kind: kind, Size: 1000, Input: 1}).Job().Args)
	}
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{0xff}, 17))
	f.Fuzz(func(t *testing.T, args []byte) {
		if len(args) == 17 {
			if size := int64(binary.LittleEndian.Uint64(args[1:])); size > 100_000 {
				t.Skip("a big task is right and takes long")
			}
		}
		result, err := run(t, args)
		if (err == nil) == (len(result) == 0) {
			t.Errorf("a result of %d bytes with error %v", len(result), err)
		}
	})
}

func BenchmarkTask(b *testing.B) {
	for _, kind := range work.Kinds {
		task := work.Task{Kind: kind, Size: 1000, Input: 1}
		b.Run("work="+kind.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				task.Do()
			}
		})
	}
}
