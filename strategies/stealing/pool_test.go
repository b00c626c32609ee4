//go:build go1.25

package stealing_test

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/poolbench/poolbench/strategies/stealing"
)

// A meter counts tasks that run at the same time.
type meter struct{ running, peak, ran atomic.Int64 }

func (m *meter) enter() {
	now := m.running.Add(1)
	for {
		peak := m.peak.Load()
		if now <= peak || m.peak.CompareAndSwap(peak, now) {
			return
		}
	}
}

func (m *meter) leave() {
	m.running.Add(-1)
	m.ran.Add(1)
}

// Tasks of every length, so that workers draw them one by one, by the batch,
// and get them handed over.
var lengths = []time.Duration{0, 0, 0, 0, 5 * time.Microsecond, 300 * time.Microsecond}

func TestEveryTaskRunsOnceAndNeverMoreThanTheLimitAtATime(t *testing.T) {
	for _, limit := range []int{1, 2, 7, 64} {
		for _, queue := range []int{1, 64, 1024} {
			for _, submitters := range []int{1, 8} {
				t.Run(fmt.Sprintf("limit %d, queue %d, %d submitters", limit, queue, submitters), func(t *testing.T) {
					const tasks = 3000
					p := stealing.New(limit, stealing.Queue(queue))
					var m meter
					runs := make([]atomic.Int32, tasks)
					finishes(t, func() {
						var all sync.WaitGroup
						for s := range submitters {
							all.Go(func() {
								for i := s; i < tasks; i += submitters {
									if err := p.Go(func() {
										m.enter()
										runs[i].Add(1)
										if i%37 == 0 {
											time.Sleep(lengths[i/37%len(lengths)])
										}
										m.leave()
									}); err != nil {
										t.Errorf("Go: %v", err)
									}
								}
							})
						}
						all.Wait()
						if err := p.Close(); err != nil {
							t.Errorf("Close: %v", err)
						}
					})
					for i := range runs {
						if n := runs[i].Load(); n != 1 {
							t.Fatalf("task %d ran %d times", i, n)
						}
					}
					if peak := m.peak.Load(); peak > int64(limit) {
						t.Errorf("%d tasks ran at once", peak)
					}
				})
			}
		}
	}
}

// A pool holds limit tasks that run and as many in its queue as it was told,
// whatever the number of processors and so of lanes.
func TestGoWaitsAndTryGoRefusesWhenTheQueueIsFull(t *testing.T) {
	for _, procs := range []int{1, 2, 3, 8} {
		for _, queue := range []int{1, 2, 63, 64, 129, 1000} {
			// What ran before decides how tasks get to workers.
			for _, before := range []time.Duration{10 * time.Microsecond, time.Second} {
				t.Run(fmt.Sprintf("%d processors, queue %d, after a task of %v", procs, queue, before), func(t *testing.T) {
					defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
					synctest.Test(t, func(t *testing.T) {
						p := stealing.New(3, stealing.Queue(queue))
						p.Go(func() { time.Sleep(before) })
						time.Sleep(2 * before)
						fill(t, p, 3+queue)
					})
				})
			}
		}
	}
}

