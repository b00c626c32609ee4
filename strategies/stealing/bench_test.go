//go:build go1.25

package stealing_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/poolbench/poolbench/strategies/stealing"
)

// These benchmarks are for work on the pool: how it fares beside the textbook
// pool, the twenty lines that are hard to beat. Times are rough where the two
// do not take turns; what poolbench itself measures is exact.

// A textbook pool is limit goroutines that read a buffered channel.
type textbook struct {
	tasks   chan func()
	workers sync.WaitGroup
}

func newTextbook(limit int) *textbook {
	p := &textbook{tasks: make(chan func(), limit)}
	for range limit {
		p.workers.Go(func() {
			for task := range p.tasks {
				task()
			}
		})
	}
	return p
}

func (p *textbook) Go(task func()) error {
	p.tasks <- task
	return nil
}

func (p *textbook) Close() error {
	close(p.tasks)
	p.workers.Wait()
	return nil
}

type pool interface {
	Go(task func()) error
	Close() error
}

var pools = []struct {
	name string
	open func(limit int) pool
}{
	{"textbook", func(limit int) pool { return newTextbook(limit) }},
	{"stealing", func(limit int) pool { return stealing.New(limit) }},
}

// spin computes for about so long on a current machine.
func spin(d time.Duration) func() {
	return func() {
		x := uint64(d)
		for range d * 10 / 13 {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
		}
		if x == 0 {
			panic("xorshift has no zero")
		}
	}
}

// descend uses so many bytes of stack.
//
//go:noinline
func descend(bytes int) byte {
	var frame [512]byte
	frame[bytes%len(frame)] = 1
	if bytes <= len(frame) {
		return frame[0]
	}
	return descend(bytes-len(frame)) + frame[1]
}

func BenchmarkGo(b *testing.B) {
	noop := func() {}
	for _, c := range []struct {
		work       string
		task       func()
		tasks      int
		limits     []int
		submitters []int
	}{
		{"noop", noop, 1_000, []int{2, 64, 1024}, []int{1}},
		{"noop", noop, 10_000, []int{2, 64, 1024}, []int{1, 8, 64}},
		{"spin/grain=100ns", spin(100), 10_000, []int{2, 64}, []int{1}},
		{"spin/grain=1us", spin(time.Microsecond), 2_000, []int{2, 64}, []int{1, 8}},
		{"spin/grain=10us", spin(10 * time.Microsecond), 200, []int{2, 64}, []int{1}},
		{"stack/grain=16KiB", func() { descend(16 << 10) }, 2_000, []int{2, 64}, []int{1}},
		{"sleep/grain=1ms", func() { time.Sleep(time.Millisecond) }, 1_000, []int{1000}, []int{1}},
	} {
		for _, limit := range c.limits {
			for _, submitters := range c.submitters {
				for _, s := range pools {
					name := fmt.Sprintf("work=%s/tasks=%d/limit=%d/submitters=%d/strategy=%s", c.work, c.tasks, limit, submitters, s.name)
					b.Run(name, func(b *testing.B) {
						p := s.open(limit)
						defer p.Close()
						fanOut(b, p, c.task, c.tasks, submitters)
					})
				}
			}
		}
	}
}

// fanOut submits n tasks from so many goroutines and waits for them, again and
// again.
func fanOut(b *testing.B, p pool, task func(), n, submitters int) {
	var left atomic.Int64
	ended := make(chan struct{}, 1)
	counted := func() {
		task()
		if left.Add(-1) == 0 {
			ended <- struct{}{}
		}
	}
	submit := func(n int) {
		for range n {
			if err := p.Go(counted); err != nil {
				b.Error(err)
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		left.Store(int64(n))
		for range submitters - 1 {
			go submit(n / submitters)
		}
		submit(n - n/submitters*(submitters-1))
		<-ended
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(n), "ns/task")
}

func BenchmarkEach(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		for _, limit := range []int{2, 64, 1024} {
			results := make([]uint64, n)
			body := func(i int) { results[i]++ }
			perIndex := func(b *testing.B) {
				b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(n), "ns/task")
			}
			name := fmt.Sprintf("work=noop/tasks=%d/limit=%d/strategy=", n, limit)
			b.Run(name+"counter", func(b *testing.B) { // goroutines that count up together
				b.ReportAllocs()
				for b.Loop() {
					var next atomic.Int64
					var all sync.WaitGroup
					for range min(limit, n) {
						all.Go(func() {
							for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
								body(int(i))
							}
						})
					}
					all.Wait()
				}
				perIndex(b)
			})
			b.Run(name+"stealing", func(b *testing.B) {
				p := stealing.New(limit)
				defer p.Close()
				b.ReportAllocs()
				for b.Loop() {
					if err := p.Each(context.Background(), n, body); err != nil {
						b.Fatal(err)
					}
				}
				perIndex(b)
			})
		}
	}
}

func BenchmarkResults(b *testing.B) {
	const n = 1_000
	p := stealing.New(64)
	defer p.Close()
	b.Run("form=future", func(b *testing.B) {
		futures := make([]*stealing.Future[int], n)
		b.ReportAllocs()
		for b.Loop() {
			for i := range futures {
				futures[i] = stealing.Submit(p, func() (int, error) { return i, nil })
			}
			for _, f := range futures {
				f.Result()
			}
		}
	})
	b.Run("form=group", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			g := stealing.NewGroup[int](context.Background(), p, stealing.FirstError)
			for i := range n {
				g.Go(func(context.Context) (int, error) { return i, nil })
			}
			g.Wait()
		}
	})
	b.Run("form=map", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			stealing.Map(context.Background(), p, n, func(_ context.Context, i int) (int, error) { return i, nil })
		}
	})
}
