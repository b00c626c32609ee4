//go:build go1.25

package stealing

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"testing"
	"time"
	"weak"
)

func TestATaskCostsNoAllocation(t *testing.T) {
	const tasks = 2000
	for _, limit := range []int{1, 2, 64} {
		p := New(limit)
		var left atomic.Int64
		ended := make(chan struct{}, 1)
		task := func() {
			if left.Add(-1) == 0 {
				ended <- struct{}{}
			}
		}
		perTask := func(round func()) float64 {
			return testing.AllocsPerRun(5, func() {
				left.Store(tasks)
				round()
				<-ended
			}) / tasks
		}
		// Any round may make some workers and batches more.
		const few = 0.1
		if n := perTask(func() {
			for range tasks {
				p.Go(task)
			}
		}); n > few {
			t.Errorf("limit %d: Go allocates %v times a task", limit, n)
		}
		if n := perTask(func() {
			for range tasks {
				for p.TryGo(task) != nil {
					runtime.Gosched()
				}
			}
		}); n > few {
			t.Errorf("limit %d: TryGo allocates %v times a task", limit, n)
		}
		future := func() (int, error) { task(); return 0, nil }
		if n := perTask(func() {
			for range tasks {
				Submit(p, future)
			}
		}); n > 1+few {
			t.Errorf("limit %d: Submit allocates %v times a task", limit, n)
		}
		member := func(context.Context) (int, error) { task(); return 0, nil }
		if n := perTask(func() {
			g := NewGroup[int](context.Background(), p, AllErrors)
			for range tasks {
				g.Go(member)
			}
			g.Wait()
		}); n > few {
			t.Errorf("limit %d: a group allocates %v times a task", limit, n)
		}
		body := func(int) {}
		if n := testing.AllocsPerRun(100, func() { p.Each(context.Background(), 1000, body) }); n > 3 {
			t.Errorf("limit %d: Each allocates %v times", limit, n)
		}
		p.Close()
	}
}

func TestPoolsThatAreClosedLeaveTheirBatchesToOthers(t *testing.T) {
	const tasks = 32 * batchSize
	task := func() {}
	n := testing.AllocsPerRun(100, func() {
		p := New(1, Queue(tasks))
		gate := make(chan struct{})
		p.Go(func() { <-gate }) // so that all others wait at once
		for range tasks {
			p.Go(task)
		}
		close(gate)
		p.Close()
		for i := range p.lanes {
			if l := &p.lanes[i]; l.spare != nil || l.kept != 0 {
				t.Errorf("a closed pool keeps %d batches", l.kept)
			}
		}
	})
	// The race detector makes sync.Pool lose a part.
	if n > tasks/batchSize {
		t.Errorf("a new pool for %d tasks costs %v allocations, more than there are batches in use", tasks, n)
	}
	for range 10 {
		b := batches.Get().(*batch)
		if b.next != nil || b.unclaimed() || !b.empty() {
			t.Error("a batch that was left to others is not empty")
		}
	}
}

// What a worker does between two tasks, to wait for the next and to get memory
// for that included, fits in the stack that a goroutine begins with. When workers
// rested three calls further up, 4 stacks in 100 were doubled; see worker.run.
func TestWorkersNeedNoMoreThanTheSmallestStack(t *testing.T) {
	info, _ := debug.ReadBuildInfo()
	if slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("the race detector makes frames larger")
	}
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere goroutines may begin with larger stacks")
	}
	const alone = "POOLBENCH_TEST_ALONE"
	if os.Getenv(alone) != "" {
		const smallest, spare = 2048, 50
		if each := stackOfAWorker(); each > smallest+spare {
			t.Errorf("workers have stacks of %d bytes, on average", each)
		}
		return
	}
	// In a process that has had larger stacks, goroutines begin with larger ones.
	// And workers that a busy machine keeps waiting for a lock are another matter.
	var out []byte
	for range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(cmd.Environ(), alone+"=1", "GOMAXPROCS=2") // stacks of threads count too
		var err error
		if out, err = cmd.CombinedOutput(); err == nil {
			return
		}
	}
	t.Errorf("%s", out)
}

// stackOfAWorker returns how much stack each of thousands of workers has, which
// run sleeping tasks.
func stackOfAWorker() int {
	const limit, tasks = 4096, 10 * 4096
	inUse := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.StackInuse
	}
	runtime.GC() // gives back the stacks of goroutines that have ended
	before := inUse()
	p := New(limit, Idle(time.Minute)) // or stacks of workers that have left would count for the others
	ended := make(chan struct{})
	var left atomic.Int64
	left.Store(tasks)
	for range tasks {
		p.Go(func() {
			time.Sleep(time.Millisecond)
			if left.Add(-1) == 0 {
				close(ended)
			}
		})
	}
	<-ended
	after := inUse()
	p.slots.mu.Lock()
	workers := p.slots.workers
	p.slots.mu.Unlock()
	p.Close()
	return int(after-before) / workers
}

// collected waits until the garbage collector has taken all of it.
func collected[T any](pointers []weak.Pointer[T]) (left int) {
	for range 100 {
		runtime.GC()
		left = 0
		for _, p := range pointers {
			if p.Value() != nil {
				left++
			}
		}
		if left == 0 {
			return 0
		}
		time.Sleep(time.Millisecond)
	}
	return left
}

func TestAPoolKeepsNothingOfTasksThatHaveEnded(t *testing.T) {
	for _, limit := range []int{1, 8} {
		p := New(limit)
		const tasks = 3000
		var pointers []weak.Pointer[[64]byte]
		var ran atomic.Int64
		for range tasks {
			v := new([64]byte)
			pointers = append(pointers, weak.Make(v))
			p.Go(func() {
				v[0]++
				ran.Add(1)
			})
		}
		for ran.Load() < tasks {
			runtime.Gosched()
		}
		if left := collected(pointers); left > 0 {
			t.Errorf("limit %d: what %d of %d tasks held is still there", limit, left, tasks)
		}
		p.Close()
	}
}

func TestAForgottenPoolIsCollected(t *testing.T) {
	var pointers []weak.Pointer[Pool]
	for range 10 {
		p := New(4, Idle(time.Millisecond))
		pointers = append(pointers, weak.Make(p))
		for range 100 {
			p.Go(func() {})
		}
	}
	if left := collected(pointers); left > 0 {
		t.Errorf("%d of 10 pools are still there", left)
	}
}