// fill fills a pool that holds so many tasks, and lets one end.
func fill(t *testing.T, p *stealing.Pool, holds int) {
	gate := make(chan struct{})
	for i := range holds {
		accepted := make(chan error)
		go func() { accepted <- p.Go(func() { <-gate }) }()
		if err := <-accepted; err != nil {
			t.Fatalf("Go %d: %v", i, err)
		}
		synctest.Wait()
	}
	if err := p.TryGo(func() {}); err != stealing.ErrFull {
		t.Errorf("TryGo: %v, want ErrFull", err)
	}
	waiter := make(chan error, 1)
	go func() { waiter <- p.Go(func() {}) }()
	synctest.Wait()
	select {
	case err := <-waiter:
		t.Errorf("Go returned %v when the pool was full", err)
	default:
	}
	gate <- struct{}{} // one task ends
	synctest.Wait()
	select {
	case err := <-waiter:
		if err != nil {
			t.Errorf("Go: %v", err)
		}
	default:
		t.Error("Go still waits although a task has ended")
	}
	close(gate)
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// One worker may make room for many at once, and wakes one submitter.
func TestRoomForManyFreesManySubmitters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const queue, submitters = 64, 50
		p := stealing.New(1, stealing.Queue(queue))
		gate, hold := make(chan struct{}), make(chan struct{})
		p.Go(func() { <-gate })
		synctest.Wait()
		for range queue {
			p.Go(func() {})
		}
		var freed atomic.Int64
		for range submitters {
			go func() {
				p.Go(func() { <-hold })
				freed.Add(1)
			}()
		}
		synctest.Wait()
		close(gate)
		synctest.Wait()
		if freed.Load() != submitters {
			t.Errorf("%d of %d submitters were freed", freed.Load(), submitters)
		}
		close(hold)
		p.Close()
	})
}

func TestATaskThatSubmitsNeverWaits(t *testing.T) {
	for _, limit := range []int{1, 2, 5} {
		finishes(t, func() {
			p := stealing.New(limit, stealing.Queue(1))
			var ran atomic.Int64
			var all sync.WaitGroup
			var grow func(depth int)
			grow = func(depth int) {
				defer all.Done()
				ran.Add(1)
				for range 3 * min(depth, 1) {
					all.Add(1)
					if err := p.Go(func() { grow(depth - 1) }); err != nil {
						t.Errorf("Go: %v", err)
					}
				}
			}
			all.Add(1)
			p.Go(func() { grow(7) })
			all.Wait()
			if want := int64(3280); ran.Load() != want { // (3^8 - 1) / 2
				t.Errorf("limit %d: %d tasks ran, want %d", limit, ran.Load(), want)
			}
			p.Close()
		})
	}
}

// A task of another pool is an outsider: a pipeline of pools keeps its
// back-pressure.
func TestATaskOfAnotherPoolWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := stealing.New(1), stealing.New(1, stealing.Queue(1))
		gate := make(chan struct{})
		second.Go(func() { <-gate })
		synctest.Wait()
		second.Go(func() {})
		var passed atomic.Bool
		first.Go(func() {
			second.Go(func() {})
			passed.Store(true)
		})
		synctest.Wait()
		if passed.Load() {
			t.Error("Go returned although the second pool was full")
		}
		close(gate)
		first.Close()
		second.Close()
	})
}

// N tasks that meet need N slots, and none may lie behind another in a batch
// whose worker waits for them.
func TestTasksThatWaitForEachOtherAllRun(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 64, 100} {
		for _, submitters := range []int{1, 4} {
			finishes(t, func() {
				p := stealing.New(limit)
				for range 60 {
					// Short tasks before teach workers to draw batches.
					for range 200 {
						p.Go(func() {})
					}
					var met, submitted sync.WaitGroup
					met.Add(limit)
					for s := range submitters {
						submitted.Go(func() {
							for i := s; i < limit; i += submitters {
								p.Go(func() {
									met.Done()
									met.Wait()
								})
							}
						})
					}
					submitted.Wait()
					met.Wait()
				}
				p.Close()
			})
		}
	}
}

func TestAMisusedPoolSaysSo(t *testing.T) {
	panics := func(what string, f func()) {
		t.Helper()
		defer func() {
			if recover() == nil {
				t.Errorf("%s did not panic", what)
			}
		}()
		f()
	}
	panics("New(0)", func() { stealing.New(0) })
	p := stealing.New(1)
	defer p.Close()
	panics("Resize(0)", func() { p.Resize(0) })
	if err := p.Go(nil); err == nil {
		t.Error("Go(nil) was accepted")
	}
	if err := p.TryGo(nil); err == nil {
		t.Error("TryGo(nil) was accepted")
	}
}
